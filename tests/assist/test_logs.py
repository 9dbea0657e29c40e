"""Nothing that was said on a call reaches the log, not even by way of an exception."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog
from structlog.typing import EventDict

from assist import logs

SECRET = "our budget is forty thousand"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Later tests find structlog as it was."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def fail(words: str) -> None:
    """Fails with what was said in a variable and in the text of the error."""
    raise KeyError(words)


@pytest.mark.parametrize("is_json", [True, False])
def test_private_fields_never_reach_the_output(is_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """At no level, bound or given, while what stands beside them does."""
    logs.configure("debug", is_json)
    log = structlog.get_logger().bind(**{"pii.company": SECRET})
    structlog.contextvars.bind_contextvars(**{"pii.name": SECRET, "call_id": "c1"})
    log.debug("heard", **{"pii.text": SECRET}, words=7)
    told = capsys.readouterr()
    assert SECRET not in told.err and "pii" not in told.err and told.out == ""
    assert "heard" in told.err and "c1" in told.err and "7" in told.err


@pytest.mark.parametrize("is_json", [True, False])
def test_an_exception_leaves_its_type_and_places_only(is_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither its text nor the variables on its way, where words are."""
    logs.configure("info", is_json)
    try:
        fail(SECRET)
    except KeyError as error:
        structlog.get_logger().exception("connection_failed")
        structlog.get_logger().error("again", exc_info=error)
    told = capsys.readouterr().err
    assert SECRET not in told
    assert told.count("KeyError") == 2 and "test_logs.py" in told and " fail" in told


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line with level and time."""
    logs.configure("info", True)
    structlog.get_logger().warning("recogniser_restarted", restarts=1)
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["level"], entry["restarts"]) == ("recogniser_restarted", "warning", 1)
    assert entry["timestamp"].endswith("Z")


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """What lies below it is not told."""
    logs.configure("warning", False)
    structlog.get_logger().info("detail")
    assert capsys.readouterr().err == ""


def test_strangers_cannot_flood_it() -> None:
    """Who is refused again and again has some lines a minute, by protocol and code; the next says what was left out."""
    now_s = 0.0
    refusals = logs.Refusals(lambda: now_s)

    def passed(code: str, times: int) -> list[EventDict]:
        lines = list[EventDict]()
        for _ in range(times):
            with suppress(structlog.DropEvent):
                lines.append(refusals(None, "", {"event": logs.REFUSED, "protocol": "twilio", "code": code}))
        return lines

    assert len(passed("bad_start", 500)) == logs.MOST_REFUSED
    assert len(passed("no_leave", 3)) == 3
    assert all(refusals(None, "", {"event": "pass_failed"}) for _ in range(500))
    now_s = logs.REFUSED_S
    first, *others = passed("bad_start", 500)
    assert first["left_out"] == 500 - logs.MOST_REFUSED and len(others) == logs.MOST_REFUSED - 1
    assert not any("left_out" in line for line in (*others, *passed("no_leave", 1)))


def test_what_is_left_out_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor any fault of whoever logs it."""
    logs.configure("info", True)
    for _ in range(3 * logs.MOST_REFUSED):
        structlog.get_logger().warning(logs.REFUSED, protocol="twilio", code="bad_start")
    assert len(capsys.readouterr().err.splitlines()) == logs.MOST_REFUSED


def test_no_error_is_no_fault() -> None:
    """Asked for an exception where there is none, the entry is simply without."""
    assert logs.reduce_exception(None, "", {"event": "x", "exc_info": True}) == {"event": "x"}


async def test_of_a_group_the_fault_in_it_is_told() -> None:
    """Where a TaskGroup was left says nothing."""

    async def fail() -> None:
        raise ZeroDivisionError("secret")

    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    told = logs.reduce_exception(None, "", {"event": "x", "exc_info": raised.value})
    assert told["error"] == "ZeroDivisionError" and told["at"][-1].endswith(" fail")

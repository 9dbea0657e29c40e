"""Nothing that was said on a call reaches the log, not even by way of an exception."""

import asyncio
import json
from collections.abc import Iterator

import pytest
import structlog

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

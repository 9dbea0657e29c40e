"""A server's lines for the audit log wait while another process holds it, and the server does not."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assist import noting as module
from assist.audit import FILE, Audit, entries, verify
from assist.noting import MOST_WAITING, Noting

PATIENCE_S = 5.0


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long."""
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    monkeypatch.setattr(module, "LAST_LINES_S", 0.1)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """As by a command that was stopped in the middle of a line."""
    file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def calls(folder: Path) -> list[str | None]:
    """Of which calls there are lines."""
    return [entry.call for entry in entries(folder)]


async def test_a_line_is_written_at_once(tmp_path: Path) -> None:
    """Where nobody holds the log."""
    noting = Noting(Audit(tmp_path, "page"))
    noting.note("overlay_viewed", "a")
    assert calls(tmp_path) == ["a"]
    await noting.close()


async def test_nobody_waits_for_a_log_that_is_held(tmp_path: Path) -> None:
    """Its lines are written once it is free, in order and with the time at which each thing happened."""
    noting = Noting(Audit(tmp_path, "page"))
    with held(tmp_path):
        for call in "abc":
            noting.note("overlay_viewed", call)
        await asyncio.sleep(0.05)
        assert calls(tmp_path) == []
    noting.note("overlay_viewed", "d")
    await asyncio.wait_for(noting._is_written.wait(), PATIENCE_S)
    assert calls(tmp_path) == ["a", "b", "c", "d"] and verify(tmp_path)[0] == 4
    times = [entry.at for entry in entries(tmp_path)]
    assert times == sorted(times) and times[0] < times[3]
    with capture_logs() as logs:
        await noting.close()
    assert logs == []


async def test_what_waits_is_bounded_and_what_is_lost_is_logged(tmp_path: Path) -> None:
    """Without the call that it was of."""
    noting = Noting(Audit(tmp_path, "page"))
    with held(tmp_path), capture_logs() as logs:
        for _ in range(MOST_WAITING):
            noting.note("overlay_viewed", "a")
        assert logs == []
        noting.note("calls_listed")
        assert [line["actions"] for line in logs] == [["calls_listed"]]
        await noting.close()
        assert len(logs[1]["actions"]) == MOST_WAITING
    assert calls(tmp_path) == []


async def test_the_end_waits_for_the_last_lines(tmp_path: Path) -> None:
    """A little."""
    noting = Noting(Audit(tmp_path, "page"))
    with held(tmp_path):
        noting.note("overlay_viewed", "a")
        closing = asyncio.create_task(noting.close())
        await asyncio.sleep(0.02)
    await asyncio.wait_for(closing, PATIENCE_S)
    assert calls(tmp_path) == ["a"]

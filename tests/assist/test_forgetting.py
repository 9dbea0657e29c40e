"""After a purge nothing is found, in memory either."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assist import forgetting
from assist.forgetting import MOST_CALLS, Forgetting


class Memory:
    """Which calls run, and which are forgotten."""

    def __init__(self, folder: Path) -> None:
        self.running = {"c"}
        self.forgotten: list[str] = []
        self.forgetting = Forgetting(folder, self.running.__contains__, self._forget)

    async def _forget(self, call_ids: list[str]) -> None:
        self.forgotten += call_ids


async def test_a_call_whose_journal_is_gone_is_forgotten_once(tmp_path: Path) -> None:
    """Once it is over."""
    memory = Memory(tmp_path)
    memory.forgetting.begin("c")
    (tmp_path / "c.jsonl").touch()
    await memory.forgetting.look()
    (tmp_path / "c.jsonl").unlink()
    await memory.forgetting.look()
    assert memory.forgotten == []
    memory.running.clear()
    for _ in range(2):
        await memory.forgetting.look()
    assert memory.forgotten == ["c"]


async def test_one_that_never_had_a_journal_stays(tmp_path: Path) -> None:
    """The disk was full, and overlays may still ask for it; so does a call under the id of one that was purged."""
    memory = Memory(tmp_path)
    memory.running.clear()
    memory.forgetting.begin("c")
    await memory.forgetting.look()
    (tmp_path / "c.jsonl").touch()
    await memory.forgetting.look()
    memory.forgetting.begin("c")
    (tmp_path / "c.jsonl").unlink()
    await memory.forgetting.look()
    assert memory.forgotten == []


async def test_it_remembers_a_bounded_number(tmp_path: Path) -> None:
    """Of the newest."""
    memory = Memory(tmp_path)
    memory.running.clear()
    for number in range(MOST_CALLS + 1):
        memory.forgetting.begin(f"c{number}")
    for number in (0, MOST_CALLS):
        (tmp_path / f"c{number}.jsonl").touch()
    await memory.forgetting.look()
    for number in (0, MOST_CALLS):
        (tmp_path / f"c{number}.jsonl").unlink()
    await memory.forgetting.look()
    assert memory.forgotten == [f"c{MOST_CALLS}"]


async def until(is_so: Callable[[], object]) -> None:
    """Before long."""
    async with asyncio.timeout(20):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.01)


async def test_what_cannot_be_looked_at_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, and looked at again: a disk that did not answer may do so later."""
    monkeypatch.setattr(forgetting, "LOOK_S", 0.01)
    folder, away = tmp_path / "calls", tmp_path / "away"
    folder.mkdir()
    memory = Memory(folder)
    memory.forgetting.begin("c")
    (folder / "c.jsonl").touch()
    await memory.forgetting.look()
    memory.running.clear()
    folder.rename(away)
    folder.touch()
    looking = asyncio.create_task(memory.forgetting.run())
    with capture_logs() as logs:
        await until(lambda: len(logs) > 1)
    assert {line["event"] for line in logs} == {"purged_calls_not_looked_for"}
    assert memory.forgotten == [] and not looking.done()
    folder.unlink()
    away.rename(folder)
    (folder / "c.jsonl").unlink()
    await until(lambda: memory.forgotten == ["c"])
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)

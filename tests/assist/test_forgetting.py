"""After a purge nothing is found, in memory either."""

from pathlib import Path

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

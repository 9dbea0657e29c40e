"""A practice by keyboard in a terminal, against a real server with a scripted recogniser."""

import asyncio
from pathlib import Path

import msgspec
import numpy as np
import pytest

from assist import journal
from assist.archive import Archive
from assist.demo.render import write_opus
from assist.practice.scenario_files import Kept, scenarios
from assist.practice.terminal import Client
from streaming.feeder import FeedFailed
from tests.assist.conftest import House, Opening

LABEL = "It sounds like this landed heavier than you expected."


def quick(folder: Path) -> Kept:
    """The first scenario with lines that last a tenth of a second."""
    kept = scenarios(None)["price"]
    for name in kept.scenario.lines:
        write_opus(folder / f"{name}.ogg", np.zeros((1, 800), np.float32), 16_000)
    return msgspec.structs.replace(kept, folder=folder)


async def test_it_is_played_to_its_end_and_kept(house: House, tmp_path: Path) -> None:
    """Each line is printed with what the rep's turn was heard as; then the call ends as any call does."""
    shown: list[str] = []
    hints: list[str] = []
    answers = iter(
        [LABEL, "", "But it pays for itself.", "We can offer you a discount.", "Let me show you, it is cheaper."]
    )

    async def ask(hint: str) -> str | None:
        hints.append(hint)
        return next(answers)

    kept = quick(tmp_path)
    call = await asyncio.wait_for(Client(kept, "price", ask, shown.append).play(house.ws), 60)
    assert shown[0] == f"Renee: {kept.scenario.lines['opening'].says}"
    assert shown[1:3] == ["   (Renee heard: A label. They open up.)", f"Renee: {kept.scenario.lines['owners'].says}"]
    assert shown[3].startswith("   (Renee heard: Silence.") and "They close." in shown[5]
    assert shown[-1] == f"Renee: {kept.scenario.lines['send_it'].says}"
    assert hints[0] == kept.scenario.lines["opening"].hint
    events, torn = journal.read(house.journals / f"{call}.jsonl", Archive(house.journals))
    assert not torn and events[-1]["kind"] == "call_ended" and events[-1]["reason"] == "stopped"


async def test_it_is_kept_where_calls_must_be_announced(opened: Opening, tmp_path: Path) -> None:
    """The rep is the only one who is listened to; all of it is in the debrief, from the first line on."""

    async def hang_up(hint: str) -> str | None:
        return None

    async with opened(consent="once_announced") as house:
        call = await asyncio.wait_for(Client(quick(tmp_path), "price", hang_up, lambda _: None).play(house.ws), 60)
        events, _ = journal.read(house.journals / f"{call}.jsonl", Archive(house.journals))
    kinds = [event["kind"] for event in events]
    assert kinds[0] == "call_started" and "prospect_answered" in kinds and kinds[-1] == "call_ended"


async def test_hanging_up_ends_it(house: House, tmp_path: Path) -> None:
    """At once, and in good order."""

    async def hang_up(hint: str) -> str | None:
        return None

    call = await asyncio.wait_for(Client(quick(tmp_path), "price", hang_up, lambda _: None).play(house.ws), 60)
    events, _ = journal.read(house.journals / f"{call}.jsonl", Archive(house.journals))
    assert events[-1]["reason"] == "stopped"


async def test_a_server_that_is_not_there_or_does_not_know_it(house: House, tmp_path: Path) -> None:
    """Is told, not waited for."""

    async def never(hint: str) -> str | None:
        raise AssertionError(hint)

    with pytest.raises(FeedFailed, match="broke off"):
        await Client(quick(tmp_path), "price", never, print).play("ws://127.0.0.1:9")
    with pytest.raises(FeedFailed, match="unknown_scenario"):
        await Client(quick(tmp_path), "prise", never, print).play(house.ws)


async def test_a_server_that_goes_away_while_they_speak_is_told(opened: Opening, tmp_path: Path) -> None:
    """Nobody waits for a line that is played no more."""
    kept = quick(tmp_path)
    write_opus(tmp_path / f"{kept.scenario.start}.ogg", np.zeros((1, 8_000 * 60), np.float32), 16_000)
    speaking = asyncio.Event()

    async def never(hint: str) -> str | None:
        raise AssertionError(hint)

    async with opened() as house:
        playing = asyncio.create_task(Client(kept, "price", never, lambda _: speaking.set()).play(house.ws))
        await asyncio.wait_for(speaking.wait(), 60)
    with pytest.raises(FeedFailed, match="went away"):
        await asyncio.wait_for(playing, 30)


async def test_a_server_that_goes_away_is_told(opened: Opening, tmp_path: Path) -> None:
    """In mid-practice."""
    asked = asyncio.Event()

    async def wait(hint: str) -> str | None:
        asked.set()
        await asyncio.sleep(3)
        return LABEL

    async with opened() as house:
        playing = asyncio.create_task(Client(quick(tmp_path), "price", wait, lambda _: None).play(house.ws))
        await asyncio.wait_for(asked.wait(), 60)
    with pytest.raises(FeedFailed):
        await asyncio.wait_for(playing, 60)

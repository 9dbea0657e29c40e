"""A practice through a real server: a call whose prospect answers what is typed, and whose debrief says what it did."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.assist.conftest import Client, House, Opening

SILENCE = bytes(2 * 2 * 320 * 10)  # 200 ms of two channels
LABEL = "It sounds like this landed heavier than you expected."
SUMMED_UP = (
    "Let me make sure I've got this. The owners hate surprises, the phones never paid for themselves, and it would be "
    "your name on it again."
)
START = {"channels": ["rep", "prospect"], "metadata": {"practice": {"scenario": "price"}}}


async def until_answered(call: Client, overlay: Client, **fields: Any) -> dict[str, Any]:
    """The next line, while the call's time passes."""
    waiting = asyncio.create_task(overlay.until("prospect_answered", **fields))
    while not waiting.done():
        await call.socket.send(SILENCE)
        await asyncio.wait([waiting], timeout=0.01)
    return (await waiting)[-1]


async def test_a_practice_by_keyboard_to_thats_right(house: House) -> None:
    """Two labels and a summary; typed words are told like spoken ones, and what the rep did is told as in any call."""
    async with house.call(call="c", **START) as call, house.overlay("c") as overlay:
        first = await until_answered(call, overlay)
        assert (first["line"], first["tried"], first["ending"]) == ("opening", None, None)
        lines = [first["line"]]
        for words in (LABEL, LABEL.replace("this", "that"), SUMMED_UP):
            await overlay.socket.send(json.dumps({"kind": "played", "call": "c", "line": lines[-1]}))
            await overlay.socket.send(json.dumps({"kind": "say", "call": "c", "text": words}))
            lines.append((await until_answered(call, overlay))["line"])
        await call.stop()
    events = await house.events("c")
    assert events[0]["practice"] == "price"
    assert lines == ["opening", "owners", "last_time", "thats_right"]
    acts = [event["act"] for event in events if event["kind"] == "rep_acted"]
    assert (acts.count("label"), acts.count("summary")) == (2, 1)
    assert [event["ending"] for event in events if event["kind"] == "prospect_answered"][-1] == "understood"
    said = [
        event["committed"] for event in events if event["kind"] == "transcript_changed" and event["speaker"] == "rep"
    ]
    assert said == [LABEL, LABEL.replace("this", "that"), SUMMED_UP]


async def test_whether_it_is_kept_is_asked_as_of_any_call(opened: Opening) -> None:
    """Whoever feeds a call could say that it is a practice: where it must be announced, that alone keeps nothing."""
    async with opened(consent="once_announced") as house:
        async with house.call(call="c", **START) as call, house.overlay("c") as overlay:
            await until_answered(call, overlay)
            await call.stop()
        assert not (house.journals / "c.jsonl").exists()


async def test_waiting_lets_them_go_on_and_suggestions_can_still_be_waved_away(house: House) -> None:
    """What is said of suggestions goes the same way as in a call."""
    async with house.call(call="c", **START) as call, house.overlay("c") as overlay:
        await until_answered(call, overlay)
        await overlay.socket.send('{"kind":"dismiss","call":"c","id":"s-none"}')
        await overlay.socket.send('{"kind":"played","call":"c","line":"opening"}')
        await overlay.socket.send('{"kind":"wait","call":"c"}')
        assert (await until_answered(call, overlay))["tried"] == "silence"


async def test_words_are_put_into_nobodys_mouth_on_a_real_call(house: House) -> None:
    """`say` is let go there."""
    async with house.call(call="c", channels=["rep", "prospect"]) as call, house.overlay("c") as overlay:
        await overlay.until("call_started")
        await overlay.socket.send(json.dumps({"kind": "say", "call": "c", "text": LABEL}))
        await call.sound(SILENCE * 20)
        await call.stop()
        await overlay.until("call_ended")  # whoever says it is let stay
    assert {event["kind"] for event in await house.events("c")} & {"transcript_changed", "prospect_answered"} == set()


async def test_a_scenario_that_is_not_there_is_refused(house: House) -> None:
    """With the names of those that are."""
    async with connect(f"{house.ws}/call/browser", compression=None) as socket:
        start = {"kind": "start", "encoding": "pcm_s16le", "sample_rate_hz": 16_000, **START}
        start["metadata"] = {"practice": {"scenario": "prise"}}
        await socket.send(json.dumps(start))
        refused = await Client(socket).told()
    assert (
        refused["code"] == "unknown_scenario" and "there are: " in refused["message"] and "price" in refused["message"]
    )


async def test_a_faulty_scenario_keeps_the_server_from_starting(opened: Opening, tmp_path: Any) -> None:
    """The operator hears of it before the first rep does."""
    folder = tmp_path / "own" / "mine"
    folder.mkdir(parents=True)
    (folder / "scenario.toml").write_text('title = "x"')
    with pytest.raises(Exception, match="the scenario cannot be played"):
        async with opened(practice_dir=tmp_path / "own"):
            pass

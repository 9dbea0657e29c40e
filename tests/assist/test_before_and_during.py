"""Preparation, consent and links on the wire of the real server, and what is on the disk."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from assist import audit, journal
from assist.archive import Archive
from assist.desk import FILE

THOUGHT = {"who": "Dana", "company": "Northwind", "fears": ["we can not justify the cost"], "expect": ["Flowdesk"]}
House = Any  # conftest's
Opening = Any
Event = dict[str, Any]


def of(events: list[Event], kind: str) -> list[Event]:
    """Those of a kind."""
    return [event for event in events if event["kind"] == kind]


async def prepare(house: House, preparation: dict[str, Any]) -> Event:
    """What the server says of it."""
    async with house.overlay() as page:
        await page.socket.send(json.dumps({"kind": "prepare", "preparation": preparation}))
        return (await page.until("prepared"))[-1]  # type: ignore[no-any-return]


def on_disk(folder: Path) -> dict[str, bytes]:
    """Every file but the audit log, in which no word of a call is."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != audit.FILE]
    return {path.name: path.read_bytes() for path in files}


async def test_a_preparation_becomes_part_of_the_next_call(house: House) -> None:
    """It fills in what the source leaves out, is told and kept, and the desk is empty."""
    note = await prepare(house, THOUGHT)
    assert note["audits"] == ["It may sound like a lot at first."] or "justify" in note["audits"][0]
    assert (house.journals / FILE).exists()
    async with house.call(call="next") as call:
        await call.stop()
    events = await house.events("next")
    assert (events[0]["company"], events[0]["names"]) == ("Northwind", {"prospect": "Dana"})
    told = of(events, "call_prepared")
    assert (
        len(told) == 1 and told[0]["preparation"]["fears"] == THOUGHT["fears"] and told[0]["audits"] == note["audits"]
    )
    assert of(journal.read(house.journals / "next.jsonl", Archive(house.journals))[0], "call_prepared") == told
    assert set(on_disk(house.journals)) == {"next.jsonl"}
    async with house.call(call="another") as call:
        await call.stop()
    assert of(await house.events("another"), "call_prepared") == []


async def test_a_call_that_is_refused_room_takes_no_preparation(opened: Opening) -> None:
    """It stays for the one that is let in."""
    async with opened(max_calls=1) as house, house.call(call="running"):
        await prepare(house, THOUGHT)
        with pytest.raises(AssertionError):
            async with house.call(call="too many"):
                pass
        assert (house.journals / FILE).exists()


async def test_a_refusal_leaves_nothing_on_the_disk_and_help_goes_on(house: House, said: bytes) -> None:
    """Neither what was kept before nor what is said after; lists and debriefs know of no such call."""
    await prepare(house, THOUGHT)
    half = len(said) // 2 // 640 * 640
    async with house.call(call="refused") as call, house.overlay("refused") as overlay:
        await call.sound(said[:half])
        asked = (await overlay.until("consent_changed"))[-1]
        assert (asked["consent"], asked["is_kept"]) == ("not_asked", True) and "?" in asked["line"]
        assert set(on_disk(house.journals)) == {"refused.jsonl"}
        await overlay.socket.send('{"kind":"announced","call":"refused"}')
        assert (await overlay.until("consent_changed"))[-1]["consent"] == "announced"
        await overlay.socket.send('{"kind":"refused","call":"refused"}')
        refused = (await overlay.until("consent_changed"))[-1]
        assert (refused["consent"], refused["is_kept"]) == ("refused", False)
        assert on_disk(house.journals) == {}
        await call.sound(said[half:])
        await overlay.until("suggestion_shown")
        await call.stop()
        await overlay.until("call_ended")
    assert on_disk(house.journals) == {}
    await asyncio.sleep(1.0)  # the bus tells the end to overlays of other servers first
    async with house.overlay("refused") as late:
        assert [event["kind"] for event in await late.until("waiting")] == ["waiting"]


async def test_a_team_may_keep_only_what_was_announced(opened: Opening, said: bytes) -> None:
    """Nothing is on the disk before; from then on all is, with what the call is in front."""
    async with opened(consent="once_announced") as house:
        async with house.call(call="waits") as call, house.overlay("waits") as overlay:
            asked = (await overlay.until("consent_changed"))[-1]
            assert (asked["consent"], asked["is_kept"]) == ("not_asked", False)
            assert on_disk(house.journals) == {}
            await overlay.socket.send('{"kind":"announced","call":"waits"}')
            announced = (await overlay.until("consent_changed"))[-1]
            assert (announced["consent"], announced["is_kept"]) == ("announced", True)
            await call.sound(said)
            await call.stop()
            await overlay.until("call_ended")
        kept = journal.read(house.journals / "waits.jsonl", Archive(house.journals))[0]
        assert [event["kind"] for event in kept[:2]] == ["call_started", "consent_changed"]
        assert kept[-1]["kind"] == "call_ended" and of(kept, "transcript_changed")
        async with house.call(call="never") as call:
            await call.stop()
        assert set(on_disk(house.journals)) == {"waits.jsonl"}


async def linked(house: House, call: str) -> str:
    """The token of a link to a running call."""
    async with house.overlay(call) as overlay:
        await overlay.socket.send(json.dumps({"kind": "share", "call": call}))
        return str((await overlay.until("shared"))[-1]["token"])


async def test_who_came_by_a_link_sees_the_call_and_is_cut_off_for_speaking(house: House, said: bytes) -> None:
    """Whatever is said; the call does not notice."""
    async with house.call(call="watched") as call:
        await call.sound(said)
        token = await linked(house, "watched")
        async with house.overlay("watched", token=token) as viewer:
            shown = (await viewer.until("suggestion_shown"))[-1]
            await viewer.socket.send(json.dumps({"kind": "dismiss", "call": "watched", "id": shown["id"]}))
            with pytest.raises(ConnectionClosed) as closed:
                await viewer.until("suggestion_withdrawn")
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "read_only")
        await call.stop()
    assert all(event["reason"] != "dismissed" for event in of(await house.events("watched"), "suggestion_withdrawn"))


async def closing(overlay: Any) -> tuple[int, str]:
    """What its socket is closed with, though it does not hang up."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await overlay.told()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_a_link_ends(opened: Opening, said: bytes) -> None:
    """At its time, while the call goes on; its socket is closed, and it opens nothing after."""
    async with opened(view_link_s=0.5) as house, house.call(call="watched") as call:
        token = await linked(house, "watched")
        async with house.overlay("watched", token=token) as viewer:
            assert (await viewer.told())["kind"] == "following"
            assert (await viewer.told())["kind"] == "call_started"
            seen = await viewer.until("expired")  # with the next heartbeat at the latest
            await call.sound(said)
            await call.stop()
            assert await closing(viewer) == (1008, "token_expired")
        assert of(seen, "transcript_changed") == []
        async with house.overlay("watched", token=token) as late:
            assert await late.told() == {"kind": "expired"}
            assert await closing(late) == (1008, "token_expired")

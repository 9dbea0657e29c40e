"""What a disk does wrong, and what is purged from it, seen from a whole server."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assist import forgetting
from assist.archive import Archive
from assist.debrief import search
from assist.debrief.search import Search, found
from assist.purging import Wish, run
from tests.assist.conftest import PATIENCE_S, SAID, House, Opening
from tests.assist.test_app import get


async def test_sound_that_cannot_be_removed_costs_the_sound_alone(house: House, said: bytes) -> None:
    """An earlier call's lies in the way: the call is heard and kept, and the operator is told."""
    await asyncio.to_thread((house.journals / "c.ogg").mkdir, parents=True)
    with capture_logs() as logs:
        async with house.call(call="c", metadata={"record": True}) as call:
            await call.sound(said)
            await call.stop()
    events = await house.events("c")
    assert [event["committed"] for event in events if event.get("is_final")] == [SAID]
    assert not [event for event in events if event["kind"] == "recording_changed" and event["is_on"]]
    assert [(line["event"], line["call_id"]) for line in logs if line["log_level"] == "error"] == [
        ("sound_not_kept", "c")
    ]
    assert (house.journals / "c.jsonl").exists()


async def test_a_disk_that_is_slow_to_sync_holds_up_no_other_call(
    house: House, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one call ends another goes on, and pages are shown, though there is a single thread for all of that; the
    first is told to have ended only when it is on the disk."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    may_sync, is_asked = threading.Event(), threading.Event()
    sync = os.fsync

    def slow(file: int) -> None:
        is_asked.set()
        assert may_sync.wait(PATIENCE_S)
        sync(file)

    monkeypatch.setattr(os, "fsync", slow)
    async with house.call(call="first") as first:
        await first.sound(said)
        ending = asyncio.create_task(first.stop())
        assert await asyncio.to_thread(is_asked.wait, PATIENCE_S)
        async with house.call(call="second") as second, house.overlay("second") as overlay:
            await second.sound(said)
            await overlay.until("transcript_changed", is_final=True)
            assert (await get(house, "/calls"))[0] == 200
            assert not ending.done()
            may_sync.set()
            assert (await ending)["kind"] == "ended"
            await second.stop()


def is_forgotten(path: Path) -> bool:
    """Whether nothing is known of a call any more, before long."""
    until_s = time.monotonic() + PATIENCE_S
    while path in search._known._read and time.monotonic() < until_s:
        time.sleep(0.05)
    return path not in search._known._read


async def test_what_was_purged_is_not_in_memory_either(
    opened: Opening, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for the call is told to wait; others stay. What was read of it for a search is gone as well."""
    monkeypatch.setattr(forgetting, "LOOK_S", 0.05)
    async with opened() as house:
        async with house.overlay("gone") as before:
            for call_id in ("gone", "stays"):
                async with house.call(call=call_id) as call:
                    await call.sound(said)
                    await call.stop()
            await before.until("call_ended")
            archive = Archive(house.journals)
            told = await asyncio.to_thread(found, archive, Search(words=("justify",)))
            assert len(told.hits) == 2
            await asyncio.sleep(0.3)
            await asyncio.to_thread(lambda: list(run(Wish("gone", None, None, False), archive, None)))
            assert await asyncio.to_thread(is_forgotten, house.journals / "gone.jsonl")
            async with house.overlay("gone") as late:
                assert await late.told() == {"kind": "waiting"}
        assert [event for event in await house.events("stays") if event.get("is_final")]
        assert house.journals / "stays.jsonl" in search._known._read

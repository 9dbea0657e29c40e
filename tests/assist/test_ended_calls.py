"""The end of a real call is told with its debrief, and of one that is not kept nothing is."""

import asyncio
import json
from pathlib import Path

import pytest

from assist import app
from assist.archive import Archive
from assist.ended_calls import body_of
from assist.settings import load
from tests.assist.conftest import House
from tests.assist.debrief.scene import ENTRIES
from tests.assist.test_webhook_sender import receiving, target


async def test_a_real_calls_end_is_told_with_its_debrief(tmp_path: Path, script: Path, said: bytes) -> None:
    """Once, signed, and what it carries is what was kept."""
    settings = load(port=0, engine="scripted", script=script, journal_dir=tmp_path / "calls")
    async with receiving(204) as (receiver, url), app.running(settings, webhook=target(url)) as up:
        async with House(up, settings).call(call="told") as call:
            await call.sound(said)
            await call.stop()
        await receiver.until(1)
    ((_, body),) = receiver.came
    told = json.loads(body)
    assert told["type"] == "call.ended"
    assert told["data"]["record"]["id"] == "told"
    assert "justify the cost" in body.decode()


async def test_of_a_call_that_is_not_kept_nothing_is_told(tmp_path: Path) -> None:
    """One whose journal cannot be read now is another matter: it may be told later."""
    assert await body_of(Archive(tmp_path), "gone", ENTRIES, 0.0) is None
    await asyncio.to_thread((tmp_path / "broken.jsonl").mkdir)
    with pytest.raises(OSError):
        await body_of(Archive(tmp_path), "broken", ENTRIES, 0.0)


async def test_of_a_refused_call_under_an_earlier_ones_id_nothing_is_told(
    tmp_path: Path, script: Path, said: bytes
) -> None:
    """Though the earlier one's journal is there."""
    settings = load(port=0, engine="scripted", script=script, journal_dir=tmp_path / "calls")
    async with receiving(204) as (receiver, url), app.running(settings, webhook=target(url)) as up:
        house = House(up, settings)
        for is_refused in (False, True, False):
            if is_refused:
                earlier = (settings.journal_dir / "kept.jsonl").read_bytes()
                (settings.journal_dir / "again.jsonl").write_bytes(earlier)
            async with house.call(call="again" if is_refused else "kept") as call, house.overlay() as overlay:
                await overlay.until("consent_changed")
                if is_refused:
                    await overlay.socket.send('{"kind":"refused","call":"again"}')
                    await overlay.until("consent_changed")
                await call.sound(said)
                await call.stop()
        await receiver.until(2)
    assert [json.loads(body)["data"]["record"]["id"] for _, body in receiver.came] == ["kept", "kept"]

"""Genesys and Asterisk through the whole server: opened at once, two connections in one call, suggestions sent back."""

import asyncio
import html
import json
import os
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from streamdouble import g711
from websockets.asyncio.client import ClientConnection, connect

from assist.app import running
from assist.settings import load

PATIENCE_S = 20.0
SAID = "I just don't know if we can justify the cost right now."

Event = dict[str, Any]
House = Any  # conftest's; what a fixture gives cannot be imported under importlib mode
Opening = Any


def finals(events: list[Event]) -> list[str]:
    """The utterances as they ended."""
    return [event["committed"] for event in events if event["kind"] == "transcript_changed" and event["is_final"]]


SESSION = "30b0e395-84d3-4570-ac13-9a62d8f514c0"
HOOK_MEDIA = [{"type": "audio", "format": "PCMU", "channels": ["external", "internal"], "rate": 8000}]


def hook(kind: str, seq: int, **parameters: Any) -> str:
    """A message of Genesys' client."""
    return json.dumps({"version": "2", "id": SESSION, "type": kind, "seq": seq, "parameters": parameters})


async def hook_told(client: ClientConnection, kind: str) -> Event:
    """Its next message of a kind."""
    while (message := json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S)))["type"] != kind:
        pass
    return message["parameters"]  # type: ignore[no-any-return]


async def test_genesys_is_sent_suggestions_where_that_is_set(opened: Opening, said: bytes) -> None:
    """While the call runs, as the overlay is shown them."""
    samples = np.frombuffer(said, "<i2")[::2]
    silence = np.full(len(samples), 0xFF, np.uint8)
    sound = np.stack([np.frombuffer(g711.encode(samples), np.uint8), silence], axis=1).tobytes()
    async with opened(audiohook_suggestions=True) as house:
        async with connect(f"{house.ws}/call/audiohook", compression=None) as client:
            await client.send(hook("open", 1, conversationId=SESSION, media=HOOK_MEDIA))
            assert (await hook_told(client, "opened"))["media"] == HOOK_MEDIA
            for first in range(0, len(sound), 3200):
                await client.send(sound[first : first + 3200])
                await asyncio.sleep(0)
            (entity,) = (await hook_told(client, "event"))["entities"]
            await client.send(hook("close", 2, reason="end"))
            await hook_told(client, "closed")
        events = await house.events(SESSION)
    shown = next(event for event in events if event["kind"] == "suggestion_shown")
    (suggestion,) = entity["data"]["suggestions"]
    assert suggestion["question"] == shown["quote"] and html.unescape(suggestion["answer"]) == shown["text"]
    assert finals(events) == [SAID] and events[-1]["reason"] == "stopped"


async def test_genesys_is_opened_at_once_however_busy_the_recogniser_is(tmp_path: Path, script: Path) -> None:
    """Its client waits 5 s; the recogniser, which answers nothing here, has no part in it, nor in its pings."""
    clock = asyncio.get_running_loop().time
    async with running(load(port=0, engine="scripted", script=script, journal_dir=tmp_path)) as up:
        pid = up.recogniser.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            async with connect(f"{up.url.replace('http', 'ws')}/call/audiohook", compression=None) as client:
                begun = clock()
                await client.send(hook("open", 1, conversationId=SESSION, media=HOOK_MEDIA))
                await hook_told(client, "opened")
                await client.send(bytes([0x8A, 0xFF]) * 16_000)
                await client.send(hook("ping", 2))
                await hook_told(client, "pong")
                await client.send(hook("close", 3, reason="end"))
                await hook_told(client, "closed")
                assert clock() - begun < 1
        finally:
            os.kill(pid, signal.SIGCONT)


async def test_asterisk_feeds_a_call_by_two_connections(opened: Opening, said: bytes) -> None:
    """By AudioSocket on its own port, each with the UUID that is set for it."""
    prospect, rep = uuid4(), uuid4()
    line = {"prospect": str(prospect), "rep": str(rep)}
    async with opened(audiosocket_port=0, audiosocket_lines=[line]) as house:
        peers = [await asyncio.open_connection("127.0.0.1", house.audiosocket_port) for _ in line]
        for (_, writer), identity in zip(peers, (prospect, rep), strict=True):
            writer.write(b"\x01\x00\x10" + identity.bytes)
        async with house.overlay() as overlay:
            for first in range(0, len(said), 640):
                sound = said[first : first + 640]
                for (_, writer), pcm in zip(peers, (sound, bytes(len(sound))), strict=True):
                    writer.write(b"\x11" + len(sound).to_bytes(2, "big") + pcm)
                await asyncio.sleep(0)
            for _, writer in peers:
                writer.write(b"\x00\x00\x00")
            events = await overlay.until("call_ended")
        for _, writer in peers:
            writer.close()
    assert events[-1]["reason"] == "stopped" and abs(events[-1]["duration_ms"] - len(said) // 32) <= 200
    told = next(event for event in events if event["kind"] == "call_started")
    assert (told["protocol"], told["speakers"]) == ("audiosocket", ["prospect", "rep"])
    assert finals(events) == [SAID]

"""The feeder plays a recording as a client should, and says what the server said when there is no call."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from streaming.feeder import AHEAD_MS, PACKET_MS, Feeder, FeedFailed
from streaming.protocols.contract import Metadata
from streaming.recording import Recording

PATIENCE_S = 10.0
STARTED = '{"kind":"started","call":"c1"}'
ENDED = '{"kind":"ended","duration_ms":0,"unread_bytes":0}'

Script = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[str]:
    """A server that does as the script says; gives its address."""
    async with serve(script, "127.0.0.1", 0, compression=None, close_timeout=0.5) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def sound(length_ms: int) -> Recording:
    """Two channels that differ."""
    samples = np.arange(length_ms * 16 * 2, dtype=np.int64) % 30_000
    return Recording(samples.astype(np.int16).reshape(-1, 2))


async def play(url: str, recording: Recording, is_paced: bool = False, metadata: Metadata | None = None) -> list[int]:
    """Plays it; the positions told, after the call's id was told."""
    told: list[int] = []
    started: list[str] = []
    feeder = Feeder(url, recording, ("rep", "prospect"))
    await asyncio.wait_for(feeder.play(is_paced, told.append, started.append, metadata), PATIENCE_S)
    assert started == ["c1"]
    return told


async def test_start_sound_and_stop_are_sent() -> None:
    """The start names all, the sound is the recording's to the last sample, progress ends at its length."""
    heard: list[str | bytes] = []

    async def listen(socket: ServerConnection) -> None:
        heard.append(await socket.recv())
        await socket.send(STARTED)
        async for message in socket:
            heard.append(message)
            if isinstance(message, str):
                await socket.send(ENDED)

    recording = sound(1_010)
    async with serving(listen) as url:
        told = await play(url, recording, metadata=Metadata(company="Northwind"))
    start = json.loads(heard[0])
    assert start["kind"] == "start" and start["channels"] == ["rep", "prospect"]
    assert (start["encoding"], start["sample_rate_hz"]) == ("pcm_s16le", 16_000)
    assert start["metadata"]["company"] == "Northwind" and start["call"] is None
    assert b"".join(part for part in heard if isinstance(part, bytes)) == recording.samples.tobytes()
    assert heard[-1] == '{"kind":"stop"}'
    assert told == sorted(told) and told[-1] == 1_010


async def test_a_paced_call_takes_as_long_as_it_is() -> None:
    """Sound is sent as it would be made."""

    async def listen(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(STARTED)
        async for message in socket:
            if isinstance(message, str):
                await socket.send(ENDED)

    clock = asyncio.get_running_loop().time
    async with serving(listen) as url:
        begun = clock()
        await play(url, sound(400), is_paced=True)
    assert clock() - begun >= 0.4 - PACKET_MS / 1000


async def test_at_full_speed_it_waits_for_what_was_heard() -> None:
    """Never further ahead than the server could keep; an acknowledgement lets it go on."""
    most_ms = 0
    length_ms = 3 * AHEAD_MS

    async def listen(socket: ServerConnection) -> None:
        nonlocal most_ms
        await socket.recv()
        await socket.send(STARTED)
        received_ms = heard_ms = 0
        async for message in socket:
            if isinstance(message, str):
                await socket.send(ENDED)
                continue
            received_ms += len(message) // 64
            most_ms = max(most_ms, received_ms - heard_ms)
            if received_ms - heard_ms > AHEAD_MS or received_ms == length_ms:
                heard_ms = received_ms
                await socket.send(json.dumps({"kind": "ack", "received_ms": received_ms, "heard_ms": heard_ms}))

    async with serving(listen) as url:
        await play(url, sound(length_ms))
    assert most_ms == AHEAD_MS + PACKET_MS


async def test_a_refusal_is_told() -> None:
    """Code and text of the server, at the start or later."""

    async def refuse(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"kind":"error","code":"overloaded","message":"come back later"}')

    async def refuse_later(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(STARTED)
        await socket.recv()
        await socket.send('{"kind":"error","code":"overloaded","message":"come back later"}')

    for script in (refuse, refuse_later):
        async with serving(script) as url:
            with pytest.raises(FeedFailed, match="overloaded: come back later"):
                await play(url, sound(2 * AHEAD_MS))


async def test_a_server_that_goes_away_is_told_even_while_waiting_for_it() -> None:
    """The feeder is ahead and waits for an acknowledgement that will never come: it must not wait for ever."""

    async def leave(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(STARTED)
        received_ms = 0
        while received_ms <= AHEAD_MS:
            received_ms += len(await socket.recv()) // 64

    async with serving(leave) as url:
        with pytest.raises(FeedFailed, match="before its end"):
            await play(url, sound(2 * AHEAD_MS))


async def test_no_server_is_told_with_its_address() -> None:
    """As is one that speaks no WebSocket."""
    with pytest.raises(FeedFailed, match=r"no call at ws://127\.0\.0\.1:1"):
        await play("ws://127.0.0.1:1", sound(20))

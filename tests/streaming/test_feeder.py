"""The feeder plays a recording as a client should, and says what the server said when there is no call."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from streaming import feeder as module
from streaming.feeder import AHEAD_MS, PACKET_MS, Feeder, FeedFailed
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from tests.assist.wire import Wire
from tests.streaming.listeners import keeping

PATIENCE_S = 10.0
STARTED = '{"kind":"started","call":"c1","received_samples":0}'
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


async def leave(socket: ServerConnection) -> None:
    """Takes what a feeder sends ahead and goes away."""
    assert json.loads(await socket.recv())["kind"] == "start"
    await socket.send(STARTED)
    received_ms = 0
    while received_ms <= AHEAD_MS:
        received_ms += len(await socket.recv()) // 64


async def test_a_call_that_the_server_gave_up_is_told_even_while_waiting_for_it() -> None:
    """The feeder is ahead and waits for an acknowledgement that will never come: it must not wait for ever."""
    firsts: list[dict[str, Any]] = []

    async def leave_and_forget(socket: ServerConnection) -> None:
        if not firsts:
            firsts.append({})
            await leave(socket)
            return
        firsts.append(json.loads(await socket.recv()))
        await socket.send('{"kind":"error","code":"unknown_call","message":"start a new one"}')

    async with serving(leave_and_forget) as url:
        with pytest.raises(FeedFailed, match="unknown_call: start a new one"):
            await play(url, sound(2 * AHEAD_MS))
    assert (firsts[1]["kind"], firsts[1]["call"]) == ("resume", "c1") and len(firsts[1]["token"]) >= 22


async def test_a_server_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, and for good."""
    monkeypatch.setattr(module, "RETRY_S", 0.5)
    async with serving(leave) as url:
        with pytest.raises(FeedFailed, match="was cut, and could not be taken up again"):
            await play(url, sound(2 * AHEAD_MS))


async def test_a_cut_that_only_hides_the_end_is_none() -> None:
    """All sound was acknowledged, and the server knows the call no more: it has ended."""
    has_ended = False

    async def end_unheard(socket: ServerConnection) -> None:
        nonlocal has_ended
        await socket.recv()
        if has_ended:
            await socket.send('{"kind":"error","code":"unknown_call","message":"start a new one"}')
            return
        await socket.send(STARTED)
        async for message in socket:
            if isinstance(message, str):
                has_ended = True
                await socket.send('{"kind":"ack","received_ms":100,"heard_ms":100}')
                return

    async with serving(end_unheard) as url:
        await play(url, sound(100))


@pytest.mark.parametrize("seed", range(4))
async def test_no_cut_costs_or_doubles_a_sample(seed: int) -> None:
    """The line is cut again and again, at any moment; the server has every sample, once."""
    is_paced = seed % 2 == 1
    length_s = 3 if is_paced else 120
    samples = np.random.default_rng(seed).integers(-9_000, 9_000, (16_000 * length_s, 2))
    recording = Recording(samples.astype(np.int16))
    dice = random.Random(seed)
    async with keeping() as (product, port), Wire(port).laid() as wire:
        feeder = Feeder(f"ws://127.0.0.1:{wire.port}/call/browser", recording, ("rep", "prospect"))
        started = asyncio.Event()
        playing = asyncio.create_task(feeder.play(is_paced, lambda _: None, lambda _: started.set()))
        await asyncio.wait_for(started.wait(), PATIENCE_S)
        for _ in range(4):
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            wire.cut()
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            wire.mend()
        await asyncio.wait_for(playing, 3 * PATIENCE_S)
        (call,) = product.calls.values()
    assert call.reasons == ["stopped"]
    for channel, speaker in enumerate(("rep", "prospect")):
        assert call.sound(speaker) == recording.samples[:, channel].astype("<i2").tobytes()


async def test_no_server_is_told_with_its_address() -> None:
    """As is one that speaks no WebSocket."""
    with pytest.raises(FeedFailed, match=r"no call at ws://127\.0\.0\.1:1"):
        await play("ws://127.0.0.1:1", sound(20))

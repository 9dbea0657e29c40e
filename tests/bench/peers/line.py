"""One channel's sound to one peer at a call's pace, and all that it tells of it."""

import asyncio
import time
from collections.abc import Callable

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from streaming.recording import Samples
from streaming.types import FRAME_MS, FRAME_SAMPLES
from tests.bench.peers.contract import Dialogue
from tests.bench.told import Telling

START_S = 300  # to load torch and the models on a slow machine
QUIET_S = 15.0  # after the end, words that have not changed for so long are all; WhisperLive's own client waits as long
MOST_QUIET_S = 60.0


class Line(msgspec.Struct, frozen=True):
    """What came of one channel."""

    tellings: tuple[Telling, ...]
    sent_s: tuple[float, ...]
    """when each 20 ms were sent, on the machine's monotonic clock"""
    cpu_s: float
    """what the peer spent while the sound was sent"""


async def hear(port: int, dialogue: Dialogue, samples: Samples, spent_s: Callable[[], float]) -> Line:
    """Plays mono sound of shape (samples,). `spent_s` tells the peer's processor time. Raises SystemExit."""
    tellings: list[Telling] = []
    sent_s: list[float] = []
    async with await _connected(port, dialogue.path) as socket:
        for message in dialogue.hello():
            await socket.send(message)
        await asyncio.wait_for(_ready(socket, dialogue), START_S)
        listening = asyncio.create_task(_listen(socket, dialogue, tellings))
        before_s, begun_s = spent_s(), time.monotonic()
        for index, first in enumerate(range(0, len(samples), FRAME_SAMPLES), 1):
            await socket.send(dialogue.packet(samples[first : first + FRAME_SAMPLES]))
            sent_s.append(time.monotonic())
            await asyncio.sleep(max(0.0, begun_s + index * FRAME_MS / 1000 - time.monotonic()))
        cpu_s = spent_s() - before_s
        for message in dialogue.stop():
            await socket.send(message)
        await _quiet(tellings, listening)
        listening.cancel()
    return Line(tuple(tellings), tuple(sent_s), cpu_s)


async def _connected(port: int, path: str) -> ClientConnection:
    until_s = time.monotonic() + START_S
    while True:
        try:
            return await connect(f"ws://127.0.0.1:{port}{path}", max_size=None, ping_timeout=None)
        except OSError:
            if time.monotonic() > until_s:
                raise SystemExit(f"the peer did not listen on its port within {START_S} s") from None
            await asyncio.sleep(0.2)


async def _ready(socket: ClientConnection, dialogue: Dialogue) -> None:
    async for message in socket:
        if dialogue.is_ready(str(message)):
            return
    raise SystemExit("the peer closed the connection before it was ready")


async def _listen(socket: ClientConnection, dialogue: Dialogue, tellings: list[Telling]) -> None:
    try:
        async for message in socket:
            dialogue.take(str(message))
            told = Telling(time.monotonic(), dialogue.committed, dialogue.tentative)
            if not tellings or (told.committed, told.tentative) != (tellings[-1].committed, tellings[-1].tentative):
                tellings.append(told)
    except ConnectionClosed:
        pass  # what was told stands


async def _quiet(tellings: list[Telling], listening: asyncio.Task[None]) -> None:
    ended_s = time.monotonic()
    while not listening.done() and time.monotonic() - ended_s < MOST_QUIET_S:
        if time.monotonic() - max(ended_s, tellings[-1].at_s if tellings else 0.0) > QUIET_S:
            return
        await asyncio.sleep(0.1)

"""A client that misbehaves, in a process of its own so that it does not hold up those who measure.

python -m tests.bench.chaos.misbehave flood|bombs|slow_openers PORT SECONDS
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.bench.chaos.raw_socket import handshake
from tests.bench.served import HOST

MIB = 1 << 20
START = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}
WATCH = {"kind": "watch", "call": None}
DISMISS = json.dumps({"kind": "dismiss", "call": "nobody", "id": "nothing"})
OPENERS = 300
BOMB_PAUSE_S = 0.25


async def flood(port: int, until_s: float) -> None:
    """Sound a hundred times as fast as anybody talks, replies without end, and calls that begin and go."""
    await asyncio.gather(_sound(port, until_s), _replies(port, until_s), _visits(port, until_s))


async def bombs(port: int, until_s: float) -> None:
    """Messages of 50 MiB, JSON that nests without end, frames that never end."""
    while time.monotonic() < until_s:
        for path, message in (
            ("/call/browser", bytes(50 * MIB)),
            ("/call/browser", "[" * 60_000),
            ("/overlay", '{"kind":"watch","call":' + "[" * 60_000),
        ):
            await _once(port, path, message)
            await asyncio.sleep(BOMB_PAUSE_S)


async def slow_openers(port: int, until_s: float) -> None:
    """Hundreds of connections that say a letter a second and never come to ask for anything; who is cut comes again."""
    await asyncio.gather(*(_dawdle(port, until_s) for _ in range(OPENERS)))


async def _sound(port: int, until_s: float) -> None:
    while time.monotonic() < until_s:
        try:
            async with connect(f"ws://{HOST}:{port}/call/browser", compression=None, close_timeout=1) as line:
                await line.send(json.dumps(START))
                while time.monotonic() < until_s:
                    await line.send(bytes(64_000))
        except (OSError, WebSocketException):
            await asyncio.sleep(0.1)


async def _replies(port: int, until_s: float) -> None:
    while time.monotonic() < until_s:
        try:
            async with connect(f"ws://{HOST}:{port}/overlay", compression=None, close_timeout=1) as line:
                await line.send(json.dumps(WATCH))
                while time.monotonic() < until_s:
                    await line.send(DISMISS)
        except (OSError, WebSocketException):
            await asyncio.sleep(0.1)


async def _visits(port: int, until_s: float) -> None:
    while time.monotonic() < until_s:
        await _once(port, "/call/browser", "no JSON")
        await asyncio.sleep(0.02)


async def _once(port: int, path: str, message: str | bytes) -> None:
    try:
        async with connect(f"ws://{HOST}:{port}{path}", compression=None, max_size=None, close_timeout=1) as line:
            await line.send(message)
            await asyncio.wait_for(line.recv(), 1)
    except (OSError, TimeoutError, WebSocketException):
        pass


async def _dawdle(port: int, until_s: float) -> None:
    while time.monotonic() < until_s:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
            for letter in handshake("/overlay", port)[:-2].decode():
                writer.write(letter.encode())
                await writer.drain()
                await asyncio.sleep(min(1.0, max(0.0, until_s - time.monotonic())))
            writer.close()
        except OSError:
            await asyncio.sleep(0.1)


WAYS: dict[str, Callable[[int, float], Awaitable[None]]] = {
    "flood": flood,
    "bombs": bombs,
    "slow_openers": slow_openers,
}


async def _main(way: str, port: str, seconds: str) -> None:
    await WAYS[way](int(port), time.monotonic() + float(seconds))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))

"""A node is told to end while calls are in progress and one client has stopped reading."""

import asyncio
import signal
import time
from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, call, house
from tests.bench.chaos.nodes import Node
from tests.bench.chaos.raw_socket import deaf_overlay
from tests.bench.chaos.sound import WORD_MS, place_of

CALLS = 4
CALL_S = 30.0
DRAIN_S = 3.0
EXIT_S = 15.0
"""from the signal: the drain, the last words of all calls, and goodbyes"""


class Sigterm:
    """One node; its calls are longer than it may drain."""

    says = (
        f"SIGTERM to a node (drain_s {DRAIN_S:.0f}) with {CALLS} calls in progress and an overlay that reads nothing; "
        f"passed: /readyz says no at once, no call is taken, all words that came are told, it exits with 0 within "
        f"{EXIT_S:.0f} s; recovery: to its exit"
    )
    runs = 3
    most_recovery_s = EXIT_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """One node after the other."""
        return [await _ended(random) for _ in range(count)]


async def _ended(random: Random) -> Run:
    async with house(drain_s=DRAIN_S) as (node, _):
        calls = [await call(node.url, CALL_S, f"ending-{number}", random) for number in range(CALLS)]
        under_way = [asyncio.create_task(one.ended(CALL_S)) for one in calls]
        await asyncio.gather(*(one.caller.begun.wait() for one in calls))
        with deaf_overlay(node.port, calls[0].caller.call_id):
            await asyncio.sleep(4 + 4 * random.random())
            told_s = time.monotonic()
            node.signal(signal.SIGTERM)
            await asyncio.sleep(0.2)
            refuses = await _refuses(node)
            try:
                status = await asyncio.wait_for(node.wait(), EXIT_S + DRAIN_S)
            except TimeoutError:
                status = -1
            took_s = time.monotonic() - told_s
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    lost = sum(_lost(one) for one in calls)
    doubled = sum(one.tally().doubled for one in calls)
    return Run(
        passed=status == 0 and took_s < EXIT_S and refuses and not lost and not doubled,
        recovery_s=took_s,
        lost=lost,
        doubled=doubled,
        notes={"status": status, "refused_at_once": int(refuses)},
    )


def _lost(one: Call) -> int:
    """Words that were acknowledged whole and never told."""
    told = set(one.watcher.transcript.words())
    last = one.caller.received_ms // WORD_MS - 1
    return sum(place_of(word) < last and word not in told for word in one.expected)


async def _refuses(node: Node) -> bool:
    """Whether it says that it is not ready, or takes no connections any more."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    except OSError:
        return True
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\n\r\n".encode())
        return b" 503 " in (await asyncio.wait_for(reader.read(), 2)).partition(b"\r\n")[0]
    except (OSError, TimeoutError):
        return True
    finally:
        writer.close()


def create() -> Sigterm:
    """The fault."""
    return Sigterm()

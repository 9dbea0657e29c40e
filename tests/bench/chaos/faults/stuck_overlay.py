"""Overlays stop reading; they must be cut, and nobody else may notice."""

import asyncio
import time
from random import Random

from tests.bench.chaos.caller import Caller
from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, house, truth
from tests.bench.chaos.raw_socket import deaf_overlay, is_kept, taken_bytes
from tests.bench.chaos.sound import speech
from tests.bench.chaos.watcher import Watcher

CALL_S = 120.0
"""of sound, which is fed as fast as it is heard, so that there is always something to tell"""
STUCK = 10
PAUSE_S = 0.3
EVICTED_S = 2.0
PATIENCE_S = 60.0


class StuckOverlay:
    """Their own systems keep a few hundred words for them; what the server's would keep is more than the call has."""

    says = (
        f"{STUCK} overlays join a busy call and read nothing; recovery: from the last byte that its system took until "
        f"each is cut (at most {EVICTED_S:.0f} s); passed: and the overlay beside them has every word"
    )
    runs = STUCK
    most_recovery_s = EVICTED_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each overlay is a run."""
        async with house() as (node, _):
            sound = speech(CALL_S)
            caller = Caller(node.url, sound, "watched", random, is_paced=False)
            under_way = Call(caller, Watcher(node.url, "watched", random), await truth(node.url, sound))
            ending = asyncio.create_task(under_way.ended(CALL_S + 60))
            await caller.begun.wait()
            cut = await asyncio.gather(*(_evicted(node.port, "watched", n * PAUSE_S) for n in range(count)))
            has_ended = await ending
        found = under_way.tally()
        whole = has_ended and not found.lost and not found.doubled
        runs = [Run(passed=whole and took_s is not None and took_s <= EVICTED_S, recovery_s=took_s) for took_s in cut]
        last = Run(passed=runs[-1].passed, recovery_s=cut[-1], lost=found.lost, doubled=found.doubled)
        return [*runs[:-1], last]


async def _evicted(port: int, call_id: str, wait_s: float) -> float | None:
    """How long a deaf overlay is kept once it is stuck; None where it was kept for too long."""
    await asyncio.sleep(wait_s)
    with deaf_overlay(port, call_id) as client:
        own_port = client.getsockname()[1]
        begun_s = taken_s = time.monotonic()
        taken = 0
        while (now_s := time.monotonic()) - begun_s < PATIENCE_S:
            if not is_kept(port, own_port):
                return now_s - taken_s
            if (now := taken_bytes(client)) != taken:
                taken_s, taken = now_s, now
            await asyncio.sleep(0.02)
    return None


def create() -> StuckOverlay:
    """The fault."""
    return StuckOverlay()

"""A node stands still for so long that others take its calls over, and then goes on as if nothing had been."""

import asyncio
import signal
import time
from random import Random

from tests.bench.chaos.cluster import Desks, cluster, recovered
from tests.bench.chaos.contract import Run

DESKS = 6
CALL_S = 30.0
PAUSE_S = 12.0
RECOVERED_S = 8.0
"""Source and overlay take silence for a cut after 5 s; by then the balancer passes the node over. The rest is the wait
before a new try (at most 0.25 s, then 0.5), and 2 s to take the call over and hear its next word. To give a node up
sooner would have calls taken from nodes that live."""


class NodePaused:
    """What fencing is for: the node that slept must not write what it still has."""

    says = (
        f"SIGSTOP to one of three nodes for {PAUSE_S:.0f} s, then SIGCONT; passed: nobody is told two things under one "
        "number; recovery: until words of the slowest of its calls come again"
    )
    runs = 3
    most_recovery_s = RECOVERED_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each pause is a run."""
        async with cluster() as up, Desks(up, DESKS, CALL_S, random).busy() as desks:
            await asyncio.sleep(8)
            runs = []
            for _ in range(count):
                node = up.with_a_call(random)
                struck_s = time.monotonic()
                node.signal(signal.SIGSTOP)
                await asyncio.sleep(PAUSE_S)
                node.signal(signal.SIGCONT)
                struck = [
                    one for one in desks.calls if any(struck_s <= s < struck_s + PAUSE_S for s in one.caller.cut_s)
                ]
                took_s = await recovered(struck, struck_s, 30)
                runs.append(Run(passed=took_s is not None, recovery_s=took_s if struck else None))
                await asyncio.sleep(3)
        return [*runs[:-1], desks.verdict(runs[-1])]


def create() -> NodePaused:
    """The fault."""
    return NodePaused()

"""One of three nodes is killed at a random moment, again and again, while people call."""

import asyncio
import time
from random import Random

from tests.bench.chaos.cluster import Desks, cluster, recovered
from tests.bench.chaos.contract import Run

DESKS = 6
CALL_S = 30.0
RECOVERED_S = 5.0
PATIENCE_S = 20.0


class NodeKill:
    """The node is started again before the next is killed."""

    says = (
        "SIGKILL to one of three nodes and its recogniser, Redis between them, six calls under way all the time; "
        "recovery: until words of the slowest of its calls are on the overlay again, which may be on any node"
    )
    runs = 50
    most_recovery_s = RECOVERED_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each kill is a run."""
        async with cluster() as up, Desks(up, DESKS, CALL_S, random).busy() as desks:
            await asyncio.sleep(8)
            runs = []
            for _ in range(count):
                await asyncio.sleep(2 * random.random())
                node = up.with_a_call(random)
                struck_s = time.monotonic()
                await node.kill()
                await asyncio.sleep(1)
                struck = desks.struck(struck_s)
                took_s = await recovered(struck, struck_s, PATIENCE_S)
                runs.append(Run(passed=took_s is not None, recovery_s=took_s if struck else None))
                await node.start()
        return [*runs[:-1], desks.verdict(runs[-1])]


def create() -> NodeKill:
    """The fault."""
    return NodeKill()

"""The line of a call is cut while somebody speaks, by a reset or without a word, and comes back."""

import asyncio
import time
from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, call, house, truth
from tests.bench.chaos.nodes import Node
from tests.bench.chaos.sound import speech
from tests.fault_proxy import FaultProxy

OUTAGES_S = (0.2, 1.0, 5.0, 25.0, 84.0)
CALL_S = 20.0
RECOVERED_S = 5.0


class ClientCut:
    """All at once: most of it is waiting."""

    says = (
        "the source's line is cut at a random moment, by a reset or in silence, for 0.2, 1, 5, 25 or 84 s "
        "(resume_s 120); recovery: from the line's return to the server's first answer"
    )
    runs = 20
    most_recovery_s = RECOVERED_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """One call a run."""
        async with house(resume_s=120) as (node, _):
            await truth(node.url, speech(CALL_S))
            outages = [OUTAGES_S[index % len(OUTAGES_S)] for index in range(count)]
            return list(await asyncio.gather(*(_cut(node, n, out_s, random) for n, out_s in enumerate(outages))))


async def _cut(node: Node, number: int, outage_s: float, random: Random) -> Run:
    await asyncio.sleep(5 * random.random())
    async with FaultProxy(node.port, seed=number).laid() as line:
        under_way = await call(f"ws://127.0.0.1:{line.port}", CALL_S, f"cut-{number}", random, node.url)
        ending = asyncio.create_task(under_way.ended(CALL_S + outage_s + 60))
        await under_way.caller.begun.wait()
        await asyncio.sleep(1 + (CALL_S - 4) * random.random())
        by_reset = random.random() < 0.5
        line.cut() if by_reset else line.stall()
        await asyncio.sleep(outage_s)
        line.mend()
        mended_s = time.monotonic()
        return _judged(under_way, await ending, outage_s, _since(mended_s, under_way.caller.heard_s(mended_s)))


def _since(begun_s: float, at_s: float | None) -> float | None:
    return None if at_s is None else at_s - begun_s


def _judged(under_way: Call, has_ended: bool, outage_s: float, recovery_s: float | None) -> Run:
    found = under_way.tally()
    return Run(
        passed=has_ended and recovery_s is not None and not found.lost and not found.doubled,
        recovery_s=recovery_s,
        lost=found.lost,
        doubled=found.doubled,
        notes={"outage_s": outage_s},
    )


def create() -> ClientCut:
    """The fault."""
    return ClientCut()

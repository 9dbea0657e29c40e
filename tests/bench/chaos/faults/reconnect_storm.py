"""Five hundred overlays lose their line at the same moment, and all come back at once."""

import asyncio
import time
from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, call, house, p95, word_lags
from tests.bench.chaos.transcript import tally
from tests.bench.chaos.watcher import Watcher
from tests.fault_proxy import FaultProxy

OVERLAYS = 500
CALL_S = 40.0
AT_S = 15.0
RECOVERED_S = 10.0
"""a page waits up to 5 s before a later try"""


class ReconnectStorm:
    """All of them watch one call."""

    says = (
        f"{OVERLAYS} overlays of a call are reset in one moment and come back as the page does; recovery: until the "
        "call's events come to each again; words are those of all overlays"
    )
    runs = OVERLAYS
    most_recovery_s = RECOVERED_S

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each overlay is a run."""
        async with house() as (node, _), FaultProxy(node.port).laid() as line:
            under_way = await call(node.url, CALL_S, "stormed", random)
            ending = asyncio.create_task(under_way.ended(CALL_S + 60))
            await under_way.caller.begun.wait()
            storm = [Watcher(f"ws://127.0.0.1:{line.port}", "stormed", random) for _ in range(count)]
            watching = [asyncio.create_task(one.watch()) for one in storm]
            await asyncio.sleep(AT_S)
            line.reset()
            reset_s = time.monotonic()
            has_ended = await ending
            _, late = await asyncio.wait(watching, timeout=30)
            for task in late:
                task.cancel()
        lags = p95(word_lags(under_way.caller, under_way.watcher, under_way.expected, reset_s))
        return [_judged(one, under_way, has_ended, reset_s, lags or 0.0) for one in storm]


def _judged(one: Watcher, under_way: Call, has_ended: bool, reset_s: float, other_lag_s: float) -> Run:
    found = tally(under_way.expected, one.transcript.words())
    back_s = one.told_s(reset_s, "following")
    recovery_s = None if back_s is None else back_s - reset_s
    return Run(
        passed=has_ended and one.transcript.is_over and recovery_s is not None and not found.lost and not found.doubled,
        recovery_s=recovery_s,
        lost=found.lost,
        doubled=found.doubled,
        notes={"other_overlay_lag_p95_s": round(other_lag_s, 2)},
    )


def create() -> ReconnectStorm:
    """The fault."""
    return ReconnectStorm()

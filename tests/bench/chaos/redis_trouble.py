"""Calls on three nodes while something is wrong with their Redis: what the four faults of Redis have in common."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random

from tests.bench.chaos.cluster import Cluster, Desks, cluster
from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import p95

DESKS = 6
CALL_S = 25.0
SETTLED_S = 8.0
PATIENCE_S = 20.0


async def troubled(count: int, random: Random, trouble: Callable[[Cluster, Random], Awaitable[float]]) -> list[Run]:
    """`trouble` does it and tells when it was over. Recovery: until every overlay has something new of its call again.

    Calls end where they began, since their nodes live; overlays of other nodes must have caught up in the end.
    """
    async with cluster() as up, Desks(up, DESKS, CALL_S, random).busy() as desks:
        await asyncio.sleep(SETTLED_S)
        runs = []
        for _ in range(count):
            over_s = await trouble(up, random)
            took_s = await _caught_up(desks, over_s)
            runs.append(Run(passed=took_s is not None, recovery_s=took_s))
            await asyncio.sleep(2)
    lags = p95(lag for one in desks.calls for lag in one.lags_s())
    last = desks.verdict(runs[-1])
    last.notes["lag_p95_s"] = round(lags or 0.0, 2)
    return [*runs[:-1], last]


async def _caught_up(desks: Desks, over_s: float) -> float | None:
    while time.monotonic() - over_s < PATIENCE_S:
        running = [one for one in desks.calls if one.caller.begun.is_set() and not one.watcher.transcript.is_over]
        times = [one.watcher.told_s(over_s) for one in running]
        if all(at_s is not None for at_s in times):
            return max((at_s - over_s for at_s in times if at_s is not None), default=0.0)
        await asyncio.sleep(0.05)
    return None

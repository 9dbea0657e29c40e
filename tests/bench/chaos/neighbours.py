"""Other calls while one client misbehaves: the same calls are played twice, in quiet and beside it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import msgspec
import psutil

from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, call, house, p95
from tests.bench.chaos.nodes import Node

CALLS = 5
CALL_S = 15.0
MOST_MORE = 1.10
"""times the lag in quiet"""
MOST_GROWTH_MIB = 64.0
MIB = 1 << 20


class _Batch(msgspec.Struct, frozen=True):
    lag_s: float
    lost: int
    doubled: int
    have_ended: bool


async def beside(way: str, count: int, random: Random) -> list[Run]:
    """So many batches of calls beside `misbehave`'s way, each held against one in quiet."""
    async with house() as (node, _):
        quiet = await _batch(node, "quiet", random.random())
        runs = []
        for number in range(count):
            before = psutil.Process(node.pid).memory_info().rss
            async with _misbehaving(way, node.port):
                beside = await _batch(node, f"beside-{number}", random.random())
            growth = (psutil.Process(node.pid).memory_info().rss - before) / MIB
            runs.append(_judged(quiet, beside, growth))
    return runs


def _judged(quiet: _Batch, beside: _Batch, growth_mib: float) -> Run:
    more = beside.lag_s / quiet.lag_s
    whole = beside.have_ended and not beside.lost and not beside.doubled
    return Run(
        passed=whole and more <= MOST_MORE and growth_mib < MOST_GROWTH_MIB,
        lost=beside.lost,
        doubled=beside.doubled,
        notes={
            "lag_p95_quiet_s": round(quiet.lag_s, 2),
            "lag_p95_s": round(beside.lag_s, 2),
            "times": round(more, 2),
            "growth_mib": round(growth_mib, 1),
        },
    )


async def _batch(node: Node, name: str, offset: float) -> _Batch:
    calls = [await call(node.url, CALL_S, f"{name}-{number}", Random(number)) for number in range(CALLS)]
    have_ended = await asyncio.gather(*(_later(one, offset + index / CALLS) for index, one in enumerate(calls)))
    tallies = [one.tally() for one in calls]
    lags = [lag for one in calls for lag in one.lags_s()]
    lost, doubled = sum(one.lost for one in tallies), sum(one.doubled for one in tallies)
    return _Batch(p95(lags) or 0.001, lost, doubled, all(have_ended))


async def _later(one: Call, wait_s: float) -> bool:
    await asyncio.sleep(wait_s)
    return await one.ended(CALL_S + 45)


@asynccontextmanager
async def _misbehaving(way: str, port: int) -> AsyncIterator[None]:
    command = (sys.executable, "-m", "tests.bench.chaos.misbehave", way, str(port), str(CALL_S + 5))
    # It is to press the server, not to take the machine from it.
    process = await asyncio.create_subprocess_exec(*command, preexec_fn=lambda: os.nice(10))
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()

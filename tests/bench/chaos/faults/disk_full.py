"""The disk fills up in the middle of calls: no file may grow any more."""

import asyncio
import resource
from pathlib import Path
from random import Random

import psutil

from assist import journal
from assist.archive import Archive
from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call, call, house

CALLS = 4
CALL_S = 20.0
MOST_BYTES = 8_192


class DiskFull:
    """By the limit on the size of files, which the system sets for the node alone while it runs."""

    says = (
        f"files of the node cannot grow beyond {MOST_BYTES} bytes from a random moment on (RLIMIT_FSIZE); passed: the "
        "overlays have every word, and what is in the journals can be read"
    )
    runs = CALLS
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each call is a run."""
        async with house() as (node, place):
            calls = [await call(node.url, CALL_S, f"full-{number}", random) for number in range(count)]
            ending = [asyncio.create_task(one.ended(CALL_S + 30)) for one in calls]
            await asyncio.sleep(3 + 10 * random.random())
            psutil.Process(node.pid).rlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, resource.RLIM_INFINITY))
            have_ended = await asyncio.gather(*ending)
            return [_judged(one, has, place / "calls") for one, has in zip(calls, have_ended, strict=True)]


def _judged(one: Call, has_ended: bool, journals: Path) -> Run:
    found = one.tally()
    path = journals / f"{one.caller.call_id}.jsonl"
    lines, torn = journal.read(path, Archive(path.parent))
    return Run(
        passed=has_ended and not found.lost and not found.doubled and bool(lines) and torn <= 1,
        lost=found.lost,
        doubled=found.doubled,
        notes={"journal_bytes": path.stat().st_size, "torn_lines": torn},
    )


def create() -> DiskFull:
    """The fault."""
    return DiskFull()

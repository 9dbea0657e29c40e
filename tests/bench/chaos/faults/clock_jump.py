"""The machine's time of day jumps by an hour, forth and back, in the middle of calls."""

import asyncio
import glob
from random import Random

from tests.bench.chaos.contract import Run, Unfit
from tests.bench.chaos.house import Call, call, p95, scripted_node
from tests.bench.chaos.nodes import folder, serving

CALLS = 4
CALL_S = 20.0
HOUR = 3_600
LAG_S = 5.0


class ClockJump:
    """By libfaketime, which tells one process another time of day; its monotonic clock goes on."""

    says = "the node's time of day jumps by an hour, forth and then back, while calls are in progress"
    runs = CALLS
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each call is a run."""
        library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
        if library is None:
            raise Unfit("libfaketime is missing; on Debian: apt-get install faketime")
        async with folder() as place:
            clock = place / "clock"
            clock.write_text("+0")
            told = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1"}
            node = scripted_node(place, {}, {**told, "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
            async with serving(node):
                calls = [await call(node.url, CALL_S, f"jump-{number}", random) for number in range(count)]
                ending = [asyncio.create_task(one.ended(CALL_S + 30)) for one in calls]
                for offset_s in random.sample((HOUR, -HOUR), 2):
                    await asyncio.sleep(3 + 3 * random.random())
                    clock.write_text(f"{offset_s:+d}")
                have_ended = await asyncio.gather(*ending)
        return [_judged(one, has) for one, has in zip(calls, have_ended, strict=True)]


def _judged(one: Call, has_ended: bool) -> Run:
    found = one.tally()
    lag_s = p95(one.lags_s()) or 0.0
    return Run(
        passed=has_ended and not found.lost and not found.doubled and lag_s < LAG_S and not one.caller.cut_s,
        lost=found.lost,
        doubled=found.doubled,
        notes={"lag_p95_s": round(lag_s, 2), "cuts": len(one.caller.cut_s)},
    )


def create() -> ClockJump:
    """The fault."""
    return ClockJump()

"""A call through the real recogniser while something is done to its process: used by two faults."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random

import psutil

from tests.bench.chaos.caller import Caller
from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import Call
from tests.bench.chaos.nodes import folder, node, serving
from tests.bench.chaos.sound import Sound, speech
from tests.bench.chaos.transcript import tally_timed
from tests.bench.chaos.watcher import Watcher

EACH_S = 15.0
"""of sound, a blow each"""
QUIET_S = 3.0


async def struck(count: int, random: Random, strike: Callable[[psutil.Process], None]) -> list[Run]:
    """One call with so many blows; its words are held, by their times, against those of a call without.

    Recovery is from the blow to the next words. Words lost and doubled stand with the last blow.
    """
    sound = speech(count * EACH_S)
    async with folder() as place:
        one = node(place, {})
        async with serving(one):
            uncut, _ = await _played(one.url, sound, "uncut", random, None)
            blows: list[float] = []

            async def rain(under_way: Call) -> None:
                await under_way.caller.begun.wait()
                for _ in range(count):
                    wait_s = QUIET_S + (EACH_S - 2 * QUIET_S) * random.random()
                    await asyncio.sleep(wait_s)
                    strike(one.recogniser())
                    blows.append(time.monotonic())
                    await asyncio.sleep(EACH_S - wait_s)

            hit, has_ended = await _played(one.url, sound, "hit", random, rain)
    found = tally_timed(uncut.watcher.transcript.timed(), hit.watcher.transcript.timed())
    told = [(at_s, hit.watcher.told_s(at_s)) for at_s in blows]
    recoveries = [None if words_s is None else words_s - at_s for at_s, words_s in told]
    runs = [Run(passed=recovery_s is not None and has_ended, recovery_s=recovery_s) for recovery_s in recoveries]
    last = Run(
        passed=runs[-1].passed and not found.lost and not found.doubled,
        recovery_s=runs[-1].recovery_s,
        lost=found.lost,
        doubled=found.doubled,
        notes={"words": len(uncut.watcher.transcript.timed())},
    )
    return [*runs[:-1], last]


async def _played(
    url: str, sound: Sound, call_id: str, random: Random, meanwhile: Callable[[Call], Awaitable[None]] | None
) -> tuple[Call, bool]:
    caller = Caller(url, sound, call_id, random, is_paced=meanwhile is not None)
    under_way = Call(caller, Watcher(url, call_id, random), ())
    ending = asyncio.create_task(under_way.ended(sound.seconds + 90))
    if meanwhile is not None:
        await meanwhile(under_way)
    return under_way, await ending

"""Twice as many calls want to be heard as the machine can carry, for three minutes."""

import asyncio
import time
from random import Random

from tests.bench.chaos.caller import Caller, CallFailed
from tests.bench.chaos.contract import Run
from tests.bench.chaos.house import p95
from tests.bench.chaos.nodes import folder, node, serving
from tests.bench.chaos.sound import speech
from tests.bench.chaos.transcript import Event
from tests.bench.chaos.watcher import Watcher

OFFERED = 30
"""twice what two processors carry"""
LASTS_S = 180.0
MOST_CALLS = (15, 2 * OFFERED)
"""`max_calls` of each run: what is measured to be carried, and more than come, so that measured waits alone refuse"""
AGAIN_S = 10.0
SILENT_MS = 4_000
"""so much may wait without a word about it"""
TOLD_WITHIN_S = 2.0
"""for source and overlay have a line each, and here one may be read before the other"""
WORD_MS = 400


class Overload:
    """With the real recogniser and two channels a call."""

    says = (
        f"{OFFERED} calls of two channels offered for {LASTS_S:.0f} s, real recogniser; max_calls is {MOST_CALLS[0]} "
        f"and {MOST_CALLS[1]} in turn; passed: those who are taken lose no sound, nobody falls behind untold, the "
        "others are told when to come again"
    )
    runs = len(MOST_CALLS)
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each run is the whole load once."""
        return [await _loaded(MOST_CALLS[number % len(MOST_CALLS)], random) for number in range(count)]


async def _loaded(most_calls: int, random: Random) -> Run:
    async with folder() as place:
        one = node(place, {"max_calls": most_calls})
        async with serving(one):
            clients = [_Client(one.url, f"load-{index}", random) for index in range(OFFERED)]
            until_s = time.monotonic() + LASTS_S
            await asyncio.gather(*(client.offer(until_s, index / OFFERED * 15) for index, client in enumerate(clients)))
    taken = [client for client in clients if client.taken is not None]
    lost_ms = sum(client.lost_ms for client in taken)
    silent = sum(client.was_silent for client in taken)
    untold = sum(client.refused_untold for client in clients)
    waiting = p95([ms / 1000 for client in taken for ms in client.waiting_ms])
    return Run(
        passed=not lost_ms and not silent and not untold and bool(taken),
        lost=-(-lost_ms // WORD_MS),
        notes={
            "max_calls": most_calls,
            "taken": len(taken),
            "refusals": sum(client.refusals for client in clients),
            "waiting_p95_s": round(waiting or 0.0, 2),
            "fell_behind_untold": silent,
            "highest_step": max(client.highest_step for client in clients),
        },
    )


class _Client:
    def __init__(self, url: str, call_id: str, random: Random) -> None:
        self._url = url
        self._call_id = call_id
        self._random = random
        self.taken: Caller | None = None
        self.refusals = self.refused_untold = self.lost_ms = 0
        self.was_silent = False
        self.highest_step = 0

    @property
    def waiting_ms(self) -> list[int]:
        return self.taken.waiting_ms if self.taken else []

    async def offer(self, until_s: float, wait_s: float) -> None:
        """Calls until it is taken, then talks until the time is over."""
        await asyncio.sleep(wait_s)
        while (left_s := until_s - time.monotonic()) > AGAIN_S:
            caller = Caller(self._url, speech(left_s, is_alone=False), self._call_id, self._random)
            try:
                watching = asyncio.create_task(self._watch(caller))
                await caller.play()
                self.taken = caller
                await asyncio.wait_for(watching, 60)
                return
            except CallFailed as refused:
                watching.cancel()
                self.refusals += 1
                self.refused_untold += "overloaded" not in str(refused) or refused.again_s is None
                await asyncio.sleep(refused.again_s or AGAIN_S)

    async def _watch(self, caller: Caller) -> None:
        await caller.begun.wait()
        watcher = _Attentive(self._url, self._call_id, self._random, caller)
        await watcher.watch()
        self.lost_ms, self.was_silent, self.highest_step = watcher.lost_ms, watcher.was_silent, watcher.highest_step


class _Attentive(Watcher):
    """An overlay that compares what it is told of lag and losses with what its call's source is told."""

    def __init__(self, url: str, call_id: str, random: Random, caller: Caller) -> None:
        super().__init__(url, call_id, random)
        self._caller = caller
        self._is_lagging = False
        self._untold_since_s = time.monotonic()
        self.lost_ms = 0
        self.was_silent = False
        self.highest_step = 0

    def _take(self, event: Event) -> None:
        super()._take(event)
        if event["kind"] == "audio_lost":
            self.lost_ms += event["duration_ms"]
        if event["kind"] == "lagging":
            self._is_lagging = event["is_late"]
            self.highest_step = max(self.highest_step, event["step"])
        now_s = time.monotonic()
        latest_ms = self._caller.waiting_ms[-1] if self._caller.waiting_ms else 0
        if latest_ms <= SILENT_MS or self._is_lagging:
            self._untold_since_s = now_s
        self.was_silent = self.was_silent or now_s - self._untold_since_s > TOLD_WITHIN_S


def create() -> Overload:
    """The fault."""
    return Overload()

"""The recogniser's process seen from the server: most urgent first, watched, restarted.

The sound of a request stays here until it is answered, so a process that crashed or hung costs time and no word.
"""

import asyncio
import heapq
import time
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from streaming import metrics
from streaming.engines.contract import Hypothesis, Request
from streaming.errors import EngineFailed
from streaming.recogniser_child import end, read, spawn
from streaming.recogniser_wire import Answer, Ask, Load, Ready, Refusal, pack

LOAD_TIMEOUT_S = 120.0
# A pass hangs after so many times what a pass over a full window took at the start, within these bounds.
HANG_PASSES = 6
LEAST_HANG_S = 3.0
MOST_HANG_S = 12.0
RETRY_S = (0.0, 0.5, 1.0, 2.0, 5.0)  # before each attempt to start again; the last for all further ones
MOST_WAIT_S = 60.0  # the sound of a request must not wait, and more pile up behind it, for ever
BYTES_PER_S = 32_000
MAX_TRIES = 2  # a request that was under way in this many deaths is likely their cause

log = structlog.get_logger()


class _Job(msgspec.Struct):
    request: Request
    answered: asyncio.Future[Hypothesis]
    tries: int = 0
    at_s: float = 0.0
    """Since when it waits, or is under way, by the monotonic clock."""


def _unheeded(wait_s: float, now_s: float) -> None: ...


class Recogniser:
    """Shared by all calls. `run` keeps the process alive; `recognise` may be called at any time.

    `on_wait` is told, as each pass begins, how long it had waited while there was a process, and the time.
    """

    def __init__(self, load: Load, on_wait: Callable[[float, float], None] = _unheeded) -> None:
        self._load = load
        self._on_wait = on_wait
        self._ready_s = 0.0
        self._name = "final" if load.gives_way else "live"
        self._waiting: list[tuple[bool, int, _Job]] = []
        self._under_way: dict[int, _Job] = {}
        self._next_id = 0
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self.is_ready = False
        self.restarts = 0
        self.failure = ""

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return self._process.pid if self._process else None

    @property
    def is_free(self) -> bool:
        """Ready, and nothing would have to wait."""
        return self.is_ready and not self._waiting and len(self._under_way) < self._load.options.workers

    def waiting_s(self, now_s: float) -> list[float]:
        """How long each pass that waits has done so already; none while there is no process to wait for."""
        waiting = (job for _, _, job in self._waiting if not job.answered.done())
        return [now_s - max(job.at_s, self._ready_s) for job in waiting] if self.is_ready else []

    async def recognise(self, request: Request) -> Hypothesis:
        """What was said. Safe to cancel.

        Raises EngineFailed when the process died of this request twice, or none was there for too long.
        """
        job = _Job(request, asyncio.get_running_loop().create_future())
        self._enqueue(job)
        try:
            async with asyncio.timeout(MOST_WAIT_S):
                return await job.answered
        except TimeoutError:
            raise EngineFailed("no recogniser for too long") from None

    async def run(self, on_ready: Callable[[], Any]) -> None:
        """Starts the process, and again whenever it ends, until cancelled. `on_ready` is called at the first start.

        Raises EngineFailed if the engine cannot be loaded the first time: then settings or files are at fault.
        """
        failures = 0
        try:
            while True:
                try:
                    await self._serve_once(on_ready)
                except EngineFailed as error:
                    self.failure = str(error)
                    if not self.is_ready and not self.restarts:
                        raise
                    failures = 0 if self.is_ready else failures + 1
                self.is_ready = False
                self.restarts += 1
                metrics.RECOGNISER_RESTARTS.inc()
                log.warning("recogniser_restarted", restarts=self.restarts, reason=self.failure)
                self._retry_under_way()
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
        finally:
            self.is_ready = False  # however it ends: who asks whether calls can be heard must not be told yes

    async def _serve_once(self, on_ready: Callable[[], Any]) -> None:
        process = await spawn()
        self._process = process
        try:
            ready = await self._start(process)
            self.is_ready, self._ready_s = True, time.monotonic()
            if not self.restarts:
                on_ready()
            hang_s = min(MOST_HANG_S, max(LEAST_HANG_S, HANG_PASSES * ready.warm_up_ms / 1000))
            # No TaskGroup: one that fails in the moment in which it is cancelled raises its failure alone, and all
            # would go on (python/cpython#116720).
            talking = [asyncio.create_task(self._send(process, hang_s)), asyncio.create_task(self._receive(process))]
            try:
                done, _ = await asyncio.wait(talking, return_when=asyncio.FIRST_COMPLETED)
                await done.pop()
            finally:
                for task in talking:
                    task.cancel()
                await asyncio.gather(*talking, return_exceptions=True)
        finally:
            self._process = None
            await end(process)

    async def _start(self, process: asyncio.subprocess.Process) -> Ready:
        assert process.stdin is not None
        process.stdin.write(pack(self._load))
        try:
            message = await asyncio.wait_for(read(process), LOAD_TIMEOUT_S)
        except TimeoutError:
            raise EngineFailed(f"the engine did not load within {LOAD_TIMEOUT_S:.0f} s") from None
        if isinstance(message, Ready):
            return message
        raise EngineFailed(message.error if isinstance(message, Refusal) else "the engine's process spoke out of turn")

    async def _send(self, process: asyncio.subprocess.Process, hang_s: float) -> None:
        """Keeps as many passes under way as there are workers, and ends the process when one of them hangs."""
        assert process.stdin is not None
        deadlines: dict[int, float] = {}
        while True:
            while self._waiting and len(self._under_way) < self._load.options.workers:
                job = heapq.heappop(self._waiting)[2]
                if job.answered.done():
                    continue
                self._begin(job)
                deadlines[self._next_id] = time.monotonic() + hang_s
                process.stdin.write(pack(Ask(self._next_id, job.request)))
            deadlines = {id_: at for id_, at in deadlines.items() if id_ in self._under_way}
            patience_s = min(deadlines.values(), default=time.monotonic() + hang_s) - time.monotonic()
            if patience_s <= 0:
                raise EngineFailed("a pass hung")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), patience_s)
            except TimeoutError:
                continue

    async def _receive(self, process: asyncio.subprocess.Process) -> None:
        while True:
            message = await read(process)
            job = self._under_way.pop(message.id, None) if not isinstance(message, Ready) else None
            self._changed.set()
            if job is None or job.answered.done():
                continue
            if isinstance(message, Answer):
                took_s = time.monotonic() - job.at_s
                metrics.PASS_TIME.labels(self._name).observe(took_s)
                metrics.REAL_TIME_FACTOR.labels(self._name).observe(
                    took_s / max(0.02, len(job.request.pcm) / BYTES_PER_S)
                )
                job.answered.set_result(message.hypothesis)
            elif isinstance(message, Refusal):
                log.warning("pass_failed", error=message.error)
                job.answered.set_exception(EngineFailed(message.error))

    def _enqueue(self, job: _Job) -> None:
        self._next_id += 1
        job.at_s = time.monotonic()
        heapq.heappush(self._waiting, (not job.request.is_urgent, self._next_id, job))
        metrics.PASSES_WAITING.labels(self._name).set(len(self._waiting))
        self._changed.set()

    def _begin(self, job: _Job) -> None:
        now_s = time.monotonic()
        metrics.PASS_WAIT.labels(self._name).observe(now_s - job.at_s)
        self._on_wait(now_s - max(job.at_s, self._ready_s), now_s)
        metrics.PASSES_WAITING.labels(self._name).set(len(self._waiting))
        job.at_s = now_s
        self._next_id += 1
        self._under_way[self._next_id] = job

    def _retry_under_way(self) -> None:
        for job in self._under_way.values():
            job.tries += 1
            if job.answered.done():
                continue
            if job.tries >= MAX_TRIES:
                job.answered.set_exception(EngineFailed("the recogniser ended twice under this request"))
            else:
                self._enqueue(job)
        self._under_way.clear()

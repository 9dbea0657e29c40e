"""The logs of this node's calls -> the bus, without a call ever waiting for it.

What the bus does not have yet is what the call's own log has behind it: there is no other queue. While the bus is away
that log goes on, tentative words replacing one another; what it has to let go meanwhile is counted, and the log told
anew in a later epoch once the bus is back. The token of the claim stays the same then: who was overtaken by another
node does not come to own the call again because the bus has forgotten that.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec
import structlog

from assist import metrics
from assist.call_log import CallLog
from streaming.bus.contract import KEPT_S, LEASE_S, Batch, Bus, Place
from streaming.errors import BusDown, Fenced, LogLost

PROLONG_S = LEASE_S / 5
RETRY_S = 0.5
LAST_WORDS_S = 5.0  # what a shutdown waits for the last lines to be written

log = structlog.get_logger()


class Ours(msgspec.Struct, frozen=True):
    """What a call of this node gives: its log, what another node needs to go on with it, and how far that reaches.

    `state` is asked each time something is written, `on_written` told the position that it had once it was;
    `on_lost` is called when another node owns the call, or else `on_ended` once no other can: its end is on the bus, or
    this node goes down. A call that may not be kept is purged once it is over.
    """

    log: CallLog
    state: Callable[[], tuple[bytes, int]]
    on_written: Callable[[int], None]
    on_lost: Callable[[], None]
    may_keep: Callable[[], bool] = lambda: True
    on_ended: Callable[[], None] = lambda: None


async def forget(bus: Bus, calls: Iterable[str]) -> None:
    """Nothing is left there of these calls, but of those that run: again, or on another node. Raises BusDown."""
    seen = {call: await bus.read(call, None) for call in calls}
    await bus.purge([call for call, one in seen.items() if one is None or one.owner is None])


class Publishing:
    """All calls that this node owns."""

    def __init__(self, bus: Bus, node: str) -> None:
        self._bus = bus
        self._node = node
        self._outgoing: dict[str, _Outgoing] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, call: str, ours: Ours, fence: int | None = None, written: int = -1) -> None:
        """A call of this node from now on; with `fence`, one that was claimed and has lines up to `written`."""
        outgoing = self._outgoing[call] = _Outgoing(self._bus, self._node, call, ours)
        outgoing.fence, outgoing.is_claimed, outgoing.written = fence, fence is not None, written
        task = asyncio.create_task(self._run(outgoing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def told(self, call: str, replaced: int | None) -> None:
        """Its log has one more, which may replace an earlier one."""
        if (outgoing := self._outgoing.get(call)) is not None:
            outgoing.told(replaced)

    def end(self, call: str) -> None:
        """Its last event was told."""
        if (outgoing := self._outgoing.get(call)) is not None:
            outgoing.end()

    async def flush(self, call: str) -> bool:
        """Until the bus has all of a call, or a second has passed; whether it has, up to this very moment."""
        outgoing = self._outgoing.get(call)
        return outgoing is not None and await outgoing.flush()

    def let_go(self, call: str) -> None:
        """Nothing more is written of it here: another node goes on."""
        if (outgoing := self._outgoing.pop(call, None)) is not None:
            outgoing.let_go()

    async def close(self) -> None:
        """Waits for the last lines of calls that are over, for some seconds, and lets the rest go."""
        for outgoing in list(self._outgoing.values()):
            if not outgoing.is_over:
                outgoing.let_go()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, outgoing: "_Outgoing") -> None:
        try:
            await outgoing.run()
        finally:
            outgoing.note_waiting(0)
            outgoing.settle()
            if self._outgoing.get(outgoing.call) is outgoing:
                del self._outgoing[outgoing.call]


class _Outgoing:
    """One call."""

    def __init__(self, bus: Bus, node: str, call: str, ours: Ours) -> None:
        self.call = call
        self.fence: int | None = None
        self.is_claimed = False
        self.written = -1
        self.is_over = False
        self._noted_waiting = 0
        self._bus = bus
        self._node = node
        self._ours = ours
        self._sent = -1
        self._replaced: list[int] = []
        self._is_let_go = False
        self._is_settled = False
        self._has_more = asyncio.Event()
        self._is_written = asyncio.Event()

    @property
    def waiting(self) -> int:
        return self._ours.log.last_seq - self.written

    def told(self, replaced: int | None) -> None:
        if replaced is not None and replaced <= self._sent:
            self._replaced.append(replaced)
        self.note_waiting(self.waiting)
        self._has_more.set()

    def note_waiting(self, count: int) -> None:
        """So many events are not on the bus yet, as far as they are counted."""
        metrics.BUS_WAITING.inc(count - self._noted_waiting)
        self._noted_waiting = count

    def end(self) -> None:
        self.is_over = True
        self._has_more.set()

    def let_go(self) -> None:
        self._is_let_go = True
        self._has_more.set()

    async def flush(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * RETRY_S):
                while True:
                    self._is_written.clear()
                    self._has_more.set()
                    await self._is_written.wait()
                    if not self.waiting:
                        return True
        return False

    def settle(self) -> None:
        """Nobody else will tell its end any more."""
        if self.is_over and not self._is_settled:
            self._is_settled = True
            self._ours.on_ended()

    async def run(self) -> None:
        while not self._is_let_go:
            self._has_more.clear()
            try:
                await self._write()
            except BusDown:
                await asyncio.sleep(RETRY_S)
                continue
            except LogLost:
                log.warning("log_told_anew", call_id=self.call)
                self._begin_anew()
                continue
            except Fenced:
                return self._lose()
            if self.is_over and self.written == self._ours.log.last_seq:
                self.settle()
                return await self._forget()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._has_more.wait(), PROLONG_S)
        return None

    async def _write(self) -> None:
        fence = await self._claim()
        call_log = self._ours.log
        missed = call_log.after(Place(call_log.epoch, self.written))
        if not missed.recovered and self.written >= 0:
            metrics.BUS_DROPPED.inc(call_log.forgotten_seq - self.written)
            self._begin_anew()
            missed = call_log.after(None)
        state, position_ms = self._ours.state()
        lines = tuple((entry.seq, entry.line) for entry in missed.entries)
        self._sent, replaced = call_log.last_seq, tuple(self._replaced)
        is_last, last_seq = self.is_over, call_log.last_seq
        head = (self.call, fence, call_log.root, self.written)
        batch = Batch(*head, lines, replaced, state, is_last, call_log.turn)
        await self._bus.append(batch)
        self.written = last_seq
        self.note_waiting(self.waiting)
        del self._replaced[: len(replaced)]
        self._ours.on_written(position_ms)
        self._is_written.set()

    async def _claim(self) -> int:
        if not self.is_claimed or self.fence is None:
            fence = await self._bus.claim(self.call, self._node, False, self.fence)
            if fence is None:
                raise Fenced(self.call)
            self.fence, self.is_claimed = fence, True
        return self.fence

    async def _forget(self) -> None:
        if self._ours.may_keep():
            return
        for _ in range(round(KEPT_S / RETRY_S)):  # then the bus forgets it by itself
            await asyncio.sleep(RETRY_S)  # at first so that overlays of other nodes are told the end
            with suppress(BusDown):
                return await forget(self._bus, (self.call,))

    def _begin_anew(self) -> None:
        self._ours.log.begin_epoch()
        self.is_claimed, self.written, self._sent = False, -1, -1
        self._replaced.clear()

    def _lose(self) -> None:
        self._is_settled = True
        if not self.is_over and not self._is_let_go:
            log.warning("call_lost_to_another_node", call_id=self.call)
            self._ours.on_lost()

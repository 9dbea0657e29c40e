"""A bus within one process, for a single node; bounded, and forgets in time."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from streaming.bus.contract import (
    KEPT_S,
    LEASE_S,
    LINES_READ,
    MESSAGES_KEPT,
    WAIT_S,
    Batch,
    Line,
    Place,
    Seen,
)
from streaming.errors import Fenced, LogLost

# Nobody goes on with a call from here once its process is gone, so that less is kept than where others might.
LINES_KEPT = 2_000
ENDED_KEPT = 8


class _Call:
    def __init__(self) -> None:
        self.fence = 0
        self.owner: str | None = None
        self.leased_until_s = 0.0
        self.kept_until_s = 0.0
        self.end: Place | None = None
        self.state = b""
        self.turn = 0
        self.is_over = False
        self.lines: dict[Place, bytes] = {}
        self.messages: dict[Place, bytes] = {}
        self.sent = 0


class MemoryBus:
    """All calls of this process."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._calls: dict[str, _Call] = {}
        self._last_fence = 0
        self._changed = asyncio.Event()

    async def claim(self, call: str, node: str, is_forced: bool, held: int | None = None) -> int | None:
        """As the contract has it."""
        self._forget()
        kept = self._calls.setdefault(call, _Call())
        if held is None and not is_forced and self._owner(kept) not in (None, node):
            return None
        if held is not None and held < kept.fence:
            return None
        self._last_fence = max(self._last_fence + 1, held or 0)
        kept.fence, kept.owner = self._last_fence if held is None else held, node
        self._prolong(kept)
        return kept.fence

    async def append(self, batch: Batch) -> None:
        """As the contract has it."""
        kept = self._calls.get(batch.call)
        if kept is None or kept.fence < batch.fence:
            raise LogLost(batch.call)
        if kept.fence > batch.fence:
            raise Fenced(batch.call)
        if kept.end is None or kept.end.epoch != batch.epoch:
            if batch.after >= 0:
                raise LogLost(batch.call)
            kept.lines.clear()
            kept.end = Place(batch.epoch, -1)
        elif kept.end.seq < batch.after:
            raise LogLost(batch.call)
        self._write(kept, kept.end, batch)

    def _write(self, kept: _Call, end: Place, batch: Batch) -> None:
        for seq, data in batch.lines:
            if seq > end.seq:
                end = Place(batch.epoch, seq)
                kept.lines[end] = data
        for seq in batch.replaced:
            kept.lines.pop(Place(batch.epoch, seq), None)
        _bound(kept.lines, LINES_KEPT)
        kept.end, kept.state, kept.turn, kept.is_over = end, batch.state, batch.turn, batch.is_last
        self._prolong(kept)
        if batch.is_last:
            kept.owner = None
            kept.messages.clear()
            ended = [call for call, one in self._calls.items() if one.owner is None]
            for call in ended[:-ENDED_KEPT]:
                del self._calls[call]
        self._changed.set()

    async def read(self, call: str, after: Place | None) -> Seen | None:
        """As the contract has it."""
        self._forget()
        kept = self._calls.get(call)
        if kept is None or kept.end is None:
            return None
        lines = (Line(place, data) for place, data in kept.lines.items() if after is None or place > after)
        return Seen(kept.end.epoch, kept.state, self._owner(kept), tuple(islice(lines, LINES_READ)), kept.turn)

    async def send(self, call: str, message: bytes) -> None:
        """As the contract has it."""
        if (kept := self._calls.get(call)) is not None and kept.end is not None and not kept.is_over:
            kept.messages[Place(0, kept.sent)] = message
            kept.sent += 1
            _bound(kept.messages, MESSAGES_KEPT)
            self._changed.set()

    async def messages(self, call: str, after: Place | None) -> tuple[Line, ...]:
        """As the contract has it."""
        kept = self._calls.get(call)
        left = kept.messages.items() if kept else ()
        return tuple(Line(place, data) for place, data in left if after is None or place > after)

    async def wait(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> None:
        """As the contract has it."""
        try:
            async with asyncio.timeout(WAIT_S):
                while not self._has_more(logs, messages):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    async def purge(self, calls: Iterable[str]) -> None:
        """As the contract has it."""
        for call in calls:
            self._calls.pop(call, None)

    async def close(self) -> None:
        """There are none."""

    def _has_more(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> bool:
        is_known = self._calls.get
        return any((kept := is_known(call)) and kept.end and kept.end > place for call, place in logs.items()) or any(
            (kept := is_known(call)) and any(at > place for at in kept.messages) for call, place in messages.items()
        )

    def _owner(self, kept: _Call) -> str | None:
        return kept.owner if self._now_s() < kept.leased_until_s else None

    def _prolong(self, kept: _Call) -> None:
        kept.leased_until_s = self._now_s() + LEASE_S
        kept.kept_until_s = self._now_s() + KEPT_S

    def _forget(self) -> None:
        now_s = self._now_s()
        for call in [call for call, kept in self._calls.items() if kept.kept_until_s <= now_s]:
            del self._calls[call]


def _bound(kept: dict[Place, bytes], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


def create(_: str) -> MemoryBus:
    """One that nobody else sees."""
    return MemoryBus()

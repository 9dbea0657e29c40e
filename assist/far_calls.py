"""Calls of other nodes that are watched here, and what is said on other nodes to the calls of this one: the bus, read.

One loop reads for all of them. While the bus cannot be reached nothing comes, and all that was missed comes after.
What a newer server wrote may not be readable here: that call is mirrored no more, that reply let go; others go on.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog

from assist.call_log import Entry
from assist.overlay_events import CallEnded, OverlayEvent
from assist.overlay_messages import Reply
from streaming.bus.contract import Bus, Line, Place, Seen
from streaming.errors import BusDown

RETRY_S = 0.5
FIRST = Place(0, -1)

log = structlog.get_logger()

Mirror = Callable[[str, int, tuple[Entry, ...]], None]

_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)
_decoder = msgspec.json.Decoder(OverlayEvent)


class FarCalls:
    """`run` reads until cancelled. `mirror` takes what is new of a call, `unknown` that no node has it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._followed: dict[str, Place] = {}
        self._owned: dict[str, Place] = {}
        self._replies: dict[str, Callable[[Reply], None]] = {}
        self._has_work = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._mirror: Mirror
        self._unknown: Callable[[str], None]

    def connect(self, mirror: Mirror, unknown: Callable[[str], None]) -> None:
        """Where what is read goes; call it before anything else."""
        self._mirror, self._unknown = mirror, unknown

    def follow(self, call_id: str) -> None:
        """Begins to mirror a call, at once if there is one and else when there is."""
        self._followed.setdefault(call_id, FIRST)
        self._has_work.set()
        self._begin(self._first_look(call_id))

    def leave(self, call_id: str) -> None:
        """Mirrors it no more."""
        self._followed.pop(call_id, None)

    def reply(self, call_id: str, reply: Reply) -> None:
        """Sends it to the call's owner; where the bus cannot be reached it is let go, as one that came too late."""
        self._begin(self._send(call_id, msgspec.json.encode(reply)))

    def own(self, call_id: str, take: Callable[[Reply], None]) -> None:
        """A call of this node, to which other nodes may reply. It is followed no more."""
        self.leave(call_id)
        self._owned[call_id], self._replies[call_id] = FIRST, take
        self._has_work.set()

    def disown(self, call_id: str) -> None:
        """It is over, or another node's."""
        self._owned.pop(call_id, None)
        self._replies.pop(call_id, None)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            while not self._followed and not self._owned:
                self._has_work.clear()
                await self._has_work.wait()
            try:
                await self._bus.wait(dict(self._followed), dict(self._owned))
                for call_id in list(self._followed):
                    await self._read(call_id)
                for call_id in list(self._owned):
                    await self._take_replies(call_id)
            except BusDown:
                await asyncio.sleep(RETRY_S)

    async def _first_look(self, call_id: str) -> None:
        try:
            is_known = await self._read(call_id)
        except BusDown:
            is_known = False
        if not is_known:
            self._unknown(call_id)

    async def _read(self, call_id: str) -> bool:
        while (place := self._followed.get(call_id)) is not None:
            seen = await self._bus.read(call_id, place)
            if seen is None:
                return False
            self._take(call_id, seen)
            if not seen.lines:
                return True
        return True

    def _take(self, call_id: str, seen: Seen) -> None:
        if call_id not in self._followed or not seen.lines:
            return
        try:
            entries = tuple(map(entry_of, seen.lines))
        except msgspec.DecodeError as fault:
            log.error("call_not_readable", call=call_id, error=type(fault).__name__)
            self.leave(call_id)
            return
        self._followed[call_id] = seen.lines[-1].place
        self._mirror(call_id, seen.epoch, entries)
        if isinstance(entries[-1].event, CallEnded):
            self.leave(call_id)

    async def _take_replies(self, call_id: str) -> None:
        for line in await self._bus.messages(call_id, self._owned.get(call_id, FIRST)):
            if call_id in self._owned:
                self._owned[call_id] = line.place
                try:
                    reply = _replies.decode(line.data)
                except msgspec.DecodeError as fault:
                    log.error("reply_not_readable", call=call_id, error=type(fault).__name__)
                else:
                    self._replies[call_id](reply)

    async def _send(self, call_id: str, message: bytes) -> None:
        try:
            await self._bus.send(call_id, message)
        except BusDown:
            return

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def entry_of(line: Line) -> Entry:
    """A line of the bus as the entry that it was."""
    return Entry(line.place.seq, _decoder.decode(line.data), line.data)

"""Calls of other nodes that are watched here, and what is said on other nodes to the calls of this one: the bus, read.

One loop reads for all of them. While the bus cannot be reached nothing comes, and all that was missed comes after.
What a newer server wrote may not be readable here: that call is mirrored no more and its overlays are told, that reply
is let go; others go on.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec
import structlog

from assist.call_log import Entry
from assist.overlay_events import CallEnded, OverlayEvent
from assist.overlay_messages import Reply
from streaming.bus.contract import Bus, Line, Place, Seen
from streaming.errors import BusDown
from streaming.mailbox import Mailbox

RETRY_S = 0.5
REPLIES_WAITING = 100
FIRST = Place(0, -1)

log = structlog.get_logger()

_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)
_decoder = msgspec.json.Decoder(OverlayEvent)


class Screen(Protocol):
    """Where calls of other nodes are shown."""

    def mirror(self, call_id: str, epoch: int, turn: int, entries: tuple[Entry, ...]) -> None:
        """Takes all that is new of a call, at once."""
        ...

    def unknown(self, call_id: str) -> None:
        """No node has it."""
        ...

    def gone(self, call_id: str) -> None:
        """No more comes of it: no node has it, and its source did not come back; or it cannot be read here."""
        ...


class FarCalls:
    """`run` reads until cancelled. A call without a living owner is gone after `resume_s`, which begin with its lease's
    end. `now_s` is any monotonic clock."""

    def __init__(self, bus: Bus, resume_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._resume_s = resume_s
        self._now_s = now_s
        self._followed: dict[str, Place] = {}
        self._alone_from_s: dict[str, float] = {}
        """Since when a call that is followed was seen to have no owner."""
        self._owned: dict[str, Place] = {}
        self._takers: dict[str, Callable[[Reply], None]] = {}
        self._replies: Mailbox[tuple[str, bytes]] = Mailbox(REPLIES_WAITING)
        self._has_work = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._screen: Screen

    def connect(self, screen: Screen) -> None:
        """Where what is read goes; call it before anything else."""
        self._screen = screen

    def follow(self, call_id: str) -> None:
        """Begins to mirror a call, at once if there is one and else when there is."""
        self._followed.setdefault(call_id, FIRST)
        self._has_work.set()
        self._begin(self._first_look(call_id))

    def leave(self, call_id: str) -> None:
        """Mirrors it no more."""
        self._followed.pop(call_id, None)
        self._alone_from_s.pop(call_id, None)

    def reply(self, call_id: str, reply: Reply) -> None:
        """Sends it to the call's owner; where the bus cannot be reached it is let go, as one that came too late, and so
        is the oldest of a hundred that wait for a slow one."""
        self._replies.put((call_id, msgspec.json.encode(reply)))

    def own(self, call_id: str, take: Callable[[Reply], None], taken: Place = FIRST) -> None:
        """A call of this node, to which other nodes may reply. It is followed no more.

        Replies up to `taken` were those of the node that had it before.
        """
        self.leave(call_id)
        self._owned[call_id], self._takers[call_id] = taken, take
        self._has_work.set()

    def taken(self, call_id: str) -> Place:
        """How far replies to a call of this node were taken."""
        return self._owned.get(call_id, FIRST)

    def disown(self, call_id: str) -> None:
        """It is over, or another node's."""
        self._owned.pop(call_id, None)
        self._takers.pop(call_id, None)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read_all())
            group.create_task(self._send_all())

    async def _read_all(self) -> None:
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
                self._alone_from_s.clear()  # their owners could not write either
                await asyncio.sleep(RETRY_S)

    async def _first_look(self, call_id: str) -> None:
        try:
            is_known = await self._read(call_id)
        except BusDown:
            is_known = False
        if not is_known:
            self._screen.unknown(call_id)

    async def _read(self, call_id: str) -> bool:
        """All that is new of a call, told at once: in parts, an overlay would be told what is replaced further on."""
        began = place = self._followed.get(call_id)
        lines = list[Entry]()
        seen: Seen | None = None
        while place is not None:
            seen = await self._bus.read(call_id, place)
            if seen is None or not seen.lines:
                break
            try:
                new = tuple(map(entry_of, seen.lines))
            except msgspec.DecodeError as fault:
                log.error("call_not_readable", call=call_id, error=type(fault).__name__)
                self.leave(call_id)
                # Overlays that went on to hear heartbeats would take what they show for all that was said.
                _call_soon(self._screen.gone, call_id)
                return False
            if seen.lines[0].place.epoch != place.epoch:
                lines.clear()
            lines += new
            place = seen.lines[-1].place
        # Where it was left, or another look was faster, what was read here is of no use.
        if place is not None and self._followed.get(call_id) == began:
            if seen is not None and lines:
                self._followed[call_id] = place
                _call_soon(self._show, call_id, seen, tuple(lines))
            self._note_owner(call_id, seen)
        return seen is not None

    def _note_owner(self, call_id: str, seen: Seen | None) -> None:
        if seen is not None and seen.owner is not None:
            self._alone_from_s.pop(call_id, None)
        elif self._now_s() - self._alone_from_s.setdefault(call_id, self._now_s()) >= self._resume_s:
            _call_soon(self._screen.gone, call_id)

    def _show(self, call_id: str, seen: Seen, entries: tuple[Entry, ...]) -> None:
        if call_id in self._followed:
            self._screen.mirror(call_id, seen.epoch, seen.turn, entries)
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
                    _call_soon(self._hand_over, call_id, reply)

    def _hand_over(self, call_id: str, reply: Reply) -> None:
        if (take := self._takers.get(call_id)) is not None:
            take(reply)

    async def _send_all(self) -> None:
        async for call_id, message in self._replies:
            try:
                await self._bus.send(call_id, message)
            except BusDown:
                continue

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _call_soon(do: Callable[..., object], *what: object) -> None:
    # A fault in what one call does with it is logged, and must not end the loop that reads for all.
    asyncio.get_running_loop().call_soon(do, *what)


def entry_of(line: Line) -> Entry:
    """A line of the bus as the entry that it was."""
    return Entry(line.place.seq, _decoder.decode(line.data), line.data)

"""Those who look at the overlay's events: what each may see and say, by the token it brought, if any."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import msgspec

from assist.desk import Desk, Prepared
from assist.overlay_hub import OverlayHub, Watcher
from assist.overlay_messages import Prepare, Share, Watch, said_in, watch_of
from assist.rehearing import Turns
from assist.watched_call import Inbox
from streaming import tokens
from streaming.door import Leave, Need
from streaming.errors import ProtocolViolation
from streaming.pace import Pace
from streaming.product import Watching

AUDIENCE = "overlay"
PREPARING = Need("control", None)
"""What it takes to prepare the next call, whichever it will be."""
PREPARATIONS_PER_S, MOST_PREPARATIONS = 1.0, 10.0
"""Far more than a rep makes; each is a file, and work."""
EXPIRED = b'{"kind":"expired"}'
IS_OVER = "token_expired"
"""Why the socket of one whose link is void is closed. A page that was told `expired` hangs up before, for good."""


class Line(Inbox, Protocol):
    """An inbox that can be closed."""

    def part(self, code: int, reason: str) -> None:
        """Sends what is queued and closes, meanwhile."""
        ...


class Links:
    """By which others may watch a call: tokens that hold for `hold_s` seconds, signed by `key`.

    `on_made` is told each call to which a link is made; `now_s` is the time of day since 1970.
    """

    def __init__(
        self, key: bytes, hold_s: float, on_made: Callable[[str], None], now_s: Callable[[], float] = time.time
    ) -> None:
        self._key = key
        self._hold_s = hold_s
        self._on_made = on_made
        self.now_s = now_s

    def made_for(self, call: str) -> bytes:
        """A link to that call, as its overlay is told."""
        until_s = self.now_s() + self._hold_s
        token = tokens.sign(tokens.Grant("view", call, AUDIENCE, until_s), self._key)
        self._on_made(call)
        return _encoded({"kind": "shared", "call": call, "token": token, "expires_at_s": int(until_s)})

    def grant(self, token: str) -> tokens.Grant | None:
        """What a link lets its bearer watch; none where it is over, or is none of ours."""
        with suppress(ProtocolViolation):
            grant = tokens.verify(token, self._key, AUDIENCE, self.now_s())
            return grant if grant.role == "view" else None
        return None


class Visits:
    """All of one server. What is prepared is weighed in `turns`, so that calls go on meanwhile."""

    def __init__(self, hub: OverlayHub, desk: Desk, turns: Turns, links: Links) -> None:
        self.links = links
        self._hub = hub
        self._desk = desk
        self._turns = turns
        self._visitors: list[_Visitor] = []
        self._foreseeing: asyncio.Task[None] | None = None

    def watch(self, wish: str, inbox: Line, leave: Leave) -> Watching:
        """Begins to tell one what it wishes to see.

        With leave for one call, that one is meant by any. Raises ProtocolViolation: `token_expired` for a void link.
        """
        watch = watch_of(wish)
        if watch.token is not None:
            return self._lend(watch, watch.token, inbox)
        if watch.call is None and leave.call is not None:
            watch = msgspec.structs.replace(watch, call=leave.call)
        demand(leave, Need("view", watch.call))
        visitor = _Visitor(self, self._hub.watch(watch, inbox), inbox, leave)
        self._visitors.append(visitor)
        if visitor.may_prepare and (prepared := self._desk.prepared) is not None:
            if prepared.foreseen.is_whole:
                inbox.put(_prepared(prepared))
            elif self._foreseeing is None or self._foreseeing.done():
                self._foreseeing = asyncio.create_task(self._foresee())
        return visitor

    def prepare(self, said: Prepare) -> None:
        """Keeps it, and tells all who may prepare, with what is made of it, as soon as that is made."""
        self._desk.keep(said.preparation)
        if self._foreseeing is not None:
            self._foreseeing.cancel()  # what lay there before is of no use any more
        self._foreseeing = asyncio.create_task(self._foresee())

    async def _foresee(self) -> None:
        await self._turns.go_through(self._desk.steps())
        note = _prepared(self._desk.prepared)
        for visitor in self._visitors:
            if visitor.may_prepare:
                visitor.inbox.put(note)

    def leave(self, visitor: "_Visitor") -> None:
        """It left."""
        self._visitors.remove(visitor)

    def _lend(self, watch: Watch, token: str, inbox: Line) -> Watching:
        if (grant := self.links.grant(token)) is None:
            inbox.put(EXPIRED)
            raise ProtocolViolation(IS_OVER, "this link has ended; ask for a new one")
        lent = _Lent(inbox, grant.expires_s, self.links.now_s)
        return _Viewer(self._hub.watch(msgspec.structs.replace(watch, call=grant.call or watch.call), lent))


class _Visitor:
    """Who may do all that they have leave for."""

    def __init__(self, visits: Visits, watcher: Watcher, inbox: Inbox, leave: Leave) -> None:
        self.inbox = inbox
        self.may_prepare = leave.allows(PREPARING)
        self._leave = leave
        self._visits = visits
        self._watcher = watcher
        self._pace = Pace(PREPARATIONS_PER_S, MOST_PREPARATIONS, time.monotonic())

    def hear(self, message: str | bytes) -> None:
        """Takes what it says. Raises ProtocolViolation."""
        said = said_in(message)
        demand(self._leave, PREPARING if isinstance(said, Prepare) else Need("control", said.call))
        if isinstance(said, Prepare):
            if self._pace.take(1, time.monotonic()):
                raise ProtocolViolation("too_often", "the next call was prepared too often at once; wait a few seconds")
            self._visits.prepare(said)
        elif isinstance(said, Share):
            if self._watcher.is_of(said.call):
                self.inbox.put(self._visits.links.made_for(said.call))
        else:
            self._watcher.hear(said)

    def end(self) -> None:
        """It left."""
        self._visits.leave(self)
        self._watcher.end()


class _Viewer:
    """Who may watch one call."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def hear(self, message: str | bytes) -> None:
        """Takes nothing, whatever it is. Raises ProtocolViolation."""
        raise ProtocolViolation("read_only", "this link lets you watch the call, and no more; say nothing")

    def end(self) -> None:
        """It left."""
        self._watcher.end()


class _Lent:
    """An inbox until a time; then it is told so and closed. Heartbeats come by, so that is soon."""

    def __init__(self, inbox: Line, until_s: float, now_s: Callable[[], float]) -> None:
        self._inbox = inbox
        self._until_s = until_s
        self._now_s = now_s
        self._is_over = False

    def put(self, message: str | bytes) -> None:
        """Passes it on while the time lasts."""
        if self._is_over:
            return
        self._is_over = self._now_s() >= self._until_s
        self._inbox.put(EXPIRED if self._is_over else message)
        if self._is_over:
            self._inbox.part(1008, IS_OVER)


def _prepared(prepared: Prepared | None) -> bytes:
    preparation, audits = (prepared.preparation, prepared.foreseen.audits) if prepared else (None, ())
    return _encoded({"kind": "prepared", "preparation": preparation, "audits": audits})


def demand(leave: Leave, need: Need) -> None:
    """Raises ProtocolViolation where the leave is not enough."""
    if not leave.allows(need):
        raise ProtocolViolation("no_leave", f"this needs a token to {need.role} this call; ask for one")


def _encoded(note: dict[str, object]) -> bytes:
    return msgspec.json.encode(note)

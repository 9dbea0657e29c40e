"""A call as its source feeds it: it ends once, and outlives a cut of its connection where the source can come back."""

import asyncio
import hmac
from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakValueDictionary

import streaming.protocols
from streaming import plugins
from streaming.errors import ProtocolViolation
from streaming.product import EndReason, LeftCalls, Listener, OpenCall
from streaming.protocols.contract import (
    Accepted,
    CallProtocol,
    Ended,
    Flushed,
    Moved,
    Notice,
    Reached,
    Returned,
    Started,
)
from streaming.types import AudioFrame, Gap

RESTART = 1012  # RFC 6455's registry: the service restarts; a client comes back


class Line(NamedTuple):
    """The way back to whoever feeds a call; nothing here waits.

    `cut` ends the connection without a goodbye, `part` with a code and a reason.
    """

    put: Callable[[str | bytes], None]
    cut: Callable[[], None]
    part: Callable[[int, str], None]


NOBODY = Line(lambda _: None, lambda: None, lambda _, __: None)
"""To a source that is not connected."""


class FedCall:
    """One call, before it begins too; fed by one connection at a time."""

    def __init__(self, protocol: CallProtocol, line: Line) -> None:
        self.protocol = protocol
        self._line = line
        self.is_practice = False
        """Nobody called."""
        self._token: str | None = None
        self._listeners: list[Listener] = []
        self._is_ended = False
        self._has_moved = False
        self._ending = asyncio.Lock()
        self.released = asyncio.Event()
        """Set once the connection that feeds it now is to do so no more. Each connection has one of its own."""

    @property
    def has_begun(self) -> bool:
        """Whether its source was accepted."""
        return bool(self._listeners)

    @property
    def can_come_back(self) -> bool:
        """Whether its source may go on with it on another connection."""
        return self._token is not None

    @property
    def reached(self) -> Reached:
        """How far it is."""
        if not self._listeners:
            return Reached(0, 0, 0)
        listener = self._listeners[0]
        return Reached(listener.received_ms, listener.heard_ms, listener.safe_ms)

    def open(self, accepted: Accepted, open_call: OpenCall, name: str) -> None:
        """It begins. Raises ProtocolViolation or Overloaded."""
        self._listeners.append(open_call(accepted, name, self.tell))
        self._token = accepted.token
        self.is_practice = accepted.metadata.practice is not None
        self.tell(Started(self._listeners[0].call_id))

    def go_on(self, listener: Listener, token: str) -> None:
        """Another node began it; here it waits for `move`."""
        self._listeners.append(listener)
        self._token = token

    def is_of(self, returned: Returned) -> bool:
        """Whether this is the call that the client wants to go on with, and the client the one that began it."""
        if self._token is None or self._is_ended or self._listeners[0].call_id != returned.call_id:
            return False
        return hmac.compare_digest(self._token, returned.token)

    def move(self, line: Line) -> None:
        """Another connection feeds it from now on. The one before is cut, should it still stand."""
        self.released.set()
        self._line.cut()
        self._line, self.released = line, asyncio.Event()
        self.tell(Started(self._listeners[0].call_id))

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        """Takes sound in; never waits."""
        self._listeners[0].hear(event)

    def tell(self, notice: Notice | Moved) -> None:
        """Tells the source, if it is there; one whose call this node has no more is sent away."""
        if isinstance(notice, Moved):
            self._is_ended = self._has_moved = True
            self.released.set()
            self._line.part(RESTART, "the call goes on at another node: come back now")
            return
        for message in self.protocol.tell(notice):
            self._line.put(message)

    async def end(self, reason: EndReason) -> None:
        """Ends it once, whoever is first to say so; all who say so wait until its last words are out."""
        async with self._ending:
            if self._is_ended or not self._listeners:
                return
            self._is_ended = True
            self.released.set()
            await self._listeners[0].end(reason)
            if reason != "refused" and not self._has_moved:
                self.tell(Ended(self._listeners[0].received_ms))


class FedCalls:
    """The calls of a server. One whose source was cut waits `resume_s` for it.

    Where a source comes back with a call of another node, `left_calls` may have it.
    """

    def __init__(self, resume_s: float, left_calls: LeftCalls | None = None) -> None:
        self.resume_s = resume_s
        self._left_calls = left_calls
        self._calls: set[FedCall] = set()
        self._claiming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By call; gone with the last who waits."""

    def add(self, call: FedCall) -> None:
        """A call that begins."""
        self._calls.add(call)

    def discard(self, call: FedCall) -> None:
        """A call that has ended, or never began."""
        self._calls.discard(call)

    def practises(self, returned: Returned) -> bool:
        """Whether the call that a client wants to go on with is a practice of theirs here; elsewhere none goes on."""
        return any(call.is_practice and call.is_of(returned) for call in self._calls)

    async def of(self, returned: Returned) -> FedCall:
        """The call that a client goes on with. Raises ProtocolViolation, which does not tell what calls there are.

        Raises BusDown where other nodes' calls cannot be asked for, NotHere where one cannot go on at this node.
        """
        # A client that comes back twice at once must not bring its call here twice.
        async with self._claiming.setdefault(returned.call_id, asyncio.Lock()):
            for call in self._calls:
                if call.is_of(returned):
                    return call
            return await self._brought_here(returned)

    async def _brought_here(self, returned: Returned) -> FedCall:
        left = await self._left_calls.claim(returned) if self._left_calls else None
        if left is not None and self._left_calls is not None:
            protocol, accepted = plugins.load(streaming.protocols, left.protocol).go_on(left.opening, left.from_ms)
            call = FedCall(protocol, NOBODY)
            call.go_on(self._left_calls.take_over(left, accepted, call.tell), returned.token)
            self.add(call)
            return call
        raise ProtocolViolation("unknown_call", "no call by that id waits for that token; start a new one")

"""What the server is for, as its sockets see it: calls, overlays and pages."""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from streaming.door import Leave, Need
from streaming.errors import Overloaded
from streaming.outbox import Outbox
from streaming.protocols.contract import Accepted, Flushed, Moved, Returned, Suggested
from streaming.types import AudioFrame, Gap, Words

EndReason = Literal["stopped", "connection_lost", "refused", "shutdown", "failed"]


class Page(msgspec.Struct, frozen=True):
    """One answer to a plain GET; of one that `is_seekable` a client may ask for a part."""

    content_type: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    is_seekable: bool = False


class Listener(Protocol):
    """A running call as the socket sees it."""

    @property
    def call_id(self) -> str:
        """Its name among the calls."""
        ...

    @property
    def received_ms(self) -> int:
        """Sound taken in so far, on the call's clock."""
        ...

    @property
    def heard_ms(self) -> int:
        """Up to where all speech was looked at."""
        ...

    @property
    def safe_ms(self) -> int:
        """Up to where nothing is lost whatever happens to this node."""
        ...

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        """Takes sound in, or the wish for its words; never waits."""
        ...

    async def end(self, reason: EndReason) -> None:
        """Waits until the last words are out."""
        ...


Tell = Callable[[Words | Suggested | Moved], None]
"""Takes what whoever feeds a call may be told of it; never waits."""


class Left(msgspec.Struct, frozen=True):
    """A call that another node began: its protocol, what that node was told first, and from where sound is needed."""

    call_id: str
    protocol: str
    opening: str
    from_ms: int


OpenCall = Callable[[Accepted, str, Tell], Listener]
"""Begins a call for a protocol of that name; raises ProtocolViolation or Overloaded."""


class LeftCalls(Protocol):
    """Calls that other nodes began, and that may go on here."""

    async def claim(self, returned: Returned) -> Left | None:
        """The call that a client wants to go on with, if a node has or had it and the client knows its token.

        From now on it is this node's, and no other's. Raises BusDown, and NotHere where it has to stay where it is.
        """
        ...

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> Listener:
        """Goes on with it, at once after `claim`."""
        ...


class Watching(Protocol):
    """An overlay that is being told, as the socket sees it."""

    def hear(self, message: str | bytes) -> None:
        """Takes what it says after its wish; raises ProtocolViolation on what it may not say."""
        ...

    def end(self) -> None:
        """It left: nobody tells it any more."""
        ...


class Product(LeftCalls, Protocol):
    """What the server is for."""

    def no_room(self) -> Overloaded | None:
        """Why a call that began now would be refused; none where it would be taken."""
        ...

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Listener:
        """Begins a call, whose words and suggestions go to `tell` as well; raises ProtocolViolation or Overloaded."""
        ...

    def watch(self, wish: str, outbox: Outbox, leave: Leave) -> Watching:
        """Begins to tell an overlay. `wish` is its first message, empty if it sent none; `leave` what it may do.

        Raises ProtocolViolation on a bad wish, and on one that it has no leave for.
        """
        ...

    def needs(self, path: str) -> Need | None:
        """What leave the page at a path takes; none where all may see it."""
        ...

    async def page(self, path: str, query: str) -> Page | None:
        """The page at a path, if there is one; `query` is what stood behind the question mark, as it came.

        May be called for many requests at once, and be cancelled.
        """
        ...

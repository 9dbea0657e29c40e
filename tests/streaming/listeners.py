"""A product that only keeps what it heard, and a real server for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streaming.door import Door, Leave, Need
from streaming.errors import Overloaded, ProtocolViolation
from streaming.outbox import Outbox
from streaming.product import EndReason, Left, Page, Tell, Watching
from streaming.protocols.contract import Accepted, Flushed, Returned
from streaming.server import Server
from streaming.types import FRAME_MS, AudioFrame, Gap


class Kept:
    """One call: its frames and gaps in order, and how it ended."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.heard: list[AudioFrame | Gap] = []
        self.received_ms = 0
        self.reasons: list[EndReason] = []
        self.ended = asyncio.Event()
        self.goes_on = asyncio.Event()

    @property
    def heard_ms(self) -> int:
        """All that was received."""
        return self.received_ms

    @property
    def safe_ms(self) -> int:
        """Nothing is kept elsewhere."""
        return 0

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        """Keeps it."""
        assert not isinstance(event, Flushed) and not self.reasons
        self.heard.append(event)
        self.received_ms = event.start_ms + (FRAME_MS if isinstance(event, AudioFrame) else event.duration_ms)
        self.goes_on.set()

    async def end(self, reason: EndReason) -> None:
        """Keeps why."""
        self.reasons.append(reason)
        self.ended.set()

    def sound(self, speaker: str) -> bytes:
        """What one of them said."""
        return b"".join(e.pcm for e in self.heard if isinstance(e, AudioFrame) and e.speaker == speaker)


class Keeping:
    """Calls without end, no overlay, no page."""

    def __init__(self) -> None:
        self.calls: dict[str, Kept] = {}
        self.tell: dict[str, Tell] = {}
        self.left: dict[str, Left] = {}

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Kept:
        """One more."""
        call_id = accepted.call_id or f"{protocol}-{len(self.calls)}"
        call = self.calls[call_id] = Kept(call_id)
        self.tell[call_id] = tell
        return call

    def no_room(self) -> Overloaded | None:
        """Always enough."""
        return None

    async def claim(self, returned: Returned) -> Left | None:
        """What another node left, if the test has put it there."""
        return self.left.pop(returned.call_id, None)

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> Kept:
        """Goes on from where it was."""
        call = self.open_call(accepted, left.protocol, tell)
        call.received_ms = left.from_ms
        return call

    def watch(self, wish: str, outbox: Outbox, leave: Leave) -> Watching:
        """None here."""
        raise ProtocolViolation("unknown_call", "there is nothing to watch here")

    def needs(self, path: str) -> Need | None:
        """Nothing."""
        return None

    async def page(self, path: str, query: str) -> Page | None:
        """None here."""
        return None


@asynccontextmanager
async def keeping(resume_s: float = 10.0) -> AsyncIterator[tuple[Keeping, int]]:
    """A server that is up: its product, and its port."""
    product = Keeping()
    async with Server(product, Door(), resume_s=resume_s).running() as port:
        yield product, port

"""A call protocol's conversation that may begin, or go on with, only the calls that its client may feed."""

from collections.abc import Callable

from streaming.protocols.contract import Accepted, CallProtocol, ClientEvent, Notice, Returned

MayFeed = Callable[[Accepted | Returned], None]
"""Raises ProtocolViolation where the client may not."""


class Admitted:
    """The conversation itself, with a look at what its client wants before anything is made of it."""

    def __init__(self, protocol: CallProtocol, may_feed: MayFeed) -> None:
        self._protocol = protocol
        self._may_feed = may_feed
        self.parting_s = protocol.parting_s

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """What a message means; raises ProtocolViolation."""
        return self._looked_at(self._protocol.receive(message))

    def closed(self) -> tuple[ClientEvent, ...]:
        """What it means that the client closed in good order."""
        return self._looked_at(self._protocol.closed())

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """The messages that tell the client."""
        return self._protocol.tell(notice)

    def _looked_at(self, events: tuple[ClientEvent, ...]) -> tuple[ClientEvent, ...]:
        for event in events:
            if isinstance(event, Accepted | Returned):
                self._may_feed(event)
        return events

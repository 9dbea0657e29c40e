"""How many connections there are, half-open ones too, in all and by address: beyond the most, newcomers are cut.

Where we speak TLS ourselves they count from the end of that handshake, and one that does not finish it is cut soon.
"""

import asyncio
from collections import Counter
from typing import cast

import msgspec
from websockets.asyncio.server import ServerConnection

from streaming import metrics


class Most(msgspec.Struct, frozen=True):
    """Connections at once, in all and from one address."""

    in_all: int = 2_000
    per_address: int = 600


class Crowd:
    """Counts. An address that nobody knows counts in all alone."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._by_address: Counter[str] = Counter()
        self.present = 0

    def enter(self) -> bool:
        """One more in all; false, and not counted, where that is too many."""
        if self.present >= self._most.in_all:
            metrics.CONNECTIONS_REFUSED.labels("crowd").inc()
            return False
        self.present += 1
        metrics.CONNECTIONS.inc()
        return True

    def leave(self) -> None:
        """One that had entered has gone."""
        self.present -= 1
        metrics.CONNECTIONS.dec()

    def claim(self, address: str) -> bool:
        """One more of those that entered is from that address; false, and not counted, where that is too many."""
        if self._by_address[address] >= self._most.per_address:
            metrics.CONNECTIONS_REFUSED.labels("crowd").inc()
            return False
        self._by_address[address] += 1
        return True

    def release(self, address: str) -> None:
        """One from that address has gone."""
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


class Counted(ServerConnection):
    """A connection that is counted from its first packet within TLS to its last; cut at once if it is one too many.

    Behind a proxy all come from one address: who is behind is told by the request, and claimed then.
    """

    crowd: Crowd
    is_behind_proxy: bool

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first packet has come."""
        self._addresses: list[str] = []
        peer = transport.get_extra_info("peername")
        self._has_entered = self.crowd.enter()
        if self._has_entered and (self.is_behind_proxy or self.claim(str(peer[0] if peer else ""))):
            super().connection_made(transport)
            return
        self._is_refused = True
        cast(asyncio.Transport, transport).abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone, however it went."""
        for address in self._addresses:
            self.crowd.release(address)
        if self._has_entered:
            self.crowd.leave()
        if not getattr(self, "_is_refused", False):
            super().connection_lost(exc)

    def claim(self, address: str) -> bool:
        """It is from there; false where one more is too many."""
        is_welcome = self.crowd.claim(address)
        if is_welcome:
            self._addresses.append(address)
        return is_welcome


def counted(crowd: Crowd, is_behind_proxy: bool) -> type[Counted]:
    """What makes connections that are counted in this crowd."""

    return type("CountedHere", (Counted,), {"crowd": crowd, "is_behind_proxy": is_behind_proxy})

"""Whether a client's system still takes what is sent to it; by its own word, which comes before any write fails.

Our system keeps megabytes for a client that reads nothing, so a write is refused late, and never where little is said.
But the client's system says in each of its answers how much it has room for. No room and nothing taken, for as long as
something waits, is a client that has stopped reading. One that is out of reach for a while says nothing, and is left to
the keepalive. Source: RFC 9293, 3.8.6 (the window); tcp(7) and linux/tcp.h (TCP_INFO).
"""

import socket
import struct
import sys
from asyncio.trsock import TransportSocket

import msgspec

_INFO = struct.Struct("=24xI92xQ16xI80xI")
"""Of `struct tcp_info`: tcpi_unacked, tcpi_bytes_acked, tcpi_notsent_bytes and, since Linux 5.4, tcpi_snd_wnd."""


class Seen(msgspec.Struct, frozen=True):
    """How a connection stands: what the client's system has taken of all that was sent, whether anything waits for it,
    and how much more it said that it would take."""

    taken_bytes: int
    is_waiting: bool
    room_bytes: int


def seen(connected: socket.socket | TransportSocket) -> Seen | None:
    """How it stands now; None where the system does not tell, or the connection is gone."""
    if sys.platform != "linux":
        return None
    try:
        told = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
    except OSError:
        return None
    if len(told) < _INFO.size:
        return None
    unacked, taken_bytes, unsent_bytes, room_bytes = _INFO.unpack(told)
    return Seen(taken_bytes, bool(unacked or unsent_bytes), room_bytes)


class Standstill:
    """One connection's; pure. Show it often how the connection stands."""

    def __init__(self) -> None:
        self._taken_bytes = 0
        self._since_s: float | None = None

    def lasts_s(self, now: Seen | None, now_s: float) -> float:
        """For how long its client has had no room and taken nothing, as far as was seen; 0 where that is not so.

        `now_s` is of any clock that never goes back.
        """
        if now is None or not now.is_waiting or now.room_bytes:
            self._since_s = None
            return 0.0
        if self._since_s is None or now.taken_bytes != self._taken_bytes:
            self._since_s, self._taken_bytes = now_s, now.taken_bytes
        return now_s - self._since_s

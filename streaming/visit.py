"""One connection's stay: what it may do, for how long, and how fast it is heard."""

import asyncio
import time
from contextlib import suppress

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedOK

from streaming import metrics
from streaming.door import Door, Leave
from streaming.errors import ProtocolViolation
from streaming.outbox import Outbox, say_goodbye
from streaming.pace import Pace

MESSAGES_PER_S, MOST_MESSAGES = 2_000.0, 6_000.0
BYTES_PER_S, MOST_BYTES = 4e6, 16e6
"""Far more than any source of live sound; what a client sends beyond that waits in its own buffers."""
LONGEST_S = 12 * 3_600.0
"""A connection that stands for longer is closed: no call is longer, and an overlay opens another."""
TOKEN_OVER, STOOD_LONG = (1008, "token_expired"), (1001, "open another")
"""What such a connection is closed with: after the first, trying again is of no use."""
RENEWAL_BYTES = 64


class _Renew(msgspec.Struct, frozen=True, tag_field="kind", tag="renew", forbid_unknown_fields=True):
    pass


class Visit:
    """The messages of a connection, no faster than it may send; iterate it once. Safe to cancel between messages.

    One of our own pages may ask for a new token (`{"kind":"renew"}`): it is answered here, and may stay as much longer.
    """

    def __init__(self, connection: ServerConnection, outbox: Outbox, door: Door, leave: Leave) -> None:
        now_s = time.monotonic()
        self.leave = leave
        self.renews = False
        self._connection = connection
        self._outbox = outbox
        self._door = door
        self._messages = Pace(MESSAGES_PER_S, MOST_MESSAGES, now_s)
        self._bytes = Pace(BYTES_PER_S, MOST_BYTES, now_s)
        self._wait_s = 0.0
        self._limit = asyncio.timeout(LONGEST_S)
        self._is_timed = False
        self._end = STOOD_LONG

    def __aiter__(self) -> "Visit":
        return self

    async def __anext__(self) -> str | bytes:
        while True:
            if self._wait_s:
                await asyncio.sleep(self._wait_s)
            try:
                message = await self._connection.recv()
            except ConnectionClosedOK:
                raise StopAsyncIteration from None
            now_s = time.monotonic()
            self._wait_s = max(self._messages.take(1, now_s), self._bytes.take(len(message), now_s))
            if self._wait_s:
                metrics.MESSAGES_SLOWED.inc()
            if not (self.renews and _is_renewal(message)):
                return message
            self._renew()

    def admit(self, leave: Leave) -> None:
        """From now on it has that leave, and no longer than that lasts."""
        self.leave = leave
        self._stay()

    async def keep_time(self) -> None:
        """Closes the connection once its time is over; runs beside it until cancelled.

        One that cannot renew its token, such as a telephone line's, may stay as long as the token could be renewed.
        """
        with suppress(TimeoutError):
            async with self._limit:
                self._is_timed = True
                self._stay()
                await asyncio.Event().wait()
        await say_goodbye(self._connection, self._outbox, *self._end)

    def _stay(self) -> None:
        ends_s, until_s = self.leave.ends_s, self.leave.renewable_until_s
        if ends_s is not None and self._is_timed and not self._limit.expired():
            most_s = ends_s if self.renews else max(ends_s, until_s or 0.0)
            # By the monotonic clock from here on: when the time of day jumps, nobody is cut.
            left_s = most_s - time.time()
            self._end = TOKEN_OVER if left_s <= LONGEST_S else STOOD_LONG
            self._limit.reschedule(asyncio.get_running_loop().time() + min(LONGEST_S, left_s))

    def _renew(self) -> None:
        try:
            leave, token = self._door.renewed(self.leave, time.time())
        except ProtocolViolation:
            return  # it ends when it ends
        self.admit(leave)
        self._outbox.put(msgspec.json.encode({"kind": "token", "token": token}))


def _is_renewal(message: str | bytes) -> bool:
    if isinstance(message, bytes) or len(message) > RENEWAL_BYTES:
        return False
    try:
        msgspec.json.decode(message, type=_Renew)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True

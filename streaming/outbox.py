"""One client's outgoing messages: bounded, one writer, and a client that stops reading is cut.

The keepalive of `websockets` never evicts a client that stopped reading (its ping waits behind the full buffer), and
closing such a connection can hang. So each send has a time limit here, after which the transport is aborted. What our
system takes for a client counts as sent; that the client's own takes nothing of it is seen by `look`.
"""

import asyncio
import socket
import struct
from contextlib import suppress

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from streaming import metrics
from streaming.mailbox import Mailbox
from streaming.uptake import Standstill, seen

CAPACITY = 512
SEND_TIMEOUT_S = 1.0
LOOK_S = 0.2
STANDSTILL_S = 1.2  # a computer that stands still for a second is no reason
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what waits is let go, and the end is a reset
CLOSE_S = 2.0  # a peer that does not answer a close is aborted


class Outbox:
    """`put` never waits. `run` sends until closed; a client that falls too far behind is aborted."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._messages: Mailbox[str | bytes] = Mailbox(CAPACITY)
        self._is_finished = False
        self._has_run = asyncio.Event()
        self._parting: asyncio.Task[None] | None = None
        self._standstill = Standstill()

    def put(self, message: str | bytes) -> None:
        """Queues a message; a full queue means that the client is stuck, and ends it. After `finish` it is let go."""
        if not self._is_finished and not self._messages.put(message):
            self._evict()

    def look(self, now_s: float) -> None:
        """Cuts a client whose system has had no room for so long; call it every `LOOK_S`, with a monotonic clock."""
        now = seen(self._connection.transport.get_extra_info("socket"))
        if self._standstill.lasts_s(now, now_s) >= STANDSTILL_S and not self._is_finished:
            self._evict()

    def cut(self) -> None:
        """Ends the connection without waiting for its peer."""
        abort(self._connection)

    def part(self, code: int, reason: str) -> None:
        """Sends what is queued and closes, meanwhile."""
        self._parting = asyncio.create_task(say_goodbye(self._connection, self, code, reason))

    def _evict(self) -> None:
        metrics.CLIENTS_CUT.inc()
        self._is_finished = True  # what is put until it is gone does not cut it once more
        self.cut()

    async def finish(self) -> None:
        """Nothing more will be sent; returns once `run` has sent what is queued, or cannot. Safe to cancel."""
        self._is_finished = True
        self._messages.close()
        await self._has_run.wait()

    async def run(self) -> None:
        """Sends in order. Returns when finished and empty, or when the client is gone."""
        try:
            async for message in self._messages:
                # JSON always goes as text, whichever form it has here.
                await asyncio.wait_for(self._connection.send(message, text=True), SEND_TIMEOUT_S)
        except TimeoutError:
            self._evict()
        except ConnectionClosed:
            return
        finally:
            self._has_run.set()


def abort(connection: ServerConnection) -> None:
    """Ends a connection without waiting for its peer, nor letting our system wait for it with what is not taken."""
    with suppress(OSError):  # it has gone already
        connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.transport.abort()


async def say_goodbye(connection: ServerConnection, outbox: Outbox, code: int, reason: str) -> None:
    """Sends what is queued, closes, and after a time aborts: `close()` waits for ever on one that stopped reading."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await outbox.finish()
            await connection.close(code, reason)
    except TimeoutError:
        abort(connection)

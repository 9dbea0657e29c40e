"""One client's outgoing messages: bounded, one writer, and a client that stops reading is cut.

The keepalive of `websockets` never evicts a client that stopped reading (its ping waits behind the full buffer), and
closing such a connection can hang. So each send has a time limit here, after which the transport is aborted.
"""

import asyncio

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from streaming.mailbox import Mailbox

CAPACITY = 512
SEND_TIMEOUT_S = 1.0


class Outbox:
    """`put` never waits. `run` sends until closed; a client that falls too far behind is aborted."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._messages: Mailbox[str | bytes] = Mailbox(CAPACITY)

    def put(self, message: str | bytes) -> None:
        """Queues a message; a full queue means that the client is stuck, and ends it."""
        if not self._messages.put(message):
            abort(self._connection)

    def close(self) -> None:
        """Nothing more will be put; `run` ends once all is sent."""
        self._messages.close()

    async def run(self) -> None:
        """Sends in order. Returns when closed and empty, or when the client is gone."""
        try:
            async for message in self._messages:
                # JSON always goes as text, whichever form it has here.
                await asyncio.wait_for(self._connection.send(message, text=True), SEND_TIMEOUT_S)
        except TimeoutError:
            abort(self._connection)
        except ConnectionClosed:
            return


def abort(connection: ServerConnection) -> None:
    """Ends a connection without waiting for its peer."""
    connection.transport.abort()

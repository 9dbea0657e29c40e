"""A TCP port for Asterisk's AudioSocket, which is no WebSocket; `protocols/audiosocket.py` is what is spoken on it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from streaming.call_socket import CallSocket
from streaming.fed_call import FedCalls, Line
from streaming.joining import Joining
from streaming.outbox import CLOSE_S
from streaming.ports import telling_what_is_taken
from streaming.product import OpenCall
from streaming.protocols import audiosocket
from streaming.protocols.contract import Opening

FIRST_BYTES = audiosocket.HEADER_BYTES + audiosocket.UUID_BYTES
READ_BYTES = 4096


class AudioSocketPort:
    """Feeds calls from one port; connections of one line feed the same call."""

    def __init__(self, open_call: OpenCall, host: str, port: int, options: dict[str, object]) -> None:
        self._joining = Joining(open_call)
        self._host = host
        self._port = port
        self._options = options
        self._calls: dict[CallSocket, asyncio.StreamWriter] = {}
        self._connections: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Serves inside the context; gives the port. At the end calls finish, then every connection is closed.

        Raises PortTaken.
        """
        with telling_what_is_taken(self._host, self._port):
            server = await asyncio.start_server(self._accept, self._host, self._port)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await asyncio.gather(*(call.leave() for call in self._calls), return_exceptions=True)
            for writer in self._calls.values():
                writer.close()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silence = asyncio.create_task(_send_silence(writer))

        def put(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            silence.cancel()  # a hang-up is all that is ever told, and the last
            writer.write(message)

        protocol = audiosocket.create(Opening(options=self._options, opened_at=time.time()))
        line = Line(put, writer.close, lambda _, __: writer.close())
        call = CallSocket(self._joining.open_call, protocol, "audiosocket", line, FedCalls(0))
        self._calls[call] = writer
        try:
            await call.serve(_messages(reader))
        finally:
            silence.cancel()
            del self._calls[call]
            await _close(writer)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[str | bytes]:
    """What comes. The UUID comes first and whole, so that only so long is waited for it.

    Raises ConnectionError, by whichever name the system tells that the peer is out of reach.
    """
    try:
        data = await reader.readexactly(FIRST_BYTES)
        while data:
            yield data
            data = await reader.read(READ_BYTES)
    except asyncio.IncompleteReadError:
        return
    except OSError as fault:
        raise ConnectionError(fault.strerror) from fault


async def _send_silence(writer: asyncio.StreamWriter) -> None:
    """Until cancelled, or the peer is gone; one that does not read it is not sent more."""
    clock = asyncio.get_running_loop().time
    next_s = clock()
    with suppress(OSError):
        while True:
            writer.write(audiosocket.SILENCE)
            await writer.drain()
            next_s = max(next_s + audiosocket.SILENCE_MS / 1000, clock())
            await asyncio.sleep(next_s - clock())


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(CLOSE_S):
            await writer.wait_closed()
    except TimeoutError:
        writer.transport.abort()
    except OSError:
        pass

"""One port: `/call/<protocol>` takes sound, `/overlay` gives events, plain GET serves pages and health.

What a call or an overlay is, the product says (`Product`); this file knows sockets. Media is always read: nothing here
waits for the product, and what cannot be kept up with is shed inside.
"""

import asyncio
import http
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, Protocol
from urllib.parse import urlsplit

import msgspec
import structlog
from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

import streaming.protocols
from streaming import plugins
from streaming.errors import Overloaded, ProtocolViolation, UnknownPlugin
from streaming.outbox import Outbox, abort
from streaming.protocols.contract import Accepted, CallProtocol, Ended, Reached, Refused, Started, Stopped
from streaming.types import AudioFrame, Gap

MAX_MESSAGE_BYTES = 256 * 1024
HANDSHAKE_S = 3.0  # what a shutdown waits at most for one that never finishes its handshake
FIRST_MESSAGE_S = 10.0
CLOSE_S = 2.0  # a peer that does not answer a close is aborted
ACK_S = 0.25

EndReason = Literal["stopped", "connection_lost", "refused", "shutdown", "failed"]

# By the code that we closed with: broken frames, text that is no UTF-8, a message too long, a server going down.
ENDED_BY_US: dict[int, EndReason] = {1002: "refused", 1007: "refused", 1009: "refused", 1012: "shutdown"}

log = structlog.get_logger()


class Page(msgspec.Struct, frozen=True):
    """One answer to a plain GET."""

    content_type: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


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

    def hear(self, event: AudioFrame | Gap) -> None:
        """Takes sound in; never waits."""
        ...

    async def end(self, reason: EndReason) -> None:
        """Waits until the last words are out."""
        ...


class Product(Protocol):
    """What the server is for."""

    def open_call(self, accepted: Accepted, protocol: str) -> Listener:
        """Begins a call; raises ProtocolViolation or Overloaded."""
        ...

    def watch(self, wish: str, outbox: Outbox) -> Callable[[], None]:
        """Begins to tell an overlay; gives what ends it. Raises ProtocolViolation on a bad wish."""
        ...

    def page(self, path: str) -> Page | None:
        """The page at a path, if there is one."""
        ...


class Server:
    """Serves a product on one address."""

    def __init__(self, product: Product, host: str, port: int) -> None:
        self._product = product
        self._host = host
        self._port = port
        self._calls: set[_Call] = set()
        self._connections: dict[ServerConnection, Outbox] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Serves inside the context; gives the port. At the end calls finish, then every connection is closed."""
        logger = logging.getLogger("websockets.server")
        # Its records quote requests and tracebacks of what peers did; what matters is logged here.
        logger.setLevel(logging.CRITICAL)
        server = await serve(
            self._handle,
            self._host,
            self._port,
            process_request=self._answer_get,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=32,
            open_timeout=HANDSHAKE_S,
            close_timeout=CLOSE_S,
            ping_interval=10,
            ping_timeout=20,
            server_header=None,
            logger=logger,
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            await self._shut(server)

    async def _shut(self, server: WebSocketServer) -> None:
        # No new connections, then the calls' last words, then the sockets: politely, and after a time not.
        server.close(close_connections=False)
        await asyncio.gather(*(call.end("shutdown") for call in self._calls))
        goodbyes = (
            _say_goodbye(connection, outbox, 1012, "shutting down") for connection, outbox in self._connections.items()
        )
        await asyncio.gather(*goodbyes)
        await server.wait_closed()

    def _answer_get(self, connection: ServerConnection, request: Request) -> Response | None:
        url = urlsplit(request.path)
        if not _is_same_site(request.headers):
            return _response(Page("text/plain", b"this page may not connect here\n", 403))
        if url.path == "/overlay" or url.path.startswith("/call/"):
            return None  # to be a socket; websockets answers 426 if it is not
        page = self._product.page(url.path)
        return _response(page or Page("text/plain", b"no such page\n", 404))

    async def _handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        path = urlsplit(connection.request.path).path
        outbox = Outbox(connection)
        writer = asyncio.create_task(outbox.run())
        self._connections[connection] = outbox
        try:
            if path == "/overlay":
                await self._serve_overlay(connection, outbox)
            else:
                await self._serve_call(connection, path.removeprefix("/call/"), outbox)
        except ConnectionClosed:
            pass
        except Exception:  # one connection's fault must not reach another; the log has the place and no words
            log.exception("connection_failed", path=path)
            await _say_goodbye(connection, outbox, 1011, "internal error")
        finally:
            del self._connections[connection]
            writer.cancel()

    async def _serve_overlay(self, connection: ServerConnection, outbox: Outbox) -> None:
        unwatch = None
        try:
            wish = await _first(connection)
            unwatch = self._product.watch(wish if isinstance(wish, str) else "", outbox)
            async for _ in connection:
                pass  # an overlay only listens; what it sends besides is let go
        except ProtocolViolation as violation:
            await _say_goodbye(connection, outbox, 1008, violation.code)
        finally:
            if unwatch is not None:
                unwatch()

    async def _serve_call(self, connection: ServerConnection, name: str, outbox: Outbox) -> None:
        try:
            protocol: CallProtocol = plugins.load(streaming.protocols, name).create()
        except UnknownPlugin:
            await _say_goodbye(connection, outbox, 1008, "no such protocol")
            return
        call = _Call(self._product, protocol, name, outbox)
        self._calls.add(call)
        acknowledging = asyncio.create_task(call.acknowledge())
        code, closing = 1000, ""
        try:
            await call.end(await _take_all(connection, call))
        except (ProtocolViolation, Overloaded) as fault:
            code, closing = 1008, fault.code if isinstance(fault, ProtocolViolation) else "overloaded"
            call.tell(Refused(closing, str(fault)))
            await call.end("refused")
        except BaseException:
            await call.end("failed")
            raise
        finally:
            acknowledging.cancel()
            self._calls.discard(call)
        await _say_goodbye(connection, outbox, code, closing)


class _Call:
    """One call connection's state between its messages."""

    def __init__(self, product: Product, protocol: CallProtocol, name: str, outbox: Outbox) -> None:
        self._product = product
        self._protocol = protocol
        self._name = name
        self._outbox = outbox
        self.listeners: list[Listener] = []
        self.is_over = False
        self._is_ended = False
        self._ending = asyncio.Lock()

    async def take(self, message: str | bytes) -> None:
        if self._is_ended:
            return  # the server is going down: what still comes belongs to no call
        for event in self._protocol.receive(message):
            if isinstance(event, Accepted):
                self.listeners.append(self._product.open_call(event, self._name))
                self.tell(Started(self.listeners[0].call_id))
            elif isinstance(event, Stopped):
                self.is_over = True
            else:
                self.listeners[0].hear(event)
        await asyncio.sleep(0)  # messages already here must not keep other calls waiting

    async def acknowledge(self) -> None:
        told = Reached(0, 0)
        while True:
            await asyncio.sleep(ACK_S)
            reached = Reached(self.listeners[0].received_ms, self.listeners[0].heard_ms) if self.listeners else told
            if reached != told:
                told = reached
                self.tell(told)

    def tell(self, notice: Started | Reached | Ended | Refused) -> None:
        for message in self._protocol.tell(notice):
            self._outbox.put(message)

    async def end(self, reason: EndReason) -> None:
        """Ends it once, whoever is first to say so; all who say so wait until its last words are out."""
        async with self._ending:
            if self._is_ended or not self.listeners:
                return
            self._is_ended = True
            await self.listeners[0].end(reason)
            if reason != "refused":
                self.tell(Ended(self.listeners[0].received_ms))


async def _take_all(connection: ServerConnection, call: _Call) -> EndReason:
    try:
        await call.take(await _first(connection))
        async for message in connection:
            await call.take(message)
            if call.is_over:
                return "stopped"
    except ConnectionClosed as closed:
        return ENDED_BY_US.get(closed.sent.code if closed.sent else 0, "connection_lost")
    return "connection_lost"


async def _first(connection: ServerConnection) -> str | bytes:
    try:
        return await asyncio.wait_for(connection.recv(), FIRST_MESSAGE_S)
    except TimeoutError:
        raise ProtocolViolation("no_start", f"nothing came for {FIRST_MESSAGE_S:.0f} s; send `start` first") from None


async def _say_goodbye(connection: ServerConnection, outbox: Outbox, code: int, reason: str) -> None:
    """Sends what is queued, closes, and after a time aborts: `close()` waits for ever on one that stopped reading."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await outbox.finish()
            await connection.close(code, reason)
    except TimeoutError:
        abort(connection)


def _is_same_site(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Any page that the rep has open can reach a server on loopback; without this check it could listen to the call.
    """
    try:
        origin, host = headers.get("Origin"), headers.get("Host", "")
        is_loopback = urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost", "::1")
    except (ValueError, LookupError):
        return False  # no address, or two of them
    return is_loopback and (origin is None or origin == f"http://{host}")


def _response(page: Page) -> Response:
    headers = Headers([("Content-Type", page.content_type), ("Content-Length", str(len(page.body)))])
    headers.update([*page.headers, ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")])
    headers["Connection"] = "close"
    return Response(page.status, http.HTTPStatus(page.status).phrase, headers, page.body)

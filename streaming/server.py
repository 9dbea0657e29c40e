"""One port: `/call/<protocol>` takes sound, `/overlay` gives events, plain GET serves pages and health.

What a call or an overlay is, the product says (`Product`); this file knows sockets. Media is always read: nothing here
waits for the product, and what cannot be kept up with is shed inside.
"""

import asyncio
import http
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import structlog
from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

import streaming.protocols
from streaming import plugins
from streaming.byte_range import part_of
from streaming.call_socket import CallSocket, log_refused
from streaming.errors import ProtocolViolation, UnknownPlugin
from streaming.fed_call import FedCalls, Line
from streaming.joining import Joining
from streaming.outbox import CLOSE_S, Outbox, say_goodbye
from streaming.ports import telling_what_is_taken
from streaming.product import Page, Product, Watching
from streaming.protocols.contract import CallProtocol, Opening

MAX_MESSAGE_BYTES = 64 * 1024  # 1 s of two channels at 16 kHz: more at once would keep other calls waiting
WISH_S = 1.0  # an overlay that says nothing for so long takes what there is
HANDSHAKE_S = 3.0  # what a shutdown waits at most for one that never finishes its handshake
RESUME_S = 30.0  # what a source of ours keeps of its sound, so that nothing is lost in that time

BUILT_IN_PATHS = {"/v1/listen": "deepgram"}
"""Protocols whose clients have their path built in, besides `/call/<protocol>`."""

Options = Mapping[str, dict[str, object]]
"""What the operator set, by the protocol's name."""

log = structlog.get_logger()


class Server:
    """Serves a product on one address. A call waits `resume_s` for its source to come back after a cut."""

    def __init__(
        self, product: Product, host: str, port: int, options: Options | None = None, resume_s: float = RESUME_S
    ) -> None:
        self._product = product
        self._joining = Joining(product.open_call)
        self._options = options or {}
        self._host = host
        self._port = port
        self._calls: set[CallSocket] = set()
        self._fed_calls = FedCalls(resume_s, product)
        self._connections: dict[ServerConnection, Outbox] = {}
        self._listening: WebSocketServer | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Serves inside the context; gives the port. At the end calls finish, then every connection is closed.

        Raises PortTaken.
        """
        logger = logging.getLogger("websockets.server")
        # Its records quote requests and tracebacks of what peers did; what matters is logged here.
        logger.setLevel(logging.CRITICAL)
        server = self._listening = await self._listen(logger)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            await self._shut(server)

    def stop_listening(self) -> None:
        """No new connections; those there are go on."""
        if self._listening is not None:
            self._listening.close(close_connections=False)

    async def _listen(self, logger: logging.Logger) -> WebSocketServer:
        serving = serve(
            self._handle,
            self._host,
            self._port,
            process_request=self._answer_get,
            select_subprotocol=_as_offered,
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
        with telling_what_is_taken(self._host, self._port):
            return await serving

    async def _shut(self, server: WebSocketServer) -> None:
        # No new connections, then the calls' last words, then the sockets: politely, and after a time not.
        server.close(close_connections=False)
        # One call's fault must not cut the others' last words.
        await asyncio.gather(*(call.leave() for call in self._calls), return_exceptions=True)
        goodbyes = (
            say_goodbye(connection, outbox, 1012, "shutting down") for connection, outbox in self._connections.items()
        )
        await asyncio.gather(*goodbyes, return_exceptions=True)
        await server.wait_closed()

    async def _answer_get(self, connection: ServerConnection, request: Request) -> Response | None:
        url = urlsplit(request.path)
        if not _is_same_site(request.headers):
            return _response(Page("text/plain", b"this page may not connect here\n", 403))
        if url.path == "/overlay" or url.path in BUILT_IN_PATHS or url.path.startswith("/call/"):
            return None  # to be a socket; websockets answers 426 if it is not
        page = await self._product.page(url.path, url.query)
        if page is not None and page.is_seekable:
            wanted = request.headers.get_all("Range")
            page = part_of(page, wanted[0] if len(wanted) == 1 else None)
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
                await self._serve_call(connection, BUILT_IN_PATHS.get(path, path.removeprefix("/call/")), outbox)
        except ConnectionClosed:
            pass
        except Exception:  # one connection's fault must not reach another; the log has the place and no words
            log.exception("connection_failed", path=path)
            await say_goodbye(connection, outbox, 1011, "internal error")
        finally:
            del self._connections[connection]
            writer.cancel()

    async def _serve_overlay(self, connection: ServerConnection, outbox: Outbox) -> None:
        watching: Watching | None = None
        try:
            watching = self._product.watch(await _wish(connection), outbox)
            async for message in connection:
                watching.hear(message)
        except ProtocolViolation as violation:
            await say_goodbye(connection, outbox, 1008, violation.code)
        finally:
            if watching is not None:
                watching.end()

    async def _serve_call(self, connection: ServerConnection, name: str, outbox: Outbox) -> None:
        try:
            plugin = plugins.load(streaming.protocols, name)
            protocol: CallProtocol = plugin.create(_opening(connection, self._options.get(name, {})))
        except UnknownPlugin:
            await say_goodbye(connection, outbox, 1008, "no such protocol")
            return
        except ProtocolViolation as violation:
            log_refused(name, violation.code, str(violation))
            await say_goodbye(connection, outbox, 1008, violation.code)
            return
        call = CallSocket(
            self._joining.open_call, protocol, name, Line(outbox.put, outbox.cut, outbox.part), self._fed_calls
        )
        self._calls.add(call)
        try:
            code, reason = await call.serve(aiter(connection))
        finally:
            self._calls.discard(call)
        await say_goodbye(connection, outbox, code, reason)


def _as_offered(_: object, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Clients that name a subprotocol (jambonz, FreeSWITCH) want its name in the answer; it changes nothing here."""
    return offered[0] if offered else None


def _opening(connection: ServerConnection, options: dict[str, object]) -> Opening:
    assert connection.request is not None
    headers = {name.lower(): value for name, value in connection.request.headers.raw_items()}
    query = parse_qs(urlsplit(connection.request.path).query, keep_blank_values=True)
    return Opening(query, headers, options, time.time())


async def _wish(connection: ServerConnection) -> str:
    """What an overlay wishes to see: its first message, or nothing if it just listens."""
    try:
        wish = await asyncio.wait_for(connection.recv(), WISH_S)
    except TimeoutError:
        return ""
    return wish if isinstance(wish, str) else "binary"


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

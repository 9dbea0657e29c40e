"""One port: `/call/<protocol>` takes sound, `/overlay` gives events, plain GET serves pages and health.

What a call or an overlay is, the product says (`Product`), and who may come in, the door; this file knows sockets.
Media is always read: nothing here waits for the product, and what cannot be kept up with is shed inside.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import parse_qs, urlsplit

import msgspec
import structlog
from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

import streaming.protocols
from streaming import metrics, plugins
from streaming.admitted import Admitted
from streaming.call_socket import CallSocket, log_refused
from streaming.crowd import Crowd, counted
from streaming.door import FEED, OWN_PATHS, TOKEN_FAULTS, Door, Need, chosen_subprotocol
from streaming.errors import ProtocolViolation, UnknownPlugin
from streaming.fed_call import FedCalls, Line
from streaming.joining import Joining
from streaming.nonces import Nonces
from streaming.outbox import CLOSE_S, LOOK_S, Outbox, say_goodbye
from streaming.plain_get import PlainGet, protocol_at
from streaming.ports import telling_what_is_taken
from streaming.product import Product, Watching
from streaming.protocols.contract import Accepted, Opening, Returned
from streaming.tokens import Role
from streaming.visit import Visit

MAX_MESSAGE_BYTES = 64 * 1024  # 1 s of two channels at 16 kHz: more at once would keep other calls waiting
WISH_S = 1.0  # an overlay that says nothing for so long takes what there is
HANDSHAKE_S = 3.0  # for each handshake, of TLS and then ours; a shutdown waits so long for one that is never finished
SIGNED_S = 60.0  # longer than any protocol lets a signature hold
RESUME_S = 30.0  # what a source of ours keeps of its sound, so that nothing is lost in that time

Options = Mapping[str, dict[str, object]]
"""What the operator set, by the protocol's name."""

log = structlog.get_logger()


class Server:
    """Serves a product at one door. A call waits `resume_s` for its source to come back after a cut."""

    def __init__(
        self, product: Product, door: Door, options: Options | None = None, resume_s: float = RESUME_S
    ) -> None:
        self._product = product
        self._joining = Joining(product.open_call)
        self._options = options or {}
        self._door = door
        self._crowd = Crowd(door.most)
        self._calls: set[CallSocket] = set()
        self._fed_calls = FedCalls(resume_s, product)
        self._connections: dict[ServerConnection, Outbox] = {}
        self._overlays: set[Outbox] = set()
        self._nonces = Nonces(SIGNED_S)
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
        looking = asyncio.create_task(self._look_at_overlays())
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            looking.cancel()
            await self._shut(server)

    def stop_listening(self) -> None:
        """No new connections; those there are go on."""
        if self._listening is not None:
            self._listening.close(close_connections=False)

    async def _listen(self, logger: logging.Logger) -> WebSocketServer:
        serving = serve(
            self._handle,
            self._door.host,
            self._door.port,
            process_request=PlainGet(self._product, self._door).answer,
            select_subprotocol=_as_offered,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=32,
            # So that a client that stopped reading is known by the first message that stays here. With 0 asyncio would
            # take every message under TLS for one that stays.
            write_limit=1,
            open_timeout=HANDSHAKE_S,
            close_timeout=CLOSE_S,
            ping_interval=10,
            ping_timeout=20,
            server_header=None,
            logger=logger,
            create_connection=counted(self._crowd, self._door.is_behind_proxy),
            ssl=self._door.tls,
        )
        with telling_what_is_taken(self._door.host, self._door.port):
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

    async def _handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        path = urlsplit(connection.request.path).path
        outbox = Outbox(connection)
        tasks = [asyncio.create_task(outbox.run())]
        self._connections[connection] = outbox
        try:
            visit = Visit(connection, outbox, self._door, self._door.leave_of(connection.request.headers, time.time()))
            visit.renews = path in OWN_PATHS
            tasks.append(asyncio.create_task(visit.keep_time()))
            if path == "/overlay":
                await self._serve_overlay(visit, outbox)
            else:
                await self._serve_call(connection, protocol_at(path) or path, visit, outbox)
        except ConnectionClosed:
            pass
        except ProtocolViolation as violation:
            if violation.code in TOKEN_FAULTS:
                metrics.CONNECTIONS_REFUSED.labels("token").inc()
            if path in OWN_PATHS:  # a page is told in words too; what others expect differs
                told = {"kind": "error", "code": violation.code, "message": str(violation)}
                outbox.put(msgspec.json.encode(told))
            await say_goodbye(connection, outbox, 1008, violation.code)
        except Exception:  # one connection's fault must not reach another; the log has the place and no words
            log.exception("connection_failed", path=path)
            await say_goodbye(connection, outbox, 1011, "internal error")
        finally:
            del self._connections[connection]
            for task in tasks:
                task.cancel()

    async def _look_at_overlays(self) -> None:
        # Not at sources: one that never reads what it is answered feeds its call all the same.
        while True:
            await asyncio.sleep(LOOK_S)
            now_s = time.monotonic()
            for outbox in tuple(self._overlays):
                outbox.look(now_s)

    async def _serve_overlay(self, visit: Visit, outbox: Outbox) -> None:
        watching: Watching | None = None
        self._overlays.add(outbox)
        try:
            watching = self._product.watch(await _wish(visit), outbox, visit.leave)
            async for message in visit:
                watching.hear(message)
        finally:
            self._overlays.discard(outbox)
            if watching is not None:
                watching.end()

    async def _serve_call(self, connection: ServerConnection, name: str, visit: Visit, outbox: Outbox) -> None:
        options = self._options.get(name, {})

        def may_feed(wish: Accepted | Returned) -> None:
            if isinstance(wish, Accepted) and wish.access is not None:
                visit.admit(self._door.leave_by(wish.access, time.time()))
            elif options.get(plugin.SIGNED_BY):
                visit.admit(FEED)
            # Who practises feeds both sides of it, and says on the overlay what was played: a rep's token is for that.
            role: Role = "control" if self._is_practice(wish) else "feed"
            if not visit.leave.allows(Need(role, wish.call_id)):
                raise ProtocolViolation("no_leave", f"this needs a token to {role} this call; ask for one")

        try:
            plugin = plugins.load(streaming.protocols, name)
            protocol = Admitted(plugin.create(self._opening(connection, options)), may_feed)
        except UnknownPlugin:
            await say_goodbye(connection, outbox, 1008, "no such protocol")
            return
        except ProtocolViolation as violation:
            log_refused(name, violation.code, str(violation))
            raise
        call = CallSocket(
            self._joining.open_call, protocol, name, Line(outbox.put, outbox.cut, outbox.part), self._fed_calls
        )
        self._calls.add(call)
        try:
            code, reason = await call.serve(visit)
        finally:
            self._calls.discard(call)
        await say_goodbye(connection, outbox, code, reason)

    def _opening(self, connection: ServerConnection, options: dict[str, object]) -> Opening:
        assert connection.request is not None
        headers = {name.lower(): value for name, value in connection.request.headers.raw_items()}
        query = parse_qs(urlsplit(connection.request.path).query, keep_blank_values=True)
        now_s = time.time()
        return Opening(query, headers, options, now_s, lambda nonce: self._nonces.is_new(nonce, now_s))

    def _is_practice(self, wish: Accepted | Returned) -> bool:
        if isinstance(wish, Returned):
            return self._fed_calls.practises(wish)
        return wish.metadata.practice is not None


def _as_offered(_: object, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Clients that name a subprotocol (jambonz, FreeSWITCH) want its name in the answer; it changes nothing here."""
    return cast(Subprotocol | None, chosen_subprotocol(list(offered)))


async def _wish(visit: Visit) -> str:
    """What an overlay wishes to see: its first message, or nothing if it just listens."""
    try:
        wish = await asyncio.wait_for(anext(visit, ""), WISH_S)
    except TimeoutError:
        return ""
    return wish if isinstance(wish, str) else "binary"

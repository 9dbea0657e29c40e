"""A plain GET: who may have what page, and the pages that are none of the product's."""

import http
import time
from typing import cast
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

import streaming.protocols
from streaming import metrics, plugins
from streaming.byte_range import part_of
from streaming.call_socket import OVERLOADED, log_refused
from streaming.crowd import Counted
from streaming.door import NONE, Door, Leave, Need, page_leave
from streaming.errors import ProtocolViolation, UnknownPlugin
from streaming.product import Page, Product

BUILT_IN_PATHS = {"/v1/listen": "deepgram"}
"""Protocols whose clients have their path built in, besides `/call/<protocol>`."""

CROWDED_AGAIN_S = 10

NO_CONTENT = "default-src 'none'; frame-ancestors 'none'"
"""The policy of what is no page for eyes."""
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


class PlainGet:
    """What every request meets first. A cookie opens pages and never a socket: any page could make use of it."""

    def __init__(self, product: Product, door: Door) -> None:
        self._product = product
        self._door = door

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """The page, or why not; None where the request is for a socket. Safe to cancel."""
        url = urlsplit(request.path)
        path = url.path
        if not self._door.lets_in(request.headers, path):
            metrics.CONNECTIONS_REFUSED.labels("origin").inc()
            return _response(_text("this page may not connect here", 403))
        if not self._has_room(cast(Counted, connection), request.headers):
            return _response(_come_again("too many connections come from this address", 429, CROWDED_AGAIN_S))
        if path == "/overlay" or protocol_at(path) is not None:
            return self._full(path)  # else to be a socket; websockets answers 426 if it is not
        need = self._product.needs(path)
        try:
            leave = NONE if need is None else page_leave(self._door, request.headers, time.time())
        except ProtocolViolation as violation:
            return _response(_text(str(violation), 401))
        if path == "/session":
            return _response(self._session(leave))
        if need is not None and (refusal := _refusal(need, leave, request.headers)) is not None:
            return _response(refusal)
        page = await self._product.page(path, url.query)
        if page is not None and page.is_seekable:
            wanted = request.headers.get_all("Range")
            page = part_of(page, wanted[0] if len(wanted) == 1 else None)
        return _response(page or _text("no such page", 404))

    def _full(self, path: str) -> Response | None:
        """Refuses a connection that could only begin a call, where there is no room; none where it is let in."""
        full, name = self._product.no_room(), protocol_at(path)
        if full is None or name is None:
            return None
        try:
            is_let_in = not plugins.load(streaming.protocols, name).ALWAYS_NEW
        except UnknownPlugin:
            is_let_in = True  # to be told so
        if is_let_in:
            return None
        log_refused(name, OVERLOADED, str(full))
        return _response(_come_again(str(full), 503, full.retry_after_s))

    def _has_room(self, connection: Counted, headers: Headers) -> bool:
        """Behind a proxy: whether there is room for one more from the address that the proxy, last of all, tells."""
        if not self._door.is_behind_proxy:
            return True
        told = [part.strip() for line in headers.get_all("X-Forwarded-For") for part in line.split(",")]
        return connection.claim(told[-1] if told else "")

    def _session(self, leave: Leave) -> Page:
        """Lets a browser's requests for pages do what the token of this one does, by a cookie that no script sees."""
        cookie = self._door.cookie(leave)
        return Page("text/plain", b"", 204, (("Set-Cookie", cookie),) if cookie else ())


def _refusal(need: Need, leave: Leave, headers: Headers) -> Page | None:
    if not leave.allows(need):
        return _text("this page needs a token: open it from a page that was opened by its link", 401)
    if _is_made_by_another_site(headers):
        return _text("a page of another site may link to this one, and not fetch it", 403)
    return None


def _is_made_by_another_site(headers: Headers) -> bool:
    """Whether a page of another site fetches or frames it, by the fetch metadata that browsers send (W3C)."""
    if "cross-site" not in headers.get_all("Sec-Fetch-Site"):
        return False
    return headers.get_all("Sec-Fetch-Mode") != ["navigate"] or headers.get_all("Sec-Fetch-Dest") not in (
        [],
        ["document"],
    )


def protocol_at(path: str) -> str | None:
    """The protocol that is spoken at a path, whether there is one of that name or not."""
    return BUILT_IN_PATHS.get(path, path.removeprefix("/call/") if path.startswith("/call/") else None)


def _come_again(line: str, status: int, after_s: int) -> Page:
    return msgspec.structs.replace(_text(line, status), headers=(("Retry-After", str(after_s)),))


def _text(line: str, status: int) -> Page:
    return Page("text/plain", f"{line}\n".encode(), status)


def _response(page: Page) -> Response:
    headers = Headers([("Content-Type", page.content_type), ("Content-Length", str(len(page.body)))])
    headers.update([*page.headers, *ALWAYS])
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = NO_CONTENT
    headers["Connection"] = "close"
    return Response(page.status, http.HTTPStatus(page.status).phrase, headers, page.body)

"""Where the server listens and who may come in: what a request says of itself -> leave to do something; pure.

Without a key the door is on this machine, and whoever is on it may do all; but no page of another origin. With one
each connection needs a token, which comes as a subprotocol (`assist.token.TOKEN`, all that a browser can send), in the
header `Authorization` (`Bearer` or `Token`, or as the password of `Basic`), or for pages in a cookie.
"""

import base64
import ssl
from collections.abc import Set
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from websockets.datastructures import Headers

from streaming.crowd import Most
from streaming.errors import ProtocolViolation
from streaming.tokens import Grant, Role, sign, verify

SUBPROTOCOL = "assist"
TOKEN_PREFIX = "assist.token."
COOKIE = "assist"
AUDIENCE = "assist"
OWN_PATHS = ("/overlay", "/call/browser")
"""Sockets that our own pages open: behind a door with a key they always come with an origin."""
RENEWED_FOR_S = 300.0
TOKEN_FAULTS = ("bad_token", "token_expired", "no_leave")
"""Codes of what is refused because of its token."""


class Need(NamedTuple):
    """What leave something takes: a role, for one call or (null) for any."""

    role: Role
    call: str | None


class Leave(msgspec.Struct, frozen=True):
    """What whoever came in may do, with one call or with any (null), until when (seconds since 1970)."""

    roles: frozenset[Role]
    call: str | None = None
    ends_s: float | None = None
    renewable_until_s: float | None = None

    def allows(self, need: Need) -> bool:
        """Whether it is enough for that."""
        return need.role in self.roles and self.call in (None, need.call)


NONE = Leave(frozenset())
ALL = Leave(frozenset({"feed", "view", "control"}))
FEED = Leave(frozenset({"feed"}))
"""Of a source that proved itself by a signature."""

ROLES: dict[Role, frozenset[Role]] = {
    "feed": frozenset({"feed"}),
    "view": frozenset({"view"}),
    "control": frozenset({"view", "control"}),
}


class Door(msgspec.Struct, frozen=True):
    """An address, its TLS, and who is let in there. `origins` are compared to the letter."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    key: bytes | None = None
    origins: frozenset[str] = frozenset()
    is_behind_proxy: bool = False
    most: Most = Most()

    def lets_in(self, headers: Headers, path: str) -> bool:
        """Whether a request comes from one of our own pages; or, where that is right, from no page at all.

        Any page that somebody has open can reach a server; without this it could speak to it in their name.
        """
        try:
            origin, host = headers.get("Origin"), headers.get("Host", "")
            if self.key is None:
                is_loopback = urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost", "::1")
                return is_loopback and origin in (None, f"http://{host}")
        except (ValueError, LookupError):
            return False  # no address, or two of them
        return origin in self.origins or (origin is None and path not in OWN_PATHS)

    def leave_of(self, headers: Headers, now_s: float) -> Leave:
        """What the token in a request lets its bearer do; nothing without one. Raises ProtocolViolation."""
        if self.key is None:
            return ALL
        token = _token_of(headers)
        return self.leave_by(token, now_s) if token else NONE

    def leave_by(self, token: str, now_s: float) -> Leave:
        """What a token lets its bearer do. Raises ProtocolViolation."""
        if self.key is None:
            return ALL
        grant = verify(token, self.key, AUDIENCE, now_s)
        return Leave(ROLES[grant.role], grant.call, grant.expires_s, grant.until_s)

    def renewed(self, leave: Leave, now_s: float) -> tuple[Leave, str]:
        """The same leave for longer, and a token for it. Raises ProtocolViolation where it cannot be longer."""
        until_s = leave.renewable_until_s or 0.0
        if self.key is None or until_s <= now_s:
            raise ProtocolViolation("not_renewable", "this token cannot be renewed; ask for a new one")
        grant = Grant(_role_of(leave.roles), leave.call, AUDIENCE, min(until_s, now_s + RENEWED_FOR_S), until_s)
        return Leave(leave.roles, leave.call, grant.expires_s, until_s), sign(grant, self.key)

    def cookie(self, leave: Leave) -> str | None:
        """What a browser is to send with each request for a page from now on, as long as the leave can last."""
        if self.key is None or leave.ends_s is None:
            return None
        ends_s = max(leave.ends_s, leave.renewable_until_s or 0.0)
        token = sign(Grant(_role_of(leave.roles), leave.call, AUDIENCE, ends_s), self.key)
        return f"{COOKIE}={token}; Path=/; HttpOnly; Secure; SameSite=Strict"


def chosen_subprotocol(offered: list[str]) -> str | None:
    """The name to answer with: clients that offer any want one of them, and a token must not be said back."""
    return next((name for name in offered if not name.startswith(TOKEN_PREFIX)), None)


def page_leave(door: Door, headers: Headers, now_s: float) -> Leave:
    """The leave of a request for a page: that of its token, else that of its cookie. Raises ProtocolViolation."""
    leave = door.leave_of(headers, now_s)
    cookies = (part.strip().partition("=") for line in headers.get_all("Cookie") for part in line.split(";"))
    token = next((value for name, _, value in cookies if name == COOKIE), None)
    return door.leave_by(token, now_s) if token and leave == NONE else leave


def _token_of(headers: Headers) -> str | None:
    offered = [name.strip() for line in headers.get_all("Sec-WebSocket-Protocol") for name in line.split(",")]
    tokens = [name.removeprefix(TOKEN_PREFIX) for name in offered if name.startswith(TOKEN_PREFIX)]
    for line in headers.get_all("Authorization"):
        scheme, _, value = line.partition(" ")
        if scheme.lower() in ("bearer", "token"):
            tokens.append(value.strip())
        elif scheme.lower() == "basic":
            tokens.append(_password(value.strip()))
    if len(tokens) > 1:
        raise ProtocolViolation("bad_token", "more than one token came; send one")
    return tokens[0] if tokens else None


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return credentials  # none of ours; whoever reads it as a token says so


def _role_of(roles: Set[Role]) -> Role:
    return next(role for role, held in ROLES.items() if held == roles)

"""Signed tokens that let their bearer do one thing for a while, such as watch one call; pure.

A token is `PAYLOAD.SIGNATURE`, both in base64url without padding: JSON of the grant, and HMAC-SHA256 of that text.
"""

import base64
import hmac
from typing import Literal

import msgspec

from streaming.errors import ProtocolViolation

Role = Literal["feed", "view", "control"]
"""What the bearer may do: bring sound in, watch, or watch and have a say."""

LONGEST_TOKEN = 1_024
"""Characters; whatever is longer is none of ours."""


class Grant(msgspec.Struct, frozen=True):
    """What a token grants: a role, for one call (null: any) at one audience, until `expires_s` (since 1970).

    Before that its bearer may have it renewed, again and again, up to `until_s`; where that is null, not at all.
    """

    role: Role
    call: str | None
    audience: str
    expires_s: float
    until_s: float | None = None


def sign(grant: Grant, key: bytes) -> str:
    """The grant as a token; whoever holds it has the grant."""
    payload = _text(msgspec.json.encode(grant))
    return f"{payload}.{_signature(payload, key)}"


def verify(token: str, key: bytes, audience: str, now_s: float) -> Grant:
    """What a token grants at this audience now.

    Raises ProtocolViolation: `bad_token` where it was not signed with this key for this audience, `token_expired`.
    """
    payload, _, signature = token[: LONGEST_TOKEN + 1].partition(".")
    # Compared as bytes and in constant time: neither letters outside ASCII nor a near miss may tell anything.
    is_ours = hmac.compare_digest(_signature(payload, key).encode(), signature.encode("utf-8", "replace"))
    grant = _grant(payload) if is_ours and len(token) <= LONGEST_TOKEN else None
    if grant is None or grant.audience != audience:
        raise ProtocolViolation("bad_token", "the token is not whole, or not for this server; ask for a new one")
    if now_s >= grant.expires_s:
        raise ProtocolViolation("token_expired", "the token has expired; ask for a new one")
    return grant


def _grant(payload: str) -> Grant | None:
    try:
        padded = payload + "=" * (-len(payload) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=Grant)
    except (ValueError, msgspec.DecodeError):
        return None  # signed by an earlier version of us, in another form


def _signature(payload: str, key: bytes) -> str:
    return _text(hmac.digest(key, payload.encode("utf-8", "replace"), "sha256"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

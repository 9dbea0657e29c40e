"""HTTP message signatures by a shared secret, over the request that opens a socket; pure.

Source: RFC 9421, section 2.5 (what is signed) and 3.3.3 (HMAC-SHA256), as Genesys' AudioHook signs by a draft of it.
"""

import base64
import hmac
import re
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

COVERED = frozenset(
    {
        "@request-target",
        "@authority",
        "audiohook-organization-id",
        "audiohook-session-id",
        "audiohook-correlation-id",
        "x-api-key",
    }
)
"""What a signature must vouch for at least."""

MOST_AGE_S = 10
SKEW_S = 3  # what clocks may be apart
LEAST_NONCE = 22

_LABEL = r"(?P<label>[a-z*][a-z0-9_.*-]*)"
_TEXT = r'"[ !#-\[\]-~]*"'
_INPUT = re.compile(
    rf"{_LABEL}=(?P<signed>\((?P<names>{_TEXT}(?: {_TEXT})*)\)(?P<parameters>(?:;[a-z]+=(?:{_TEXT}|[0-9]{{1,15}}))+))"
)
_SIGNATURE = re.compile(rf"{_LABEL}=:(?P<value>[A-Za-z0-9+/]+=*):")

_PORTS = {"wss": 443, "ws": 80}


class Key(msgspec.Struct, frozen=True):
    """What client and server share: the name is sent, the secret signs."""

    id: str
    secret: bytes


class _Parameters(msgspec.Struct, frozen=True):
    keyid: str
    nonce: str
    created: int
    expires: int | None = None
    alg: str = "hmac-sha256"


def signed_nonce(url: str, headers: dict[str, str], key: Key, now_s: float) -> str | None:
    """The nonce of a request by which whoever shares the key asked for `url` just now, with all of COVERED; else None.

    That it did not come before is for whoever remembers nonces to see. Names of headers are in lower case; a proxy may
    have put another Host, so that the address is the one that the client was given.
    """
    asked = _INPUT.fullmatch(headers.get("signature-input", ""))
    given = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if asked is None or given is None or asked["label"] != given["label"]:
        return None
    names = [name.strip('"') for name in re.findall(_TEXT, asked["names"])]
    values = headers | _derived(url)
    if not COVERED <= set(names) or len(set(names)) != len(names) or not set(names) <= set(values):
        return None
    lines = [f'"{name}": {values[name]}' for name in names] + [f'"@signature-params": {asked["signed"]}']
    digest = hmac.new(key.secret, "\n".join(lines).encode(errors="replace"), sha256).digest()
    is_right = hmac.compare_digest(base64.b64encode(digest), given["value"].encode())
    return _meant_nonce(asked["parameters"], headers["x-api-key"], key, now_s) if is_right else None


def _derived(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    authority = parts.netloc.lower().removesuffix(f":{_PORTS.get(parts.scheme)}")
    query = f"?{parts.query}" if parts.query else ""
    return {"@authority": authority, "@request-target": f"{parts.path or '/'}{query}"}


def _meant_nonce(text: str, api_key: str, key: Key, now_s: float) -> str | None:
    """That of a signature that is right, if it is by this key and of now."""
    fields = {name: value.strip('"') for name, value in re.findall(rf";([a-z]+)=({_TEXT}|[0-9]+)", text)}
    try:
        given = msgspec.convert(fields, _Parameters, strict=False)
    except msgspec.ValidationError:
        return None
    last_s = given.created + MOST_AGE_S if given.expires is None else min(given.created + MOST_AGE_S, given.expires)
    is_meant = (
        given.keyid == api_key == key.id
        and given.alg == "hmac-sha256"
        and len(given.nonce) >= LEAST_NONCE
        and given.created - SKEW_S <= now_s <= last_s + SKEW_S
    )
    return given.nonce if is_meant else None

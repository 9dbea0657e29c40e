"""What a webhook's request is, as Standard Webhooks has it, and which addresses it may go to; pure.

The specification signs `ID.TIMESTAMP.BODY` with HMAC-SHA256 under the secret behind `whsec_`, in base64.
"""

import base64
import hmac
import ipaddress
from datetime import UTC, datetime

import msgspec

SECRET_PREFIX = "whsec_"
LEAST_SECRET, MOST_SECRET = 24, 64
"""Bytes, by the specification."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def secret_of(text: str) -> bytes:
    """The secret as bytes; raises ValueError where it is not `whsec_` and 24 to 64 bytes in base64."""
    if not text.startswith(SECRET_PREFIX):
        raise ValueError("it must begin with whsec_")
    secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    if not LEAST_SECRET <= len(secret) <= MOST_SECRET:
        raise ValueError("it must have 24 to 64 bytes")
    return secret


def body_of(debrief: str, ended_s: float) -> bytes:
    """What is told of a call that ended (in seconds since 1970): its debrief, which is JSON already."""
    at = datetime.fromtimestamp(ended_s, UTC).isoformat(timespec="seconds")
    return msgspec.json.encode({"type": "call.ended", "timestamp": at, "data": msgspec.Raw(debrief.encode())})


def headers_of(message_id: str, now_s: float, body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of one try; the id is the same in each, so that the receiver can tell a second from a first."""
    timestamp = str(int(now_s))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, and so is each that it stands for."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in _meant(address))


def _meant(address: Address) -> tuple[Address, ...]:
    """An address, or those that are written within it."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF),)
    return (address,)

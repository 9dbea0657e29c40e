"""What an overlay may say: first what it watches, then what the rep makes of the suggestion on screen."""

from typing import Annotated

import msgspec

from streaming.errors import ProtocolViolation

Name = Annotated[str, msgspec.Meta(max_length=64)]


class Watch(msgspec.Struct, frozen=True, tag_field="kind", tag="watch"):
    """An overlay's first message: a call, or with null whichever runs now and each next one."""

    call: Name | None = None
    after_seq: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Dismiss(msgspec.Struct, frozen=True, tag_field="kind", tag="dismiss"):
    """The rep waved a suggestion of that call away."""

    call: Name
    id: Name


class Less(msgspec.Struct, frozen=True, tag_field="kind", tag="less"):
    """The rep waved it away, and wants less of its technique and about its concern for the rest of the call."""

    call: Name
    id: Name


class Next(msgspec.Struct, frozen=True, tag_field="kind", tag="next"):
    """The rep would see another in its place."""

    call: Name
    id: Name


Reply = Dismiss | Less | Next


def watch_of(message: str) -> Watch:
    """The first message; empty where the overlay sent none. Raises ProtocolViolation."""
    if not message:
        return Watch()
    try:
        return msgspec.json.decode(message, type=Watch)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(
            "bad_watch", 'the first message must be {"kind":"watch","call":null or an id,"after_seq":null or a number}'
        ) from None


def reply_of(message: str | bytes) -> Reply:
    """Any later message. Raises ProtocolViolation."""
    try:
        reply: Reply = msgspec.json.decode(message, type=Reply)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(
            "bad_message",
            'an overlay may say {"kind":"dismiss","call":an id,"id":a suggestion\'s}, the same with "less" or "next", '
            "and no more",
        ) from None
    return reply

"""What an overlay may say: what it watches, then what the rep makes of suggestions, of the call and of a practice."""

from typing import Annotated

import msgspec

from assist.preparation import Preparation
from streaming.bus.contract import Place
from streaming.errors import ProtocolViolation
from streaming.tokens import LONGEST_TOKEN

Name = Annotated[str, msgspec.Meta(max_length=64)]
Typed = Annotated[str, msgspec.Meta(max_length=2_000)]


class Watch(msgspec.Struct, frozen=True, tag_field="kind", tag="watch"):
    """An overlay's first message: a call, or with null whichever runs now and each next one.

    One that comes back says how far it is in the call's log. `token` where it came by a link that lets it watch, and no
    more.
    """

    call: Name | None = None
    epoch: Annotated[int, msgspec.Meta(ge=0)] | None = None
    after_seq: Annotated[int, msgspec.Meta(ge=0)] | None = None
    token: Annotated[str, msgspec.Meta(max_length=LONGEST_TOKEN)] | None = None

    @property
    def place(self) -> Place | None:
        """How far it is, if it says so."""
        if self.call is None or self.epoch is None or self.after_seq is None:
            return None
        return Place(self.epoch, self.after_seq)


class Following(msgspec.Struct, frozen=True, tag_field="kind", tag="following"):
    """Told before the events of a call: what it missed comes (`recovered`), or all that is known, to begin anew."""

    call: str
    epoch: int
    recovered: bool


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


class Announced(msgspec.Struct, frozen=True, tag_field="kind", tag="announced"):
    """The prospect of that call was told that it is listened to, and goes on."""

    call: Name


class Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    """The prospect of that call does not want it: nothing of it may be kept."""

    call: Name


class Share(msgspec.Struct, frozen=True, tag_field="kind", tag="share"):
    """The rep wants a link by which somebody may watch that call."""

    call: Name


class Prepare(msgspec.Struct, frozen=True, tag_field="kind", tag="prepare"):
    """What the rep thinks of the next call; it takes the place of what was thought before."""

    preparation: Preparation


class Played(msgspec.Struct, frozen=True, tag_field="kind", tag="played"):
    """In a practice: the prospect's line was played to its end."""

    call: Name
    line: Name


class Say(msgspec.Struct, frozen=True, tag_field="kind", tag="say"):
    """In a practice by keyboard: the rep types what they would say."""

    call: Name
    text: Typed


class Wait(msgspec.Struct, frozen=True, tag_field="kind", tag="wait"):
    """In a practice by keyboard: the rep says nothing, and lets them go on."""

    call: Name


OfSuggestion = Dismiss | Less | Next
OfPractice = Played | Say | Wait
Reply = OfSuggestion | OfPractice | Announced | Refused
Said = Reply | Share | Prepare


def watch_of(message: str) -> Watch:
    """The first message; empty where the overlay sent none. Raises ProtocolViolation."""
    if not message:
        return Watch()
    try:
        return msgspec.json.decode(message, type=Watch)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(
            "bad_watch",
            'the first message must be {"kind":"watch","call":null or an id,"epoch":null or a number,'
            '"after_seq":null or a number}',
        ) from None


def said_in(message: str | bytes) -> Said:
    """Any later message. Raises ProtocolViolation."""
    try:
        said: Said = msgspec.json.decode(message, type=Said)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(
            "bad_message",
            'an overlay may say {"kind":"dismiss","call":an id,"id":a suggestion\'s}, the same with "less" or "next", '
            '{"kind":"announced","call":an id}, the same with "refused" or "share", "prepare", and of a practice '
            '"played", "say" and "wait"; overlay/README.md has their fields',
        ) from None
    return said

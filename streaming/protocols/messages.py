"""What several protocols do with their messages: JSON into a checked type, a source's own parameters into Metadata."""

import re
from typing import Any, TypeVar, cast, get_args

import msgspec

from streaming.errors import ProtocolViolation
from streaming.protocols.contract import CALL_ID, Direction, Metadata
from streaming.types import Party

T = TypeVar("T")

KNOWN = ("rep", "prospect", "company", "expect", "direction")
YES_OR_NO = {"true": True, "false": False}
MOST_TEXT = 500  # what Twilio lets a parameter be


def decoded(message: str | bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The message as `decoder` has it. Raises ProtocolViolation."""
    try:
        return decoder.decode(message)
    except msgspec.ValidationError as error:
        # msgspec names the place and the expected form, and of values at most a wrong word for a fixed choice.
        raise ProtocolViolation("bad_message", f"the message is not as it should be: {error}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ProtocolViolation("not_json", "the text message is not JSON") from None


def converted(fields: Any, kind: type[T], code: str, name: str) -> T:
    """Fields as a checked type, numbers written as text included. Raises ProtocolViolation of this code."""
    try:
        return msgspec.convert(fields, kind, strict=False)
    except (msgspec.ValidationError, UnicodeError) as error:  # the second: text with half a letter in it
        raise ProtocolViolation(code, f"{name} is not as it should be: {error}") from None


def fields_of(given: Any) -> dict[str, Any]:
    """What is an object of JSON, or the text of one; whatever else it is says nothing."""
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return {}
    return given if isinstance(given, dict) else {}


def metadata_of(given: dict[str, Any]) -> Metadata:
    """`rep` and `prospect` (their names), `company`, `expect` with commas between, `direction`, and `record`.

    Each as far as known; all else is let go.
    """
    known = {name: str(given[name])[:MOST_TEXT] for name in KNOWN if given.get(name)}
    parties: tuple[Party, ...] = ("rep", "prospect")
    expect = (word.strip() for word in known.get("expect", "").split(","))
    direction = known.get("direction", "").lower()
    return Metadata(
        {party: known[party] for party in parties if party in known},
        known.get("company"),
        tuple(word for word in expect if word),
        cast(Direction, direction) if direction in get_args(Direction) else None,
        YES_OR_NO.get(str(given.get("record")).lower()),
    )


def call_id_of(*values: Any) -> str | None:
    """The first that can be a call's id here."""
    return next((value for value in values if isinstance(value, str) and re.match(CALL_ID, value)), None)

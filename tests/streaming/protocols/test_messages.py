"""JSON into checked types with errors that name the place; parameters into Metadata, whatever they are."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ProtocolViolation
from streaming.protocols.contract import Metadata
from streaming.protocols.messages import KNOWN, MOST_TEXT, call_id_of, converted, decoded, fields_of, metadata_of


class Sample(msgspec.Struct, frozen=True):
    """Something to decode."""

    rate: int


decoder = msgspec.json.Decoder(Sample)


@pytest.mark.parametrize(
    "message, code",
    [("{", "not_json"), (b"\xff", "not_json"), ('{"rate":"x"}', "bad_message"), ("[" * 100_000, "bad_message")],
)
def test_a_message_that_is_wrong_has_a_code(message: str | bytes, code: str) -> None:
    """`bad_message` says what was expected, `not_json` cannot."""
    with pytest.raises(ProtocolViolation, match=r"xpected|not JSON") as caught:
        decoded(message, decoder)
    assert caught.value.code == code


def test_what_is_right_is_decoded_and_text_of_a_number_is_one() -> None:
    """From JSON as it is, from fields leniently."""
    assert decoded('{"rate":8000}', decoder) == converted({"rate": "8000"}, Sample, "bad", "it") == Sample(8_000)
    with pytest.raises(ProtocolViolation, match="the query is not as it should be") as caught:
        converted({}, Sample, "bad_query", "the query")
    assert caught.value.code == "bad_query"
    with pytest.raises(ProtocolViolation):
        converted({"rate": "\ud800"}, Sample, "bad_query", "the query")


def test_fields_are_what_is_an_object() -> None:
    """As such or as its text."""
    assert fields_of({"a": 1}) == fields_of('{"a":1}') == {"a": 1}
    others: tuple[object, ...] = (None, 7, [], "[]", "{", b"{}", "[" * 100_000)
    for other in others:
        assert fields_of(other) == {}


def test_known_parameters_become_metadata() -> None:
    """Cut where too long; all else is let go."""
    given = {"rep": "Dana", "prospect": 7, "company": "x" * 9_000, "expect": "Flowdesk, , SOC 2,", "colour": "red"}
    known = Metadata({"rep": "Dana", "prospect": "7"}, "x" * MOST_TEXT, ("Flowdesk", "SOC 2"), "inbound")
    assert metadata_of({**given, "direction": "Inbound"}) == known
    assert metadata_of({"company": None, "rep": "", "direction": "sideways", "record": "perhaps"}) == Metadata()
    for record, wish in ((True, True), ("true", True), (False, False), ("False", False), (None, None)):
        assert metadata_of({"record": record}).record is wish


@given(st.dictionaries(st.sampled_from(KNOWN), st.integers() | st.text() | st.none()))
def test_any_parameters_give_bounded_metadata(given: dict[str, object]) -> None:
    """Whatever a source says of itself."""
    metadata = metadata_of(given)
    assert all(0 < len(text) <= MOST_TEXT for text in (*metadata.names.values(), *metadata.expect))


def test_a_call_id_is_what_can_be_one() -> None:
    """It names a file."""
    assert call_id_of(None, 7, "../etc", "v3:x", "CA1", "CA2") == "CA1"
    assert call_id_of("x" * 65, "a\n") is None

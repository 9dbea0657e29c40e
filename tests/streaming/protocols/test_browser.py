"""Our own protocol: start, sound, stop; each wrong message gets an answer that says what to do."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ProtocolViolation
from streaming.protocols import browser
from streaming.protocols.contract import Accepted, Ended, Metadata, Opening, Reached, Refused, Started, Stopped
from streaming.types import AudioFrame

START: dict[str, Any] = {
    "kind": "start",
    "channels": ["rep", "prospect"],
    "encoding": "pcm_s16le",
    "sample_rate_hz": 16_000,
}


def start(**changes: Any) -> str:
    """A start message with some fields changed."""
    return json.dumps({**START, **changes})


def refused(*messages: str | bytes) -> ProtocolViolation:
    """The violation that the last of these messages brings."""
    protocol = browser.create(Opening())
    for message in messages[:-1]:
        protocol.receive(message)
    with pytest.raises(ProtocolViolation) as caught:
        protocol.receive(messages[-1])
    return caught.value


def test_a_start_is_accepted_with_all_it_tells() -> None:
    """Id and metadata reach the product."""
    metadata = {"names": {"prospect": "Ana"}, "company": "Northwind", "expect": ["Flowdesk"], "direction": "outbound"}
    (accepted,) = browser.create(Opening()).receive(start(call="c-1", metadata=metadata))
    known = Metadata({"prospect": "Ana"}, "Northwind", ("Flowdesk",), "outbound")
    assert accepted == Accepted("c-1", ("rep", "prospect"), known)


def test_both_parties_on_one_channel_are_mixed() -> None:
    """And so is nobody of whom a name could be known."""
    (accepted,) = browser.create(Opening()).receive(start(channels=["mixed"]))
    assert isinstance(accepted, Accepted) and accepted.speakers == ("mixed",)


@pytest.mark.parametrize(
    "changes, place",
    [
        ({"sample_rate_hz": 7_999}, "sample_rate_hz"),
        ({"sample_rate_hz": 96_000}, "sample_rate_hz"),
        ({"sample_rate_hz": "16000"}, "sample_rate_hz"),
        ({"encoding": "opus"}, "encoding"),
        ({"channels": []}, "channels"),
        ({"channels": ["rep", "rep"]}, "channels"),
        ({"channels": ["rep", "customer"]}, "channels"),
        ({"channels": ["mixed", "rep"]}, "mixed"),
        ({"channels": ["rep", "prospect", "rep"]}, "channels"),
        ({"call": "../../etc/passwd"}, "call"),
        ({"call": ""}, "call"),
        ({"call": "abc\n"}, "call"),
        ({"call": "x" * 65}, "call"),
        ({"colour": "red"}, "colour"),
        ({"metadata": {"names": {"boss": "Ana"}}}, "metadata"),
        ({"metadata": {"names": {"mixed": "Ana"}}}, "metadata"),
        ({"metadata": {"direction": "sideways"}}, "direction"),
        ({"kind": "begin"}, "kind"),
    ],
)
def test_a_wrong_start_names_the_field(changes: dict[str, Any], place: str) -> None:
    """The client's author sees which field to mend."""
    violation = refused(start(**changes))
    assert violation.code == "bad_message"
    assert place in str(violation)


def test_values_never_stand_in_the_error() -> None:
    """A name may be private, and errors are logged by clients."""
    assert "Ana-Maria" not in str(refused(start(metadata={"names": {"prospect": ["Ana-Maria"]}})))


def test_order_is_held() -> None:
    """Sound before start, two starts, sound or stop after stop."""
    stop = '{"kind":"stop"}'
    assert refused(b"\0\0").code == "not_started"
    assert refused(stop).code == "not_started"
    assert refused(start(), start()).code == "already_started"
    assert refused(start(), stop, b"\0\0\0\0").code == "not_started"
    assert refused(start(), stop, stop).code == "not_started"
    assert refused("{").code == "not_json"
    assert refused("[" * 100_000).code in ("not_json", "bad_message")


@given(cuts=st.lists(st.integers(0, 6_000), max_size=8))
def test_any_split_of_the_sound_gives_the_same_frames(cuts: list[int]) -> None:
    """Message borders mean nothing."""
    sound = bytes(range(256)) * 20
    edges = [0, *sorted(min(cut, len(sound)) for cut in cuts), len(sound)]
    protocol = browser.create(Opening())
    protocol.receive(start())
    events = [e for a, b in pairwise(edges) for e in protocol.receive(sound[a:b])]
    events += protocol.receive('{"kind":"stop"}')
    whole = browser.create(Opening())
    whole.receive(start())
    assert events == [*whole.receive(sound), *whole.receive('{"kind":"stop"}')]
    assert events[-1] == Stopped()
    frames = [event for event in events if isinstance(event, AudioFrame)]
    assert [f.start_ms for f in frames if f.speaker == "rep"] == [i * 20 for i in range(len(frames) // 2)]


def test_notices_are_json_with_a_kind() -> None:
    """As the README documents them."""
    protocol = browser.create(Opening())
    protocol.receive(start())
    protocol.receive(bytes(5))
    told = [
        json.loads(message)
        for notice in (Started("c1"), Reached(1_000, 800), Ended(2_000), Refused("overloaded", "try later"))
        for message in protocol.tell(notice)
    ]
    assert told == [
        {"kind": "started", "call": "c1"},
        {"kind": "ack", "received_ms": 1_000, "heard_ms": 800},
        {"kind": "ended", "duration_ms": 2_000, "unread_bytes": 1},
        {"kind": "error", "code": "overloaded", "message": "try later"},
    ]

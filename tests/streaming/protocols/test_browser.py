"""Our own protocol: start, sound, stop; each wrong message gets an answer that says what to do."""

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ProtocolViolation
from streaming.protocols import browser
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Metadata,
    Opening,
    Practice,
    Reached,
    Refused,
    Returned,
    Started,
    Stopped,
)
from streaming.types import FRAME_MS, AudioFrame, Gap

START: dict[str, Any] = {
    "kind": "start",
    "channels": ["rep", "prospect"],
    "encoding": "pcm_s16le",
    "sample_rate_hz": 16_000,
}


TOKEN = "a-token-that-nobody-guesses"
RESUME = json.dumps({"kind": "resume", "call": "c1", "token": TOKEN})


def skip(to_sample: int) -> str:
    """A skip message."""
    return json.dumps({"kind": "skip", "to_sample": to_sample})


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


def test_a_practice_names_its_scenario() -> None:
    """And whether the rep speaks; by itself, they type."""
    for told, known in (({"scenario": "price", "speaks": True}, True), ({"scenario": "price"}, False)):
        (accepted,) = browser.create(Opening()).receive(start(metadata={"practice": told}))
        assert isinstance(accepted, Accepted) and accepted.metadata.practice == Practice("price", known)


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
        ({"metadata": {"practice": "price"}}, "practice"),
        ({"metadata": {"practice": {"scenario": "price", "rounds": 2}}}, "rounds"),
        ({"kind": "begin"}, "kind"),
        ({"token": "x" * 21}, "token"),
        ({"token": "x" * 129}, "token"),
        ({"token": "no spaces in a token, please"}, "token"),
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
    assert refused(RESUME, start()).code == "already_started"
    assert refused(RESUME, b"\0\0").code == "not_started"
    assert refused(start(), RESUME).code == "already_started"
    assert refused(skip(1)).code == "not_started"
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
        for notice in (Started("c1"), Reached(1_000, 800, 600), Ended(2_000), Refused("overloaded", "try later", 9))
        for message in protocol.tell(notice)
    ]
    assert told == [
        {"kind": "started", "call": "c1", "received_samples": 1},
        {"kind": "ack", "received_ms": 1_000, "heard_ms": 800, "safe_ms": 600},
        {"kind": "ended", "duration_ms": 2_000, "unread_bytes": 0},
        {"kind": "error", "code": "overloaded", "message": "try later", "retry_after_s": 9},
    ]


def test_a_token_comes_with_the_start_and_is_shown_again() -> None:
    """The protocol only carries it; who holds calls compares."""
    (accepted,) = browser.create(Opening()).receive(start(token=TOKEN))
    assert isinstance(accepted, Accepted) and accepted.token == TOKEN
    assert browser.create(Opening()).receive(RESUME) == (Returned("c1", TOKEN),)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("to_ms", [0, 20, 60, 12_340])
def test_a_conversation_goes_on_where_another_node_left_it(rate_hz: int, to_ms: int) -> None:
    """Made from its first message, in which the token is no more; the next sample asked for is that of the time."""
    (begun,) = browser.create(Opening()).receive(start(token=TOKEN, sample_rate_hz=rate_hz, metadata={"company": "N"}))
    assert isinstance(begun, Accepted) and TOKEN not in begun.opening
    protocol, accepted = browser.go_on(begun.opening, to_ms)
    assert accepted == msgspec.structs.replace(begun, token=None, opening="")
    (message,) = protocol.tell(Started("c1"))
    sample = json.loads(message)["received_samples"]
    assert to_ms <= sample * 1000 / rate_hz < to_ms + 1
    frames = [event for event in protocol.receive(bytes(4 * rate_hz)) if isinstance(event, AudioFrame)]
    assert frames[0].start_ms == to_ms


def test_without_a_token_nothing_is_kept_to_go_on_with() -> None:
    """Nobody could come back."""
    (accepted,) = browser.create(Opening()).receive(start())
    assert isinstance(accepted, Accepted) and accepted.opening == ""


@given(
    bounds=st.lists(st.integers(0, 9_000), max_size=12),
    cuts=st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 3_000)), max_size=6),
    encoding=st.sampled_from(["pcm_s16le", "mulaw"]),
    rate_hz=st.sampled_from([8_000, 16_000, 48_000]),
)
def test_a_call_cut_anywhere_and_taken_up_gives_the_same_frames(
    bounds: list[int], cuts: list[tuple[int, int]], encoding: str, rate_hz: int
) -> None:
    """Whatever was under way at each cut, in mid-sample too: from the sample told on nothing is lost or doubled."""
    sound = bytes(range(251)) * 36
    begun = start(encoding=encoding, sample_rate_hz=rate_hz)
    protocol = browser.create(Opening())
    events = list(protocol.receive(begun))
    for cut, lost_on_the_way in [*cuts, (len(sound), 0)]:
        (answer,) = protocol.tell(Started("c1"))
        at = json.loads(answer)["received_samples"] * (4 if encoding == "pcm_s16le" else 2)
        arrived = max(at, cut - lost_on_the_way)
        edges = [at, *sorted(b for b in bounds if at < b < arrived), arrived]
        events += [event for a, b in pairwise(edges) for event in protocol.receive(sound[a:b])]
    events += protocol.receive('{"kind":"stop"}')
    whole = browser.create(Opening())
    assert events == [*whole.receive(begun), *whole.receive(sound), *whole.receive('{"kind":"stop"}')]


def duration_ms(event: ClientEvent) -> int:
    """Of a frame or a gap."""
    assert isinstance(event, AudioFrame | Gap)
    return FRAME_MS if isinstance(event, AudioFrame) else event.duration_ms


def test_what_the_source_has_no_more_is_a_gap() -> None:
    """Both speakers lose it, the clock runs on, and what comes behind it stands where it was said."""
    protocol = browser.create(Opening())
    protocol.receive(start())
    events = [*protocol.receive(bytes(4 * 320)), *protocol.receive(skip(16_000)), *protocol.receive(b"\1" * 4 * 320)]
    assert [e for e in events if isinstance(e, Gap)] == [Gap("rep", 20, 980), Gap("prospect", 20, 980)]
    last = events[-1]
    assert isinstance(last, AudioFrame) and last.start_ms == 1_000 and last.pcm == b"\1" * 640
    assert sum(duration_ms(e) for e in events) == 2 * 1_020


@pytest.mark.parametrize("to_sample", [-1, 0, 1, 320, browser.MOST_SAMPLES + 1])
def test_a_skip_leads_forward(to_sample: int) -> None:
    """And no further than any call lasts."""
    assert refused(start(), bytes(4 * 320), skip(to_sample)).code == "bad_message"

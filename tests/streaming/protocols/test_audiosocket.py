"""AudioSocket: bytes in any split, a UUID that must be known, sound of two rates, and a hang-up at the end."""

from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ProtocolViolation
from streaming.protocols import audiosocket
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Metadata,
    Opening,
    Part,
    Reached,
    Refused,
    Started,
    Stopped,
)
from streaming.types import AudioFrame

PROSPECT, REP, ALONE = (UUID(int=number) for number in (1, 2, 3))
LINES = [{"prospect": str(PROSPECT), "rep": str(REP)}, {"prospect": str(ALONE)}]
HANG_UP = b"\x00\x00\x00"


def packed(kind: int, content: bytes) -> bytes:
    """A message of AudioSocket's."""
    return bytes([kind]) + len(content).to_bytes(2, "big") + content


def hello(identity: UUID = PROSPECT) -> bytes:
    """What a connection begins with."""
    return packed(0x01, identity.bytes)


def loud(ms: int, rate_hz: int = 8_000) -> bytes:
    """Sound, so many messages of 20 ms."""
    kind = {8_000: 0x10, 16_000: 0x11}[rate_hz]
    return packed(kind, np.full(rate_hz // 50, 20_000, "<i2").tobytes()) * (ms // 20)


def created() -> audiosocket.AudioSocketProtocol:
    """A connection where these lines are known."""
    return audiosocket.create(Opening(options={"lines": LINES}))


@pytest.mark.parametrize(
    "identity, accepted",
    [
        (PROSPECT, Accepted(None, ("prospect", "rep"), Metadata(), Part("0", "prospect"))),
        (REP, Accepted(None, ("prospect", "rep"), Metadata(), Part("0", "rep"))),
        (ALONE, Accepted(None, ("prospect",), Metadata(), Part("1", "prospect"))),
    ],
)
def test_the_uuid_says_who_is_heard_in_which_call(identity: UUID, accepted: Accepted) -> None:
    """Two of one line feed the same."""
    assert created().receive(hello(identity)) == (accepted,)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_sound_is_heard_to_a_hang_up(rate_hz: int) -> None:
    """Of either rate; keys pressed and errors of Asterisk's mean nothing, nor does what comes after the end."""
    protocol = created()
    meaningless = packed(0x03, b"1") + packed(0xFF, b"\x02")
    events = protocol.receive(hello() + meaningless + loud(40, rate_hz) + HANG_UP + b"xyz" * 9)
    assert events[-1] == Stopped()
    frames = [event for event in events if isinstance(event, AudioFrame)]
    assert [(frame.speaker, frame.start_ms) for frame in frames] == [("prospect", 0), ("prospect", 20)]
    assert int(np.frombuffer(frames[1].pcm, "<i2").astype(int)[100]) in range(19_000, 21_000)
    assert protocol.closed() == protocol.receive(HANG_UP) == ()


def test_a_close_is_a_hang_up() -> None:
    """With the rest of the sound; one that never said whose it is was no call."""
    protocol = created()
    protocol.receive(hello() + packed(0x10, bytes(100)))
    frame, stopped = protocol.closed()
    assert isinstance(frame, AudioFrame) and stopped == Stopped()
    assert created().closed() == ()


@given(cuts=st.lists(st.integers(0, 2_000), max_size=20))
def test_any_split_of_the_bytes_gives_the_same(cuts: list[int]) -> None:
    """TCP has no messages."""
    stream = hello() + loud(100) + packed(0x03, b"1") + loud(40) + HANG_UP
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    protocol = created()
    events: list[ClientEvent] = [e for a, b in pairwise(edges) for e in protocol.receive(stream[a:b])]
    assert tuple(events) == created().receive(stream)


def test_hang_ups_are_told_and_nothing_else() -> None:
    """At the end, whoever wanted it."""
    protocol = created()
    assert protocol.tell(Ended(10)) == protocol.tell(Refused("code", "text")) == (HANG_UP,)
    assert protocol.tell(Started("c1")) == protocol.tell(Reached(10, 5, 5)) == ()


def test_silence_is_a_message_of_20_ms() -> None:
    """At 8 kHz, as its loop wants it."""
    assert packed(0x10, bytes(320)) == audiosocket.SILENCE


@pytest.mark.parametrize(
    "messages, code",
    [
        (["hello"], "bad_message"),
        ([loud(20)], "not_started"),
        ([HANG_UP], "not_started"),
        ([hello(UUID(int=9))], "unknown_uuid"),
        ([packed(0x01, b"short")], "unknown_uuid"),
        ([hello(), hello(REP)], "already_started"),
        ([hello(), loud(20), loud(20, 16_000)], "bad_encoding"),
    ],
)
def test_what_is_wrong_is_named(messages: list[str | bytes], code: str) -> None:
    """Each fault has its code."""
    protocol = created()
    for message in messages[:-1]:
        protocol.receive(message)
    with pytest.raises(ProtocolViolation) as caught:
        protocol.receive(messages[-1])
    assert caught.value.code == code


def test_without_lines_nobody_is_known() -> None:
    """So that no UUID that a stranger makes up is let in."""
    with pytest.raises(ProtocolViolation):
        audiosocket.create(Opening()).receive(hello())

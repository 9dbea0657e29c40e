"""Asterisk's WebSocket channel: its first event in either form, each codec, and the half of a call that it brings."""

import json
from typing import Any

import numpy as np
import pytest

from streaming.errors import ProtocolViolation
from streaming.protocols import asterisk
from streaming.protocols.contract import Accepted, Metadata, Opening, Part, Reached, Refused, Stopped
from streaming.types import AudioFrame

WORDS = "MEDIA_START connection_id:e226e283 channel:WebSocket/assist/0x51 format:ulaw optimal_frame_size:160"
JSON: dict[str, Any] = {
    "event": "MEDIA_START",
    "connection_id": "assist",
    "channel": "WebSocket/assist/0x5140001a0040",
    "channel_id": "1761245643.1",
    "format": "ulaw",
    "optimal_frame_size": 160,
    "ptime": 20,
    "channel_variables": {"DIALEDPEERNUMBER": "assist/c(ulaw)"},
}

LINEAR = {
    "slin": 8_000,
    "slin12": 12_000,
    "slin16": 16_000,
    "slin24": 24_000,
    "slin32": 32_000,
    "slin44": 44_100,
    "slin48": 48_000,
}


def created(**query: str) -> asterisk.AsteriskProtocol:
    """A channel dialled with these parameters of the address."""
    return asterisk.create(Opening({name: [value] for name, value in query.items()}))


@pytest.mark.parametrize("start", [WORDS, json.dumps(JSON)], ids=["words", "json"])
def test_the_first_event_begins_the_call(start: str) -> None:
    """In either form; keys and queues mean nothing, and a close is the end, with the rest of the sound."""
    protocol = created()
    assert protocol.receive("STATUS queue_length:0") == ()
    assert protocol.receive(start) == (Accepted(None, ("prospect",), Metadata()),)
    assert protocol.receive(b"\xff" * 100) == ()
    assert protocol.receive("DTMF_END digit:1") == protocol.receive('{"event":"DTMF_END"}') == ()
    assert protocol.receive(start) == ()
    frame, stopped = protocol.closed()
    assert isinstance(frame, AudioFrame) and stopped == Stopped()
    assert created().closed() == ()


def test_the_address_says_who_is_heard_and_what_is_known() -> None:
    """One party alone is a call; with `call` it is half of one, whose id may be Asterisk's own."""
    known = Metadata({"rep": "Dana"}, "Northwind")
    alone = created(speaker="rep", rep="Dana", company="Northwind")
    assert alone.receive(WORDS) == (Accepted(None, ("rep",), known),)
    half = created(call="1761245643.1", speaker="rep")
    accepted = Accepted("1761245643-1", ("prospect", "rep"), Metadata(), Part("1761245643.1", "rep"))
    assert half.receive(WORDS) == (accepted,)
    (odd,) = created(call="call one").receive(WORDS)
    assert isinstance(odd, Accepted) and odd.call_id is None and odd.part == Part("call one", "prospect")


@pytest.mark.parametrize(
    "codec, sound",
    [
        ("ulaw", b"\x8a" * 320),
        ("alaw", b"\xa0" * 320),
        *((codec, np.full(rate_hz // 25, 20_000, "<i2").tobytes()) for codec, rate_hz in LINEAR.items()),
    ],
)
def test_each_codec_has_its_own_values(codec: str, sound: bytes) -> None:
    """40 ms of each, of which the second frame is loud throughout."""
    protocol = created()
    protocol.receive(json.dumps(JSON | {"format": codec}))
    frames = [event for event in (*protocol.receive(sound), *protocol.closed()) if isinstance(event, AudioFrame)]
    assert [frame.start_ms for frame in frames] == [0, 20]
    assert int(np.frombuffer(frames[1].pcm, "<i2").astype(int)[100]) in range(18_000, 23_000)


@pytest.mark.parametrize("codec", ["opus", "g722", "slin192", None])
def test_other_codecs_are_refused(codec: str | None) -> None:
    """By the names of those to choose from."""
    with pytest.raises(ProtocolViolation, match="slin16") as caught:
        created().receive(json.dumps(JSON | {"format": codec}))
    assert caught.value.code == "bad_encoding"


@pytest.mark.parametrize("query", [{"speaker": "boss"}, {"call": ""}, {"call": "x" * 65}])
def test_a_wrong_address_is_refused(query: dict[str, str]) -> None:
    """By the name of what is wrong in it."""
    with pytest.raises(ProtocolViolation, match=next(iter(query))) as caught:
        created(**query)
    assert caught.value.code == "bad_query"


def test_sound_before_its_codec_is_known_is_refused() -> None:
    """Asterisk always tells it first."""
    with pytest.raises(ProtocolViolation) as caught:
        created().receive(bytes(160))
    assert caught.value.code == "not_started"


def test_nothing_is_ever_sent_back() -> None:
    """The driver makes silence by itself."""
    assert created().tell(Reached(10, 5, 5)) == created().tell(Refused("code", "text")) == ()

"""Raw sound after one message or none: each source's own first message, and an end that is just a close."""

import json
from typing import Any

import numpy as np
import pytest

from streaming.errors import ProtocolViolation
from streaming.protocols import fork
from streaming.protocols.contract import Accepted, Metadata, Opening, Reached, Refused, Stopped
from streaming.types import AudioFrame, Speaker

VONAGE = {
    "event": "websocket:connected",
    "content-type": "audio/l16;rate=16000",
    "prospect": "Ana",
}
JAMBONZ = {
    "callSid": "9c1f2f6a-1f9b-4c59-9c11-0242ac130003",
    "direction": "inbound",
    "sampleRate": 8000,
    "mixType": "stereo",
    "metadata": {"company": "Northwind", "expect": "Flowdesk, SOC 2"},
}
KNOWN = Metadata({}, "Northwind", ("Flowdesk", "SOC 2"), "inbound")


def created(**query: str) -> fork.ForkProtocol:
    """A connection to an address with this query."""
    return fork.create(Opening({name: [value] for name, value in query.items()}))


@pytest.mark.parametrize(
    "hello, query, accepted",
    [
        (VONAGE, {}, Accepted(None, ("prospect",), Metadata({"prospect": "Ana"}))),
        (VONAGE, {"channels": "rep"}, Accepted(None, ("rep",), Metadata({"prospect": "Ana"}))),
        (
            JAMBONZ,
            {},
            Accepted(str(JAMBONZ["callSid"]), ("prospect", "rep"), KNOWN),
        ),
        (JAMBONZ | {"mixType": "mixed"}, {}, Accepted(str(JAMBONZ["callSid"]), ("mixed",), KNOWN)),
        (VONAGE, {"channels": "mixed"}, Accepted(None, ("mixed",), Metadata({"prospect": "Ana"}))),
        ("anything at all", {"sample_rate": "8000"}, Accepted(None, ("prospect",), Metadata())),
    ],
    ids=["vonage", "vonage_rep", "jambonz", "jambonz_mixed", "vonage_mixed", "mod_audio_stream"],
)
def test_each_sources_first_message_begins_the_call(hello: Any, query: dict[str, str], accepted: Accepted) -> None:
    """What it says of the sound and the call; the address's own query comes first."""
    told = hello if isinstance(hello, str) else json.dumps(hello)
    assert created(**query).receive(told) == (accepted,)


def test_sound_alone_begins_the_call_as_well() -> None:
    """mod_audio_stream without metadata: the address says what it is."""
    events = created(sample_rate="16000", channels="rep,prospect").receive(bytes(4 * 320))
    assert events[0] == Accepted(None, ("rep", "prospect"), Metadata())
    assert [type(event) for event in events[1:]] == [AudioFrame, AudioFrame]


def test_the_caller_is_on_the_left() -> None:
    """As jambonz has it: little-endian, interleaved, the caller first."""
    protocol = created()
    protocol.receive(json.dumps(JAMBONZ | {"sampleRate": 16000}))
    sound = np.stack([np.full(320, 7), np.full(320, -9)], axis=1).astype("<i2").tobytes()
    values: dict[Speaker, int] = {
        event.speaker: int(np.frombuffer(event.pcm, "<i2")[0])
        for event in protocol.receive(sound)
        if isinstance(event, AudioFrame)
    }
    assert values == {"prospect": 7, "rep": -9}


def test_a_close_ends_the_call_with_the_rest_of_its_sound() -> None:
    """Unless it never began; later text means nothing."""
    assert created(sample_rate="8000").closed() == ()
    protocol = created()
    protocol.receive(json.dumps(JAMBONZ))
    protocol.receive(bytes(4 * 100))
    assert protocol.receive('{"event":"dtmf","digit":"1"}') == ()
    *frames, stopped = protocol.closed()
    assert stopped == Stopped() and len(frames) == 2


@pytest.mark.parametrize("first", ["{}", "hello", bytes(640), '{"content-type":"audio/opus;rate=48000"}'])
def test_sound_of_no_known_rate_is_refused(first: str | bytes) -> None:
    """With what to add to the address."""
    with pytest.raises(ProtocolViolation, match="sample_rate=8000") as caught:
        created().receive(first)
    assert caught.value.code == "no_rate"


@pytest.mark.parametrize(
    "query", [{"sample_rate": "4000"}, {"sample_rate": "x"}, {"channels": "boss"}, {"channels": ""}]
)
def test_a_wrong_address_is_refused(query: dict[str, str]) -> None:
    """By the name of what is wrong in it."""
    with pytest.raises(ProtocolViolation, match=next(iter(query))) as caught:
        created(**query)
    assert caught.value.code == "bad_query"


def test_a_wrong_first_message_is_refused() -> None:
    """By the name of its field."""
    with pytest.raises(ProtocolViolation, match="sampleRate"):
        created().receive('{"sampleRate":96000}')


def test_nothing_is_ever_sent_back() -> None:
    """mod_audio_stream hands what it gets to FreeSWITCH."""
    assert created().tell(Reached(10, 5, 5)) == created().tell(Refused("code", "text")) == ()

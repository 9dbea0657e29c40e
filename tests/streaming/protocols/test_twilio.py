"""Twilio's stream and those that speak like it: each vendor's own messages, and who asked for the connection."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from streaming.errors import ProtocolViolation
from streaming.protocols import twilio
from streaming.protocols.contract import Accepted, ClientEvent, Ended, Metadata, Opening, Reached, Refused, Stopped
from streaming.protocols.messages import MOST_TEXT
from streaming.types import AudioFrame, Gap, Speaker

LOUD = b"\x80" * 160  # the loudest code of mu-law
QUIET = b"\xff" * 160
TOKEN = "12345"

Message = dict[str, Any]


def started(**fields: Any) -> Message:
    """Twilio's own start with some fields of its inner part changed."""
    start = {
        "accountSid": "AC1",
        "streamSid": "MZ1",
        "callSid": "CA1",
        "tracks": ["inbound", "outbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {},
    }
    return {"event": "start", "sequenceNumber": "1", "start": start | fields, "streamSid": "MZ1"}


def media(at_ms: int | None, sound: bytes = QUIET, track: str | None = "inbound") -> Message:
    """One packet."""
    fields = {"track": track, "chunk": "1", "timestamp": str(at_ms), "payload": base64.b64encode(sound).decode()}
    if at_ms is None:
        del fields["timestamp"]
    return {"event": "media", "sequenceNumber": "2", "media": fields, "streamSid": "MZ1"}


STOP: Message = {"event": "stop", "sequenceNumber": "9", "stop": {"callSid": "CA1"}, "streamSid": "MZ1"}


def played(*messages: Message, **options: str) -> list[ClientEvent]:
    """What they mean, one after the other."""
    protocol = twilio.create(Opening(options=dict(options)))
    return [event for message in messages for event in protocol.receive(json.dumps(message))]


def refused(*messages: Message | str | bytes) -> ProtocolViolation:
    """The violation that the last of them brings."""
    protocol = twilio.create(Opening())
    told = [message if isinstance(message, str | bytes) else json.dumps(message) for message in messages]
    for message in told[:-1]:
        protocol.receive(message)
    with pytest.raises(ProtocolViolation) as caught:
        protocol.receive(told[-1])
    return caught.value


def loud(events: list[ClientEvent]) -> set[tuple[Speaker, int]]:
    """Who is heard where."""
    frames = [event for event in events if isinstance(event, AudioFrame)]
    return {(f.speaker, f.start_ms) for f in frames if np.abs(np.frombuffer(f.pcm, "<i2").astype(int)).mean() > 9_000}


def test_a_whole_stream_as_twilio_documents_it() -> None:
    """Its id and tracks, its sound by track, keys and marks that mean nothing, and its end."""
    connected = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    dtmf = {
        "event": "dtmf",
        "streamSid": "MZ1",
        "sequenceNumber": "5",
        "dtmf": {"track": "inbound_track", "digit": "1"},
    }
    mark = {"event": "mark", "sequenceNumber": "4", "streamSid": "MZ1", "mark": {"name": "x"}}
    sound = [media(0), media(0, LOUD, "outbound"), dtmf, media(20, LOUD), mark, media(20, QUIET, "outbound")]
    events = played(connected, started(), *sound, STOP)
    assert events[0] == Accepted("CA1", ("prospect", "rep"), Metadata())
    assert events[-1] == Stopped()
    assert {("rep", 0), ("prospect", 20)} <= loud(events)
    assert ("prospect", 0) not in loud(events) and ("rep", 20) not in loud(events)
    for speaker in ("rep", "prospect"):
        assert [e.start_ms for e in events if isinstance(e, AudioFrame) and e.speaker == speaker] == [0, 20]


def test_the_prospects_track_is_the_operators_and_the_calls_to_say() -> None:
    """A setting for all calls, a parameter for one."""
    for stream, options in (
        (started(), {"prospect": "outbound"}),
        (started(customParameters={"prospect_track": "outbound"}), {}),
        (started(customParameters={"prospect_track": "outbound"}), {"prospect": "inbound"}),
    ):
        events = played(stream, media(0, LOUD, "outbound"), media(0), STOP, **options)
        assert isinstance(events[0], Accepted) and events[0].speakers == ("rep", "prospect")
        assert {speaker for speaker, _ in loud(events)} == {"prospect"}


def test_parameters_become_metadata() -> None:
    """Names, company and words to expect; others are let go, and long ones are cut."""
    parameters = {
        "rep": "Dana",
        "prospect": "Ana",
        "company": "Northwind",
        "expect": "Flowdesk, , SOC 2",
        "colour": "red",
    }
    (accepted,) = played(started(customParameters=parameters))
    known = Metadata({"rep": "Dana", "prospect": "Ana"}, "Northwind", ("Flowdesk", "SOC 2"))
    assert accepted == Accepted("CA1", ("prospect", "rep"), known)
    (accepted,) = played(started(customParameters={"company": "x" * 10_000}))
    assert isinstance(accepted, Accepted) and accepted.metadata.company == "x" * MOST_TEXT


TELNYX: Message = {
    "event": "start",
    "sequence_number": "1",
    "stream_id": "32DE0DEA",
    "start": {
        "user_id": "3E6F",
        "call_control_id": "v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ",
        "client_state": None,
        "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
    },
}
EXOTEL: Message = {
    "event": "start",
    "sequence_number": "1",
    "stream_sid": "MZ2",
    "start": {
        "stream_sid": "MZ2",
        "call_sid": "CA2",
        "account_sid": "AC2",
        "custom_parameters": {"company": "Northwind"},
        "media_format": {"encoding": "audio/x-raw", "sample_rate": "8000", "bit_rate": "16"},
    },
}
SIGNALWIRE: Message = started(
    callSid="1f4a2c36-3b1a-4a1e-9a55-5a6f1c0e7d11",
    tracks=["inbound"],
    mediaFormat={"encoding": "audio/l16", "sampleRate": 24000, "channels": 1},
)
PLIVO: Message = {
    "event": "start",
    "sequenceNumber": 0,
    "start": {
        "callId": "5b40a428",
        "streamId": "b77e037d",
        "accountId": "MA1",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
    },
    "extra_headers": '{"company": "Northwind"}',
}
BOTH: tuple[Speaker, ...] = ("prospect", "rep")


@pytest.mark.parametrize(
    "start, call_id, speakers, company",
    [
        (TELNYX, None, BOTH, None),
        (EXOTEL, "CA2", BOTH, "Northwind"),
        (SIGNALWIRE, "1f4a2c36-3b1a-4a1e-9a55-5a6f1c0e7d11", ("prospect",), None),
        (PLIVO, "5b40a428", ("prospect",), "Northwind"),
    ],
    ids=["telnyx", "exotel", "signalwire", "plivo"],
)
def test_each_vendors_start_is_understood(
    start: Message, call_id: str | None, speakers: tuple[Speaker, ...], company: str | None
) -> None:
    """Whatever its spelling of names and numbers; an id that cannot be one here is made here."""
    assert played(start) == [Accepted(call_id, speakers, Metadata(company=company))]


@pytest.mark.parametrize(
    "encoding, sound",
    [
        ("audio/x-mulaw", b"\x8a" * 160),
        ("PCMU", b"\x8a" * 160),
        ("PCMA", b"\xa0" * 160),
        ("L16", np.full(160, 20_000, ">i2").tobytes()),
        ("audio/x-l16;rate=8000", np.full(160, 20_000, "<i2").tobytes()),
        ("audio/x-raw", np.full(160, 20_000, "<i2").tobytes()),
    ],
)
def test_each_encoding_has_its_own_values(encoding: str, sound: bytes) -> None:
    """Mu-law, A-law, and 16 bits in the order that the vendor has them."""
    packets = [media(number * 20, sound) for number in range(3)]
    frames = played(started(mediaFormat={"encoding": encoding, "sampleRate": 8000}), *packets, STOP)
    frame = next(e for e in frames if isinstance(e, AudioFrame) and e.start_ms == 20)
    assert int(np.frombuffer(frame.pcm, "<i2").astype(int)[200]) in range(18_000, 23_000)


def test_a_packet_lost_is_a_gap_and_one_late_is_not() -> None:
    """By the times of Twilio, on that track alone; strings as it sends them."""
    order = [0, 40, 20, 80, 100, 120, 140, 160, 180, 200, 220, 240, 260, 280]
    events = played(started(), *[media(at_ms, LOUD) for at_ms in order], STOP)
    assert [event for event in events if isinstance(event, Gap)] == [Gap("prospect", 60, 20)]
    assert ("prospect", 20) in loud(events)


def test_the_other_track_tells_that_a_packet_is_lost() -> None:
    """A speaker whose line went quiet after a loss is not waited for."""
    before = [media(0, LOUD), media(40, LOUD)]
    events = played(started(), *before, *[media(at_ms, QUIET, "outbound") for at_ms in range(0, 240, 20)])
    assert Gap("prospect", 20, 20) in events


def test_times_that_count_from_elsewhere_are_understood() -> None:
    """Since 1970, or anew in mid-call: the call's own clock goes on."""
    epoch = 1_790_000_000_000
    far = [media(epoch + at_ms, LOUD) for at_ms in range(0, 100, 20)]
    anew = [media(at_ms, LOUD) for at_ms in range(40, 140, 20)]
    events = played(started(tracks=["inbound"]), *far, *anew, STOP)
    assert [event.start_ms for event in events if isinstance(event, AudioFrame)] == list(range(0, 200, 20))
    holed = [packet for number, packet in enumerate(anew) if number != 2]
    events = played(started(tracks=["inbound"]), *far, *holed, STOP)
    assert [event for event in events if isinstance(event, Gap)] == [Gap("prospect", 140, 20)]


def test_tracks_with_clocks_of_their_own_do_not_run_away() -> None:
    """Each is followed on its own: at most one gap, and then both go on side by side."""
    packets = [p for ms in range(0, 1_000, 20) for p in (media(ms, LOUD), media(ms + 25_000, LOUD, "outbound"))]
    events = played(started(), *packets, STOP)
    assert len([event for event in events if isinstance(event, Gap)]) <= 1
    ends = {event.speaker: event.start_ms for event in events if isinstance(event, AudioFrame)}
    assert set(ends) == {"rep", "prospect"} and abs(ends["rep"] - ends["prospect"]) <= 40


def test_a_stream_without_times_is_heard_as_it_comes() -> None:
    """Order is all there is then; and a track that is not named is the caller's."""
    events = played(started(), *[media(None, LOUD, None) for _ in range(5)], STOP)
    assert {e.start_ms for e in events if isinstance(e, AudioFrame)} == set(range(0, 100, 20))
    assert {speaker for speaker, _ in loud(events)} == {"prospect"}


@pytest.mark.parametrize(
    "messages, code",
    [
        (["hello"], "not_json"),
        ([b"\x00\x01"], "not_json"),
        (['{"event": '], "not_json"),
        (["{}"], "bad_message"),
        ([media(0)], "not_started"),
        ([STOP], "not_started"),
        ([started(), STOP, media(0)], "not_started"),
        ([started(), STOP, STOP], "not_started"),
        ([started(), started()], "already_started"),
        ([started(), {"event": "media"}], "bad_message"),
        ([started(), media(0, QUIET, "third")], "unknown_track"),
        ([started(tracks=["inbound"]), media(0, QUIET, "outbound")], "unknown_track"),
        ([started(tracks=["left"])], "unknown_track"),
        ([started(), {"event": "media", "media": {"payload": "not base64!"}}], "bad_message"),
        ([started(), {"event": "media", "media": {"payload": "AAAA", "timestamp": "-5"}}], "bad_message"),
        ([started(mediaFormat={"encoding": "OPUS", "sampleRate": 16000})], "bad_encoding"),
        ([started(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 96000})], "bad_message"),
        ([started(mediaFormat={"encoding": "audio/x-mulaw", "channels": 2})], "bad_message"),
        ([started(customParameters={"prospect_track": "left"})], "bad_message"),
    ],
)
def test_what_is_wrong_is_named(messages: list[Message | str | bytes], code: str) -> None:
    """Each fault has its code, and a text that says what to do."""
    violation = refused(*messages)
    assert violation.code == code and len(str(violation)) > 20


def test_nothing_is_ever_sent_back() -> None:
    """A fork takes no messages; `media` sent to it would be an error there."""
    protocol = twilio.create(Opening())
    for notice in (Reached(10, 5, 5), Ended(10), Refused("code", "text")):
        assert protocol.tell(notice) == ()


URLS = [
    "wss://assist.example.com/call/twilio",
    "wss://assist.example.com/call/twilio/",
    "wss://assist.example.com:8443/call/twilio",
    "https://assist.example.com/call/twilio",
    "https://assist.example.com:443/call/twilio",
    "http://assist.example.com/call/twilio?team=east&x=%20y",
    "wss://user:secret@assist.example.com/call/twilio",
    "wss://ASSIST.example.com/call/twilio#part",
    "wss://assist.example.com/c%C3%A4ll/twilio",
]


@pytest.mark.parametrize("configured", URLS)
@pytest.mark.parametrize("asked", URLS)
def test_signatures_agree_with_twilios_own_validator(configured: str, asked: str) -> None:
    """Its signature of each URL of the table, judged by its own library and by us against each other URL."""
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(asked, {})
    assert twilio.is_signed(configured, TOKEN, signature) == validator.validate(configured, {}, signature)
    assert twilio.is_signed(configured, TOKEN, signature) or configured != asked


def test_the_port_of_tls_is_443_for_a_socket_as_well() -> None:
    """Here alone we differ: their library takes 80 to be the usual port of wss."""
    signature = RequestValidator(TOKEN).compute_signature("wss://assist.example.com:443/call/twilio", {})
    assert twilio.is_signed("wss://assist.example.com/call/twilio", TOKEN, signature)


@given(st.text(max_size=60))
def test_no_other_signature_passes(signature: str) -> None:
    """Nor does any text at all, of whatever letters, raise anything."""
    assert not twilio.is_signed(URLS[0], TOKEN, signature)


def test_a_stream_without_the_right_signature_is_refused() -> None:
    """Where a token is set: none, another's, and one for another address."""
    options: dict[str, object] = {"url": URLS[0], "auth_token": TOKEN}
    right = RequestValidator(TOKEN).compute_signature(URLS[0], {})
    twilio.create(Opening(headers={"x-twilio-signature": right}, options=options))
    other = RequestValidator("other").compute_signature(URLS[0], {})
    for headers in ({}, {"x-twilio-signature": ""}, {"x-twilio-signature": other}):
        with pytest.raises(ProtocolViolation) as caught:
            twilio.create(Opening(headers=headers, options=options))
        assert caught.value.code == "bad_signature"
        assert TOKEN not in str(caught.value) and right not in str(caught.value)


def test_a_token_may_come_as_a_parameter() -> None:
    """Vendors of the kin that sign nothing have no other place for one."""
    (accepted,) = played(started(customParameters={"token": "a.b", "company": "Northwind"}))
    assert isinstance(accepted, Accepted) and accepted.access == "a.b"
    (accepted,) = played(started())
    assert isinstance(accepted, Accepted) and accepted.access is None

"""What every call protocol must do, whichever files there are."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streaming.protocols
from streaming import plugins
from streaming.errors import ProtocolViolation
from streaming.protocols.contract import (
    Accepted,
    CallProtocol,
    ClientEvent,
    Ended,
    Metadata,
    Opening,
    Reached,
    Refused,
    Reply,
    Started,
    Stopped,
    Suggested,
)
from streaming.types import AudioFrame, Gap, Speaker, Word, Words

NAMES = plugins.names(streaming.protocols)
IDENTITY = "40325ec2-5efd-4bd3-805f-53576e581d13"
OPENING = Opening({"encoding": ["mulaw"], "sample_rate": ["8000"]}, options={"lines": [{"prospect": IDENTITY}]})
BYTES_PER_MS = 8

Message = str | bytes


def browser_messages(pieces: list[bytes]) -> list[Message]:
    """A call of the prospect in our own protocol."""
    start = {"kind": "start", "channels": ["prospect"], "encoding": "mulaw", "sample_rate_hz": 8_000}
    return [json.dumps(start), *pieces, '{"kind":"stop"}']


def deepgram_messages(pieces: list[bytes]) -> list[Message]:
    """The same in Deepgram's dialect."""
    return ['{"type":"KeepAlive"}', *pieces, '{"type":"CloseStream"}']


def twilio_messages(pieces: list[bytes]) -> list[Message]:
    """The same as Twilio sends it, each piece with its time."""
    told: list[dict[str, Any]] = [{"event": "connected"}, {"event": "start", "start": {"tracks": ["inbound"]}}]
    at = 0
    for piece in pieces:
        media = {"track": "inbound", "timestamp": str(at // BYTES_PER_MS), "payload": base64.b64encode(piece).decode()}
        told.append({"event": "media", "media": media})
        at += len(piece)
    return [json.dumps(message) for message in (*told, {"event": "stop"})]


def fork_messages(pieces: list[bytes]) -> list[Message]:
    """The same as FreeSWITCH sends it: each byte as the upper half of a sample."""
    sound = [bytes(half for byte in piece for half in (0, byte)) for piece in pieces]
    return ['{"sampleRate":8000}', *sound, '{"event":"dtmf"}']


def audiohook_messages(pieces: list[bytes]) -> list[Message]:
    """The same as Genesys sends it."""
    media = {"type": "audio", "format": "PCMU", "channels": ["external"], "rate": 8000}
    told = [("open", {"conversationId": IDENTITY, "media": [media]}), ("close", {"reason": "end"})]
    first, last = (
        json.dumps({"version": "2", "id": IDENTITY, "type": kind, "seq": seq, "parameters": parameters})
        for seq, (kind, parameters) in enumerate(told, 1)
    )
    return [first, *pieces, last]


def asterisk_messages(pieces: list[bytes]) -> list[Message]:
    """The same as Asterisk sends it over a WebSocket."""
    return ["MEDIA_START connection_id:a channel:WebSocket/a/0x1 format:ulaw", *pieces, "DTMF_END digit:1"]


def audiosocket_messages(pieces: list[bytes]) -> list[Message]:
    """The same as Asterisk sends it over TCP: each byte as the upper half of a sample."""
    sound = [bytes(half for byte in piece for half in (0, byte)) for piece in pieces]
    told = [(1, UUID(IDENTITY).bytes), *((0x10, content) for content in sound), (0, b"")]
    return [bytes([kind]) + len(content).to_bytes(2, "big") + content for kind, content in told]


CALLS: dict[str, Callable[[list[bytes]], list[Message]]] = {
    "asterisk": asterisk_messages,
    "audiohook": audiohook_messages,
    "audiosocket": audiosocket_messages,
    "browser": browser_messages,
    "deepgram": deepgram_messages,
    "fork": fork_messages,
    "twilio": twilio_messages,
}
"""One good call of each protocol: 8 kHz sound of the prospect, a byte a sample, in the pieces that it is given."""

KINDS: dict[str, type] = {name: bytes if name == "audiosocket" else str for name in CALLS}
"""What a protocol answers with: text, since bytes would be taken for sound, but where it is no WebSocket."""

KEYS = (
    "kind event type start media stop channels encoding sample_rate_hz call metadata track tracks timestamp payload "
    "mediaFormat media_format sampleRate mixType content-type customParameters metadata channel token to_sample "
    "version id seq parameters format rate discarded conversationId"
).split()
VALUES = (
    "start stop resume skip media connected inbound outbound_track both audio/x-mulaw L16 AAAA 8000 -1 1e99 Finalize "
    "CloseStream 2 open ping discarded close PCMU external PT1S MEDIA_START"
).split()

QUERY = ("encoding", "sample_rate", "channels", "extra", "keyterm", "keywords", "interim_results", "speaker", "call")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)
garbage = st.text() | st.binary() | json_values.map(json.dumps)


def created(name: str) -> CallProtocol:
    """A fresh conversation."""
    protocol: CallProtocol = plugins.load(streaming.protocols, name).create(OPENING)
    return protocol


def played(name: str, messages: list[Message]) -> list[ClientEvent]:
    """What good messages mean."""
    protocol = created(name)
    return [*(event for message in messages for event in protocol.receive(message)), *protocol.closed()]


def test_every_protocol_is_held_to_this() -> None:
    """A new file needs its good call here."""
    assert set(CALLS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@given(messages=st.lists(garbage, max_size=5), good=st.integers(0, 4))
def test_garbage_gives_a_typed_violation_and_nothing_else(name: str, messages: list[Message], good: int) -> None:
    """Whatever comes, and after however many good messages, no other exception leaves a protocol."""
    protocol = created(name)
    for message in (*CALLS[name]([bytes(800)])[:good], *messages):
        try:
            protocol.receive(message)
        except ProtocolViolation as violation:
            assert violation.code and str(violation)
    protocol.closed()


@pytest.mark.parametrize("name", NAMES)
@given(query=st.dictionaries(st.sampled_from(QUERY), st.lists(st.text() | st.sampled_from(VALUES), min_size=1)))
def test_a_garbled_request_is_refused_by_a_typed_violation(name: str, query: dict[str, list[str]]) -> None:
    """What comes with the handshake may be as wrong as what comes after it."""
    try:
        plugins.load(streaming.protocols, name).create(Opening(query))
    except ProtocolViolation as violation:
        assert violation.code and str(violation)


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.binary(min_size=1, max_size=40), cuts=st.lists(st.integers(0, 500), max_size=12))
def test_any_split_of_the_sound_gives_the_same_frames(name: str, seed: bytes, cuts: list[int]) -> None:
    """Borders of messages mean nothing; all arrives, on a clock that starts at 0 and never leaps."""
    sound = (seed * 4_000)[: 500 * BYTES_PER_MS]
    edges = sorted({0, *cuts, 500})
    pieces = [sound[a * BYTES_PER_MS : b * BYTES_PER_MS] for a, b in pairwise(edges)]
    events = played(name, CALLS[name](pieces))
    assert events == played(name, CALLS[name]([sound]))
    assert isinstance(events[0], Accepted) and events[0].speakers == ("prospect",)
    assert events[-1] == Stopped()
    assert [e.start_ms for e in events if isinstance(e, AudioFrame)] == list(range(0, 500, 20))


@given(sound=st.binary(min_size=800, max_size=4_000))
def test_the_same_sound_gives_the_same_frames_in_every_protocol(sound: bytes) -> None:
    """Bit by bit, in packets of 20 ms, wherever it may be mu-law."""
    pieces = [sound[first : first + 160] for first in range(0, len(sound) // 160 * 160, 160)]
    told = [played(name, CALLS[name](pieces)) for name in ("asterisk", "audiohook", "browser", "deepgram", "twilio")]
    frames = [[event for event in events if isinstance(event, AudioFrame)] for events in told]
    assert all(each == frames[0] for each in frames[1:])


@pytest.mark.parametrize("name", NAMES)
@given(order=st.permutations(range(10)), doubled=st.lists(st.integers(0, 9)), lost=st.sets(st.integers(0, 9)))
def test_a_speakers_clock_never_goes_back(name: str, order: list[int], doubled: list[int], lost: set[int]) -> None:
    """However messages are lost, doubled and out of order: frames and gaps follow one another without a hole."""
    first, *media, last = CALLS[name]([bytes([i]) * 160 for i in range(10)])
    # Twilio has one message more before its sound, which must come before it.
    before, media = media[: len(media) - 10], media[len(media) - 10 :]
    chosen = [media[i] for i in (*order, *doubled) if i not in lost]
    now_ms: dict[Speaker, int] = {}
    for event in played(name, [first, *before, *chosen, last]):
        if isinstance(event, AudioFrame | Gap):
            assert event.start_ms == now_ms.get(event.speaker, 0)
            now_ms[event.speaker] = event.start_ms + (20 if isinstance(event, AudioFrame) else event.duration_ms)


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_can_be_told(name: str) -> None:
    """A protocol may say nothing, but it knows each notice."""
    protocol = created(name)
    words = Words("prospect", 0, (Word("Hello.", 100, 400, 0.5),), (), True)
    suggested = Suggested("s1", 400, "Hello.", "Hello...?")
    for notice in (Started("c1"), Reached(10, 5, 5), words, suggested, Ended(10), Refused("code", "text")):
        assert all(isinstance(message, KINDS[name]) for message in protocol.tell(notice))


def test_what_is_known_of_a_call_is_expected_in_it() -> None:
    """Each once; of a person's name the parts as well, since nobody is called by all of it."""
    known = Metadata({"prospect": "Ana Ruiz", "rep": "Dana"}, "Northwind", ("Flowdesk", "Dana"), "inbound")
    assert known.expected == ("Flowdesk", "Dana", "Northwind", "Ana Ruiz", "Ana", "Ruiz")
    assert Metadata().expected == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_reply_is_of_the_right_kind(name: str) -> None:
    """To whatever message of a good call."""
    replies = [event for event in played(name, CALLS[name]([bytes(800)])) if isinstance(event, Reply)]
    assert all(isinstance(reply.message, KINDS[name]) for reply in replies)


@pytest.mark.parametrize("name", NAMES)
def test_who_says_that_its_source_signs_refuses_what_is_not_signed(name: str) -> None:
    """Such a source needs no token at a door that asks for them: nothing but the signature keeps strangers out."""
    signed_by = plugins.load(streaming.protocols, name).SIGNED_BY
    secrets: dict[str, dict[str, object]] = {
        "twilio": {"url": "wss://host/call/twilio", "auth_token": "a" * 32},
        "audiohook": {"url": "wss://host/call/audiohook", "key": "k", "secret": "c2VjcmV0"},
        "audiosocket": {"lines": [{"prospect": "11111111-1111-4111-8111-111111111111"}]},
    }
    assert (signed_by is not None) == (name in secrets)
    if signed_by is None:
        return
    assert signed_by in secrets[name]
    begun = []
    with suppress(ProtocolViolation):
        protocol = plugins.load(streaming.protocols, name).create(Opening(options=secrets[name]))
        for message in CALLS[name]([bytes(160)]):
            begun += [event for event in protocol.receive(message) if isinstance(event, Accepted)]
    assert begun == []

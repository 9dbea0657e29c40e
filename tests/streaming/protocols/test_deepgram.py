"""Deepgram's dialect: what the query asks for, what the controls do, and the JSON that words become."""

import hashlib
import json
from typing import Any

import pytest

from streaming.errors import ProtocolViolation
from streaming.protocols import deepgram
from streaming.protocols.contract import Accepted, Ended, Flushed, Metadata, Opening, Reached, Refused, Started, Stopped
from streaming.types import AudioFrame, Word, Words

QUERY = {"encoding": ["linear16"], "sample_rate": ["16000"]}
SAID = (Word("I'm", 100, 300, 0.9), Word("sure.", 300, 700, 0.7))


def created(**query: list[str]) -> deepgram.DeepgramProtocol:
    """A connection with some of its query changed."""
    return deepgram.create(Opening(QUERY | query, opened_at=1_790_000_000.5))


def control(kind: str, **fields: Any) -> str:
    """A control message."""
    return json.dumps({"type": kind} | fields)


def told(protocol: deepgram.DeepgramProtocol, notice: Any) -> list[dict[str, Any]]:
    """What the client is sent."""
    return [json.loads(message) for message in protocol.tell(notice)]


def refused(**query: list[str]) -> ProtocolViolation:
    """The violation of such a query."""
    with pytest.raises(ProtocolViolation) as caught:
        created(**query)
    return caught.value


def test_the_call_begins_with_the_first_message() -> None:
    """Whichever it is, once; one channel is the prospect, and key terms are words to expect."""
    protocol = created(keyterm=["Flowdesk", "SOC 2"], keywords=["Northwind:2"])
    known = Metadata(expect=("Flowdesk", "SOC 2", "Northwind"))
    assert protocol.receive(control("KeepAlive")) == (Accepted(None, ("prospect",), known),)
    assert protocol.receive(control("KeepAlive")) == ()
    assert isinstance(created().receive(bytes(640))[0], Accepted)


def test_what_the_client_knows_of_the_call_comes_as_extra() -> None:
    """Deepgram's place for one's own fields: names, company, who called, and more words to expect."""
    extra = ["prospect:Ana", "company:Northwind: Foods", "direction:Inbound", "expect:SOC 2", "speakers:rep", "odd"]
    known = Metadata({"prospect": "Ana"}, "Northwind: Foods", ("Flowdesk", "SOC 2"), "inbound")
    accepted = Accepted(None, ("rep",), known)
    assert created(keyterm=["Flowdesk"], extra=extra).receive(control("KeepAlive")) == (accepted,)


@pytest.mark.parametrize(
    "query, speakers",
    [
        ({"channels": ["2"]}, ("rep", "prospect")),
        ({"channels": ["2"], "extra": ["speakers:prospect,rep"]}, ("prospect", "rep")),
        ({"extra": ["tag:x", "speakers:rep"]}, ("rep",)),
        ({"extra": ["speakers:mixed"]}, ("mixed",)),
        ({"channels": ["1", "2"]}, ("rep", "prospect")),
    ],
)
def test_who_is_on_which_channel(query: dict[str, list[str]], speakers: tuple[str, ...]) -> None:
    """The rep is on the first of two, unless the client says otherwise."""
    (accepted,) = created(**query).receive(control("KeepAlive"))
    assert isinstance(accepted, Accepted) and accepted.speakers == speakers


@pytest.mark.parametrize(
    "query, code, place",
    [
        ({"encoding": ["opus"]}, "bad_encoding", "linear16"),
        ({"sample_rate": ["7999"]}, "bad_query", "sample_rate"),
        ({"sample_rate": ["96000"]}, "bad_query", "sample_rate"),
        ({"sample_rate": ["fast"]}, "bad_query", "sample_rate"),
        ({"channels": ["3"]}, "bad_query", "channels"),
        ({"interim_results": ["maybe"]}, "bad_query", "interim_results"),
        ({"extra": ["speakers:boss"]}, "bad_query", "speakers"),
        ({"extra": ["speakers:rep,prospect"]}, "bad_query", "speakers"),
        ({"channels": ["2"], "extra": ["speakers:rep,rep"]}, "bad_query", "speakers"),
    ],
)
def test_a_wrong_query_is_refused_by_name(query: dict[str, list[str]], code: str, place: str) -> None:
    """The client's author sees what to mend."""
    violation = refused(**query)
    assert violation.code == code and place in str(violation)


def test_sound_without_its_encoding_is_refused() -> None:
    """Deepgram would look into the sound for a container; here it must be named."""
    with pytest.raises(ProtocolViolation, match="encoding"):
        deepgram.create(Opening({"sample_rate": ["16000"]}))


def test_words_become_results() -> None:
    """With their times in seconds, as Deepgram's schema has them; interim ones only where asked for."""
    protocol = created(channels=["2"], interim_results=["true"])
    assert told(protocol, Started("call-1")) == []
    (final,) = told(protocol, Words("prospect", 0, SAID, (), True))
    assert final["type"] == "Results" and final["channel_index"] == [1, 2]
    assert (final["start"], final["duration"]) == (0.1, 0.6)
    assert (final["is_final"], final["speech_final"], final["from_finalize"]) == (True, True, False)
    assert final["metadata"]["request_id"] == "call-1"
    assert final["channel"]["alternatives"] == [
        {
            "transcript": "I'm sure.",
            "confidence": 0.8,
            "words": [
                {"word": "i'm", "punctuated_word": "I'm", "start": 0.1, "end": 0.3, "confidence": 0.9},
                {"word": "sure", "punctuated_word": "sure.", "start": 0.3, "end": 0.7, "confidence": 0.7},
            ],
        }
    ]
    (interim,) = told(protocol, Words("rep", 0, SAID[:1], SAID[1:], False))
    assert interim["channel_index"] == [0, 2]
    assert (interim["is_final"], interim["speech_final"]) == (False, False)
    assert interim["channel"]["alternatives"][0]["transcript"] == "I'm sure."
    assert told(created(), Words("prospect", 0, SAID[:1], SAID[1:], False)) == []


def test_finalize_asks_for_the_words_and_marks_them() -> None:
    """Of all channels or of one; what was said after it is not marked."""
    protocol = created(channels=["2"])
    protocol.receive(bytes(4 * 16_000))
    assert protocol.receive(control("Finalize", channel=1)) == (Flushed("prospect"),)
    later = tuple(Word(word.text, word.start_ms + 1_000, word.end_ms + 1_000, 1.0) for word in SAID)
    marks = {
        (speaker, start): told(protocol, Words(speaker, 0, words, (), True))[0]["from_finalize"]
        for speaker in ("rep", "prospect")
        for start, words in (("before", SAID), ("after", later))
    }
    assert [key for key, is_marked in marks.items() if is_marked] == [("prospect", "before")]
    assert protocol.receive(control("Finalize")) == (Flushed("rep"), Flushed("prospect"))


def test_close_stream_ends_with_the_rest_and_metadata() -> None:
    """The unfinished frame is heard; the end tells how much came and that it came whole."""
    protocol = created()
    sound = b"\x01\x02" * 500
    protocol.receive(sound)
    protocol.tell(Started("call-1"))
    frame, stopped = protocol.receive(control("CloseStream"))
    assert isinstance(frame, AudioFrame) and stopped == Stopped()
    (metadata,) = told(protocol, Ended(40))
    assert metadata["type"] == "Metadata" and metadata["request_id"] == "call-1"
    assert (metadata["duration"], metadata["channels"]) == (0.04, 1)
    assert metadata["sha256"] == hashlib.sha256(sound).hexdigest()
    assert metadata["created"] == "2026-09-21T14:13:20.500+00:00"


def test_other_notices() -> None:
    """How far the call is has no message there; why it ends has one."""
    protocol = created()
    assert told(protocol, Reached(10, 5, 5)) == []
    assert told(protocol, Refused("overloaded", "try later")) == [
        {"type": "Error", "variant": "overloaded", "description": "try later"}
    ]


@pytest.mark.parametrize(
    "message, code",
    [
        ("{", "not_json"),
        (control("Configure"), "bad_message"),
        (control("Finalize", channel=1), "bad_message"),
        (control("Finalize", channel=-1), "bad_message"),
        ("7", "bad_message"),
    ],
)
def test_wrong_controls_are_named(message: str, code: str) -> None:
    """And so is anything after the end."""
    with pytest.raises(ProtocolViolation) as caught:
        created().receive(message)
    assert caught.value.code == code
    ended = created()
    ended.receive(control("CloseStream"))
    with pytest.raises(ProtocolViolation):
        ended.receive(bytes(2))


@pytest.mark.parametrize("is_final", [False, True])
def test_an_utterance_without_words_is_not_told(is_final: bool) -> None:
    """It was another's; a client has nothing to do with it."""
    protocol = created(interim_results=["true"])
    protocol.receive(control("KeepAlive"))
    assert told(protocol, Words("prospect", 0, (), (), is_final)) == []

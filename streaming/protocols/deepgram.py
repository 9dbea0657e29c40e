"""Deepgram's live dialect: sound as binary, `Results` with the times of words as text; its SDKs may be pointed here.

Source: Deepgram's "Live Audio" reference (`/v1/listen`) and the schema in its Python SDK. Settings come as the query;
those that are not named here change nothing.
"""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import BYTES_PER_SAMPLE, Encoding, PcmReader
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Flushed,
    Metadata,
    Notice,
    Opening,
    Reached,
    Refused,
    Started,
    Stopped,
    Suggested,
)
from streaming.protocols.messages import converted, decoded, metadata_of
from streaming.types import Speaker, Word, Words

SIGNED_BY = None
ALWAYS_NEW = True

ENCODINGS: dict[str, Encoding] = {"linear16": "pcm_s16le", "mulaw": "mulaw", "alaw": "alaw"}
SPEAKERS: dict[int, tuple[Speaker, ...]] = {1: ("prospect",), 2: ("rep", "prospect")}
MODEL = {"name": "live-call-assist", "version": "1", "arch": "local"}
MODEL_ID = "00000000-0000-4000-8000-000000000000"

MOST_EXPECTED = 200
MOST_TEXT = 200


class _Listen(msgspec.Struct, frozen=True):
    """What the query asks for; of a setting given twice the last counts."""

    encoding: str
    sample_rate: Annotated[int, msgspec.Meta(ge=8_000, le=48_000)]
    channels: Literal[1, 2] = 1
    interim_results: bool = False


class _Control(msgspec.Struct, frozen=True):
    type: Literal["KeepAlive", "Finalize", "CloseStream"]
    channel: Annotated[int, msgspec.Meta(ge=0)] | None = None


_decoder = msgspec.json.Decoder(_Control)


class DeepgramProtocol:
    """One connection: sound until `CloseStream`, with `Finalize` and `KeepAlive` in between."""

    parting_s = 0.0

    def __init__(self, listen: _Listen, speakers: tuple[Speaker, ...], metadata: Metadata, created: str) -> None:
        encoding = ENCODINGS[listen.encoding]
        self._pcm = PcmReader(speakers, encoding, listen.sample_rate)
        self._bytes_per_ms = BYTES_PER_SAMPLE[encoding] * len(speakers) * listen.sample_rate / 1000
        self._speakers = speakers
        self._accepted: tuple[Accepted, ...] = (Accepted(None, speakers, metadata),)
        self._is_interim_told = listen.interim_results
        self._created = created
        self._request_id = ""
        self._received_bytes = 0
        self._sha256 = hashlib.sha256()
        self._finalised_ms = dict.fromkeys(speakers, 0.0)
        self._is_over = False

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Bytes are sound, text is control. The call begins with whichever comes first."""
        if self._is_over:
            raise ProtocolViolation("not_started", "a message came after `CloseStream`")
        events = self._sound(message) if isinstance(message, bytes) else self._control(decoded(message, _decoder))
        begun, self._accepted = self._accepted, ()
        return (*begun, *events)

    def closed(self) -> tuple[ClientEvent, ...]:
        """Nothing: `CloseStream` ends a call."""
        return ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """`Results` for words, `Metadata` at the end."""
        match notice:
            case Started(call_id):
                self._request_id = call_id
                return ()
            case Reached() | Suggested():
                return ()
            case Words():
                if not notice.all or (not notice.is_final and not self._is_interim_told):
                    return ()
                told = self._results(notice)
            case Ended(duration_ms):
                told = self._metadata(duration_ms)
            case Refused(code, text):
                told = {"type": "Error", "variant": code, "description": text}
        return (msgspec.json.encode(told).decode(),)

    def _sound(self, data: bytes) -> tuple[ClientEvent, ...]:
        self._received_bytes += len(data)
        self._sha256.update(data)
        return tuple(self._pcm.read(data))

    def _control(self, control: _Control) -> tuple[ClientEvent, ...]:
        if control.type == "CloseStream":
            self._is_over = True
            return (*self._pcm.finish(), Stopped())
        if control.type == "KeepAlive":
            return ()
        first, last = (0, len(self._speakers)) if control.channel is None else (control.channel, control.channel + 1)
        speakers = self._speakers[first:last]
        if not speakers:
            raise ProtocolViolation("bad_message", "`channel` is not one of this connection's; the first is 0")
        self._finalised_ms |= dict.fromkeys(speakers, self._received_bytes / self._bytes_per_ms)
        return tuple(Flushed(speaker) for speaker in speakers)

    def _results(self, words: Words) -> dict[str, Any]:
        heard = words.all
        start_ms, end_ms = heard[0].start_ms, heard[-1].end_ms
        alternative = {
            "transcript": " ".join(word.text for word in heard),
            "confidence": round(sum(word.confidence for word in heard) / len(heard), 4),
            "words": [_word(word) for word in heard],
        }
        return {
            "type": "Results",
            "channel_index": [self._speakers.index(words.speaker), len(self._speakers)],
            "start": start_ms / 1000,
            "duration": (end_ms - start_ms) / 1000,
            "is_final": words.is_final,
            "speech_final": words.is_final,
            "from_finalize": words.is_final and start_ms < self._finalised_ms[words.speaker],
            "channel": {"alternatives": [alternative]},
            "metadata": {"request_id": self._request_id, "model_info": MODEL, "model_uuid": MODEL_ID},
        }

    def _metadata(self, duration_ms: int) -> dict[str, Any]:
        return {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": self._request_id,
            "sha256": self._sha256.hexdigest(),
            "created": self._created,
            "duration": duration_ms / 1000,
            "channels": len(self._speakers),
            "models": [MODEL_ID],
            "model_info": {MODEL_ID: MODEL},
        }


def create(opening: Opening) -> DeepgramProtocol:
    """A connection with the query's settings. Refused where its sound cannot be read here."""
    query = opening.query
    listen = converted({name: values[-1] for name, values in query.items()}, _Listen, "bad_query", "the query")
    if listen.encoding not in ENCODINGS:
        raise ProtocolViolation("bad_encoding", f"`encoding` must be one of {', '.join(ENCODINGS)}")
    expect = [*query.get("keyterm", ()), *(word.partition(":")[0] for word in query.get("keywords", ()))]
    known = tuple(word[:MOST_TEXT] for word in expect[:MOST_EXPECTED] if word)
    told = metadata_of(dict(value.partition(":")[::2] for value in query.get("extra", ())))
    metadata = msgspec.structs.replace(told, expect=(*known, *told.expect))
    created = datetime.fromtimestamp(opening.opened_at, UTC).isoformat(timespec="milliseconds")
    return DeepgramProtocol(listen, _speakers(query, listen.channels), metadata, created)


def _speakers(query: dict[str, list[str]], channels: int) -> tuple[Speaker, ...]:
    """Who is on which channel: as `extra=speakers:prospect,rep` says, else the rep on the first of two."""
    named = next((value.partition(":")[2] for value in query.get("extra", ()) if value.startswith("speakers:")), None)
    if named is None:
        return SPEAKERS[channels]
    known: dict[str, Speaker] = {"rep": "rep", "prospect": "prospect"}
    if channels == 1:
        known["mixed"] = "mixed"
    speakers = tuple(known[name] for name in named.split(",") if name in known)
    if len(set(speakers)) != channels or named.count(",") != channels - 1:
        raise ProtocolViolation("bad_query", "`extra=speakers:` names each channel once, as rep or prospect")
    return speakers


def _word(word: Word) -> dict[str, Any]:
    bare = word.text.strip(".,!?;:\"'()[]-…").lower()
    return {
        "word": bare or word.text,
        "punctuated_word": word.text,
        "start": word.start_ms / 1000,
        "end": word.end_ms / 1000,
        "confidence": round(word.confidence, 4),
    }

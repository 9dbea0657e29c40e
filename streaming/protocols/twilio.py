"""Twilio Media Streams, and what speaks like it: Telnyx, SignalWire, Plivo and Exotel, through one tolerant parser.

Source: Twilio's "Media Streams - WebSocket Messages", and the other vendors' pages of the same purpose. They differ in
the case of names (`mediaFormat`, `media_format`), in numbers as text or as numbers, and in the encoding. Nothing is
sent back: a fork of a call has no ear.
"""

import base64
import hmac
import re
from hashlib import sha1
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import Encoding
from streaming.protocols.contract import Accepted, ClientEvent, Notice, Opening, Stopped
from streaming.protocols.messages import call_id_of, converted, decoded, fields_of, metadata_of
from streaming.timeline import Timeline
from streaming.types import AudioFrame, Gap, Speaker

SIGNED_BY = "auth_token"
ALWAYS_NEW = True

Track = Literal["inbound", "outbound"]

ENCODINGS: dict[str, Encoding] = {
    "audio/x-mulaw": "mulaw",
    "audio/mulaw": "mulaw",
    "pcmu": "mulaw",
    "audio/x-alaw": "alaw",
    "pcma": "alaw",
    "l16": "pcm_s16be",  # Telnyx sends RTP's payload, which RFC 2586 has in network order
    "audio/l16": "pcm_s16le",
    "audio/x-l16": "pcm_s16le",
    "audio/x-raw": "pcm_s16le",
}

# A step of the source's clock beyond these is a clock that began anew; a call may well be on hold for minutes.
MOST_BACK_MS = 10_000
MOST_AHEAD_MS = 600_000
FIRST_TIME_MS = 30_000  # a first time later than this counts from somewhere else than the start of the stream

BOTH = ("inbound", "outbound")


class _Options(msgspec.Struct, frozen=True):
    prospect: Track = "inbound"
    url: str | None = None
    auth_token: str | None = None


class _Media(msgspec.Struct, frozen=True):
    payload: bytes
    track: str | None = None
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


class _Message(msgspec.Struct, frozen=True):
    event: str
    media: _Media | None = None
    start: dict[str, Any] | None = None
    extra_headers: Any = None  # Plivo's place for parameters


class _Format(msgspec.Struct, frozen=True):
    encoding: str = "audio/x-mulaw"
    sample_rate: Annotated[int, msgspec.Meta(ge=8_000, le=48_000)] = 8_000
    channels: Literal[1] = 1


class _Start(msgspec.Struct, frozen=True):
    media_format: _Format = _Format()
    tracks: tuple[str, ...] = ()
    custom_parameters: Any = None


_decoder = msgspec.json.Decoder(_Message, strict=False)


class TwilioProtocol:
    """One stream of one call: `connected`, `start`, then `media` of one or both tracks, then `stop`."""

    parting_s = 0.0

    def __init__(self, prospect: Track) -> None:
        self._prospect = prospect
        self._timelines: dict[Speaker, Timeline] = {}
        self._is_over = False
        self._zero_ms: dict[Speaker, int] = {}
        self._newest_ms = 0.0

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Text of JSON alone; keys pressed, marks and events unknown here mean nothing."""
        if isinstance(message, bytes):
            raise ProtocolViolation("not_json", "a binary message came; here sound is base64 within JSON text")
        told = decoded(message, _decoder)
        match told.event:
            case "start":
                return self._start(told)
            case "media":
                return self._media(told.media)
            case "stop":
                return self._stop()
        return ()

    def closed(self) -> tuple[ClientEvent, ...]:
        """Nothing: `stop` ends a call."""
        return ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """Nothing: a fork takes no messages."""
        return ()

    def _start(self, message: _Message) -> tuple[ClientEvent, ...]:
        if self._timelines:
            raise ProtocolViolation("already_started", "this connection has its stream; open another for another")
        fields = _in_one_spelling(message.start or {})
        fields["media_format"] = _in_one_spelling(fields.get("media_format"))
        start = converted(fields, _Start, "bad_message", "`start`")
        encoding = ENCODINGS.get(start.media_format.encoding.lower().partition(";")[0])
        if encoding is None:
            raise ProtocolViolation("bad_encoding", "the encoding is not known here; choose PCMU, PCMA or L16 there")
        parameters = fields_of(start.custom_parameters or message.extra_headers)
        wish = {"prospect": parameters.get("prospect_track", self._prospect)}
        self._prospect = converted(wish, _Options, "bad_message", "`prospect_track`").prospect
        speakers = tuple(dict.fromkeys(self._speaker(track) for track in start.tracks or BOTH))
        self._timelines = {s: Timeline(s, encoding, start.media_format.sample_rate) for s in speakers}
        call_id = call_id_of(fields.get("call_sid"), fields.get("call_id"), fields.get("call_control_id"))
        access = parameters.get("token")
        return (
            Accepted(call_id, speakers, metadata_of(parameters), access=access if isinstance(access, str) else None),
        )

    def _media(self, media: _Media | None) -> tuple[ClientEvent, ...]:
        if media is None:
            raise ProtocolViolation("bad_message", "a `media` event without its `media` field")
        if not self._timelines or self._is_over:
            raise ProtocolViolation("not_started", "`media` came before `start` or after `stop`")
        speaker = self._speaker(media.track or "inbound")
        timeline = self._timelines.get(speaker)
        if timeline is None:
            raise ProtocolViolation("unknown_track", "`media` of a track that `start` did not name in `tracks`")
        at_ms = timeline.end_ms if media.timestamp is None else self._place(speaker, media.timestamp)
        self._newest_ms = max(self._newest_ms, at_ms + timeline.duration_ms(media.payload))
        timeline.take(at_ms, media.payload)
        # A packet of one track also tells how late those of the other are.
        return tuple(event for t in self._timelines.values() for event in t.settle(self._newest_ms))

    def _stop(self) -> tuple[ClientEvent, ...]:
        if not self._timelines or self._is_over:
            raise ProtocolViolation("not_started", "`stop` came before `start` or twice")
        self._is_over = True
        told: list[AudioFrame | Gap] = [event for t in self._timelines.values() for event in t.finish()]
        return (*told, Stopped())

    def _place(self, speaker: Speaker, timestamp_ms: int) -> int:
        """A time of the source's clock on the call's. Nobody says that all tracks have the same clock."""
        at_ms = timestamp_ms - self._zero_ms.setdefault(speaker, timestamp_ms if timestamp_ms > FIRST_TIME_MS else 0)
        if not self._newest_ms - MOST_BACK_MS <= at_ms <= self._newest_ms + MOST_AHEAD_MS:
            at_ms = int(self._newest_ms)
            self._zero_ms[speaker] = timestamp_ms - at_ms
        return at_ms

    def _speaker(self, track: str) -> Speaker:
        name = track.removesuffix("_track")
        if name not in ("inbound", "outbound"):
            raise ProtocolViolation("unknown_track", "a track is `inbound` or `outbound`")
        return "prospect" if name == self._prospect else "rep"


def is_signed(url: str, auth_token: str, signature: str) -> bool:
    """Whether Twilio, which shares the token, asked for this URL: base64 of HMAC-SHA1 over it, in `X-Twilio-Signature`.

    Twilio signs some URLs with their port and some without (as its own RequestValidator knows), so both are right.
    """
    given = signature.encode(errors="replace")
    # Every spelling is compared, each in constant time.
    return any([hmac.compare_digest(_signature(spelling, auth_token), given) for spelling in _spellings(url)])


def create(opening: Opening) -> TwilioProtocol:
    """A stream that has not begun; refused where a token is set and the signature is wrong."""
    options = msgspec.convert(opening.options, _Options)
    signature = opening.headers.get("x-twilio-signature", "")
    if options.auth_token is not None and not is_signed(options.url or "", options.auth_token, signature):
        raise ProtocolViolation("bad_signature", "X-Twilio-Signature is not right for twilio_url with this token")
    return TwilioProtocol(options.prospect)


def _signature(url: str, auth_token: str) -> bytes:
    return base64.b64encode(hmac.new(auth_token.encode(), url.encode(), sha1).digest())


def _spellings(url: str) -> set[str]:
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    port = parts.port or (443 if parts.scheme in ("wss", "https") else 80)
    return {parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}")}


def _in_one_spelling(fields: Any) -> dict[str, Any]:
    """`mediaFormat` and `media_format` alike as `media_format`; what is null counts as left out."""
    named = fields.items() if isinstance(fields, dict) else ()
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): value for name, value in named if value is not None}

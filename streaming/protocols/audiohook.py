"""Genesys AudioHook v2: JSON for control, binary sound with customer and agent on channels of their own.

Source: Genesys' AudioHook protocol and its reference implementation. The client ends every session, also where the
server wants it ended: it is told `disconnect`, sends `close`, is answered `closed`, and then drops the connection.
"""

import base64
import html
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import SILENCE, Encoding, PcmReader
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Notice,
    Opening,
    Refused,
    Reply,
    Started,
    Stopped,
    Suggested,
)
from streaming.protocols.http_signature import Key, signed_nonce
from streaming.protocols.messages import call_id_of, decoded, fields_of, metadata_of
from streaming.types import FRAME_MS, AudioFrame, Gap, Speaker

SIGNED_BY = "secret"
ALWAYS_NEW = False

ENCODINGS: dict[str, Encoding] = {"PCMU": "mulaw", "L16": "pcm_s16le"}
SPEAKERS: dict[str, Speaker] = {"external": "prospect", "internal": "rep"}
SAMPLES_PER_MS = 8
LANGUAGES = ("en-US", "en-GB", "en-AU", "en-CA", "en-IN", "en-NZ", "en-ZA")

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"
NULL_UUID = "00000000-0000-0000-0000-000000000000"

Uuid = Annotated[str, msgspec.Meta(pattern=UUID_PATTERN)]
Duration = Annotated[str, msgspec.Meta(pattern=r"^PT([0-9]{1,6}|[0-9]{0,6}\.[0-9]{1,9})S\Z")]


class _Options(msgspec.Struct, frozen=True):
    url: str | None = None
    key: str | None = None
    secret: str | None = None
    suggestions: bool = False


class _Offer(msgspec.Struct, frozen=True):
    type: str
    format: str
    channels: tuple[str, ...]
    rate: int

    @property
    def is_readable(self) -> bool:
        is_ours = (self.type, self.rate) == ("audio", 1000 * SAMPLES_PER_MS) and self.format in ENCODINGS
        return is_ours and 0 < len(set(self.channels)) == len(self.channels) and set(self.channels) <= set(SPEAKERS)


class _Parameters(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of the parameters of any message."""

    organization_id: str = ""
    conversation_id: str = ""
    media: tuple[_Offer, ...] = ()
    supported_languages: bool = False
    custom_config: Any = None
    start: Duration = "PT0S"
    discarded: Duration = "PT0S"


class _Message(msgspec.Struct, frozen=True):
    version: Literal["2"]
    id: Uuid
    type: str
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    parameters: _Parameters = _Parameters()


_decoder = msgspec.json.Decoder(_Message)


class AudioHookProtocol:
    """One session: `open`, then sound with pings and pauses between, then `close`."""

    parting_s = 3.0

    def __init__(self, session_id: str, organization_id: str | None, is_trusted: bool, tells_suggestions: bool) -> None:
        self._session_id = session_id
        self._organization_id = organization_id
        self._is_trusted = is_trusted
        self._tells_suggestions = tells_suggestions
        self._state: Literal["new", "open", "leaving", "closed"] = "new"
        self._server_seq = 0
        self._client_seq = 0
        self._opened: dict[str, Any] = {"media": []}
        self._pcm: PcmReader | None = None
        self._silence = b""
        self._end_ms = 0.0

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Bytes are sound, text is control. What still comes after `close` means nothing."""
        if self._state == "closed":
            return ()
        if isinstance(message, bytes):
            return self._sound(message)
        told = decoded(message, _decoder)
        self._session_id, self._client_seq = told.id, told.seq
        match told.type:
            case "open":
                return self._open(told.parameters)
            case "ping":
                return (Reply(self._message("pong", {})),)
            case "update":
                return (Reply(self._message("updated", {})),)
            case "resumed" | "discarded":
                return self._leave_out(told.parameters)
            case "close":
                return self._close()
        return ()  # `paused`, after which nothing comes; `error`, after which the client closes; keys

    def closed(self) -> tuple[ClientEvent, ...]:
        """Nothing: `close` ends a call."""
        return ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """`opened`, suggestions where the operator wants them, and `disconnect` where the client has not closed."""
        match notice:
            case Started():
                return (self._message("opened", self._opened),)
            case Suggested() if self._tells_suggestions and self._state == "open":
                return (self._message("event", self._assistance(notice)),)
            case Ended():
                return self._disconnect("completed", "the server ends the call")
            case Refused(code, text):
                return self._disconnect("unauthorized" if code == "unauthorized" else "error", text)
        return ()

    def _open(self, asked: _Parameters) -> tuple[ClientEvent, ...]:
        if self._state == "leaving":
            return ()  # the two have crossed
        if self._state == "open":
            raise ProtocolViolation("already_started", "this connection has its session; open another for another")
        if not self._is_trusted or self._organization_id not in (None, asked.organization_id):
            raise ProtocolViolation("unauthorized", "the request is not signed for audiohook_url with audiohook_key")
        self._state = "open"
        # Of those with most channels the first, since they come in the order that the client prefers.
        chosen = max((o for o in asked.media if o.is_readable), key=lambda offer: len(offer.channels), default=None)
        self._opened = {"media": [] if chosen is None else [chosen]}
        if asked.supported_languages:
            self._opened["supportedLanguages"] = LANGUAGES
        if asked.conversation_id == NULL_UUID:  # Genesys tries the connection; there is no call
            return (Reply(self._message("opened", self._opened)),)
        if chosen is None:
            raise ProtocolViolation("bad_encoding", "no media offered is PCMU or L16 at 8 kHz, a channel a party")
        speakers = tuple(SPEAKERS[channel] for channel in chosen.channels)
        self._pcm = PcmReader(speakers, ENCODINGS[chosen.format], 1000 * SAMPLES_PER_MS)
        self._silence = SILENCE[ENCODINGS[chosen.format]] * len(speakers)
        metadata = metadata_of(fields_of(asked.custom_config))
        return (Accepted(call_id_of(asked.conversation_id), speakers, metadata),)

    def _sound(self, data: bytes) -> tuple[ClientEvent, ...]:
        if self._state == "new":
            raise ProtocolViolation("not_started", "sound came before `open`")
        if self._pcm is None or self._state == "leaving":
            return ()
        self._end_ms += len(data) / len(self._silence) / SAMPLES_PER_MS
        return tuple(self._pcm.read(data))

    def _leave_out(self, hole: _Parameters) -> tuple[ClientEvent, ...]:
        """The client let go of sound, all that it did not send while paused, say: the next belongs behind that."""
        to_ms = 1000 * (_seconds(hole.start) + _seconds(hole.discarded))
        if self._pcm is None or to_ms <= self._end_ms:
            return ()
        frame_ms = int(to_ms) // FRAME_MS * FRAME_MS
        told: list[AudioFrame | Gap] = []
        if frame_ms - self._end_ms >= FRAME_MS:
            told += self._pcm.leap(frame_ms)
            self._end_ms = frame_ms
        missing = round((to_ms - self._end_ms) * SAMPLES_PER_MS)
        self._end_ms += missing / SAMPLES_PER_MS
        return (*told, *self._pcm.read((self._silence * missing)[self._pcm.unread_bytes :]))

    def _close(self) -> tuple[ClientEvent, ...]:
        reply = Reply(self._message("closed", {}))
        self._state = "closed"
        return (reply, *(self._pcm.finish() if self._pcm else ()), Stopped())

    def _disconnect(self, reason: str, info: str) -> tuple[str, ...]:
        if self._state in ("leaving", "closed"):
            return ()
        self._state = "leaving"
        return (self._message("disconnect", {"reason": reason, "info": info}),)

    def _assistance(self, suggested: Suggested) -> dict[str, Any]:
        session = UUID(self._session_id)
        suggestion = {
            "type": "faq",
            "id": str(uuid5(session, suggested.id)),
            "confidence": 1.0,  # it must be there; what is uncertain is not shown
            "position": f"PT{suggested.at_ms / 1000:.3f}S",
            "question": suggested.quote,
            "answer": html.escape(suggested.text),
        }
        data = {"id": str(uuid5(session, f"event {suggested.id}")), "suggestions": [suggestion]}
        return {"entities": [{"type": "agentassist", "data": data}]}

    def _message(self, kind: str, parameters: Mapping[str, Any]) -> str:
        # Its number must be one more than the last; parameters must be there even where there are none.
        self._server_seq += 1
        told = {
            "version": "2",
            "id": self._session_id,
            "type": kind,
            "seq": self._server_seq,
            "clientseq": self._client_seq,
            "parameters": parameters,
        }
        return msgspec.json.encode(told).decode()


def create(opening: Opening) -> AudioHookProtocol:
    """A session that has not begun. One that is not signed as it should be, or again, is told so when it opens."""
    options = msgspec.convert(opening.options, _Options)
    session_id = opening.headers.get("audiohook-session-id", "")
    if not re.match(UUID_PATTERN, session_id):
        session_id = NULL_UUID
    if options.secret is None:
        return AudioHookProtocol(session_id, None, True, options.suggestions)
    key = Key(options.key or "", base64.b64decode(options.secret))
    nonce = signed_nonce(options.url or "", opening.headers, key, opening.opened_at)
    is_trusted = nonce is not None and opening.is_first(nonce)
    organization_id = opening.headers.get("audiohook-organization-id", "")
    return AudioHookProtocol(session_id, organization_id, is_trusted, options.suggestions)


def _seconds(duration: str) -> float:
    return float(duration[2:-1])

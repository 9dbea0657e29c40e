"""Asterisk's chan_websocket: one channel's sound in its codec as binary, and events as text; two may feed one call.

Source: Asterisk's "WebSocket" channel driver (20.16, 21.11, 22.6, 23.0), whose events are lines of words or, since
20.18, 22.8 and 23.2, JSON. Nothing is sent back: the driver makes silence by itself, and a close hangs its channel up.
"""

from typing import Annotated, Literal

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import Encoding, PcmReader
from streaming.protocols.contract import Accepted, ClientEvent, Notice, Opening, Part, Stopped
from streaming.protocols.messages import call_id_of, converted, fields_of, metadata_of

SIGNED_BY = None
ALWAYS_NEW = False

FORMATS: dict[str, tuple[Encoding, int]] = {
    "ulaw": ("mulaw", 8_000),
    "alaw": ("alaw", 8_000),
    "slin": ("pcm_s16le", 8_000),
    "slin12": ("pcm_s16le", 12_000),
    "slin16": ("pcm_s16le", 16_000),
    "slin24": ("pcm_s16le", 24_000),
    "slin32": ("pcm_s16le", 32_000),
    "slin44": ("pcm_s16le", 44_100),
    "slin48": ("pcm_s16le", 48_000),
}


class _Query(msgspec.Struct, frozen=True):
    """Who is heard; and with `call` that another connection of the same brings the other party."""

    speaker: Literal["rep", "prospect"] = "prospect"
    call: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class AsteriskProtocol:
    """One channel: `MEDIA_START`, then sound until it closes."""

    parting_s = 0.0

    def __init__(self, accepted: Accepted, query: _Query) -> None:
        self._accepted = accepted
        self._speaker = query.speaker
        self._pcm: PcmReader | None = None

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Events other than the first (keys pressed, queues) mean nothing."""
        if isinstance(message, bytes):
            if self._pcm is None:
                raise ProtocolViolation("not_started", "sound came before MEDIA_START")
            return tuple(self._pcm.read(message))
        event, codec = _told(message)
        if event != "MEDIA_START" or self._pcm is not None:
            return ()
        if codec not in FORMATS:
            raise ProtocolViolation("bad_encoding", f"the codec must be one of {', '.join(FORMATS)}")
        self._pcm = PcmReader((self._speaker,), *FORMATS[codec])
        return (self._accepted,)

    def closed(self) -> tuple[ClientEvent, ...]:
        """The end of the call, or of this party's half of it."""
        return (*self._pcm.finish(), Stopped()) if self._pcm else ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """Nothing."""
        return ()


def create(opening: Opening) -> AsteriskProtocol:
    """A channel with the address's `speaker` and `call`, and `rep`, `prospect`, `company`, `expect` of its metadata."""
    given = {name: values[-1] for name, values in opening.query.items()}
    query = converted(given, _Query, "bad_query", "the query")
    metadata = metadata_of(given)
    if query.call is None:
        return AsteriskProtocol(Accepted(None, (query.speaker,), metadata), query)
    call_id = call_id_of(query.call.replace(".", "-"))  # Asterisk's own ids have a dot
    accepted = Accepted(call_id, ("prospect", "rep"), metadata, Part(query.call, query.speaker))
    return AsteriskProtocol(accepted, query)


def _told(message: str) -> tuple[str, str]:
    """An event's name and the codec it tells, in either form of the driver's events."""
    fields = fields_of(message)
    if not fields:
        name, *pairs = message.split(" ")
        fields = dict(pair.split(":", 1) for pair in pairs if ":" in pair) | {"event": name}
    return str(fields.get("event")), str(fields.get("format"))

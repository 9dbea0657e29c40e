"""Our own wire protocol: a JSON start, binary sound in any frame length, a JSON stop. See README.md here."""

from typing import Annotated, Literal

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import Encoding, PcmReader
from streaming.protocols.contract import (
    CALL_ID,
    Accepted,
    ClientEvent,
    Ended,
    Metadata,
    Notice,
    Opening,
    Reached,
    Refused,
    Started,
    Stopped,
    Suggested,
)
from streaming.types import Speaker, Words

Text = Annotated[str, msgspec.Meta(max_length=200)]


class _Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[Speaker, Text] = {}
    company: Text | None = None
    expect: Annotated[tuple[Text, ...], msgspec.Meta(max_length=200)] = ()


class _Start(msgspec.Struct, frozen=True, tag_field="kind", tag="start", forbid_unknown_fields=True):
    channels: Annotated[tuple[Speaker, ...], msgspec.Meta(min_length=1, max_length=2)]
    encoding: Encoding
    sample_rate_hz: Annotated[int, msgspec.Meta(ge=8_000, le=48_000)]
    call: Annotated[str, msgspec.Meta(pattern=CALL_ID)] | None = None
    metadata: _Metadata = _Metadata()


class _Stop(msgspec.Struct, frozen=True, tag_field="kind", tag="stop", forbid_unknown_fields=True):
    pass


_decoder = msgspec.json.Decoder(_Start | _Stop)


class BrowserProtocol:
    """One connection: `start`, then sound, then `stop`."""

    parting_s = 0.0

    def __init__(self) -> None:
        self._pcm: PcmReader | None = None
        self._state: Literal["new", "running", "over"] = "new"

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Text is control, bytes are sound."""
        if isinstance(message, bytes):
            return self._sound(message)
        control = self._decode(message)
        return self._start(control) if isinstance(control, _Start) else self._stop()

    def closed(self) -> tuple[ClientEvent, ...]:
        """Nothing: `stop` ends a call."""
        return ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """One JSON object a notice."""
        match notice:
            case Words() | Suggested():
                return ()  # the overlay has them
            case Started(call_id):
                told: dict[str, object] = {"kind": "started", "call": call_id}
            case Reached(received_ms, heard_ms):
                told = {"kind": "ack", "received_ms": received_ms, "heard_ms": heard_ms}
            case Ended(duration_ms):
                unread_bytes = self._pcm.unread_bytes if self._pcm else 0
                told = {"kind": "ended", "duration_ms": duration_ms, "unread_bytes": unread_bytes}
            case Refused(code, text):
                told = {"kind": "error", "code": code, "message": text}
        return (msgspec.json.encode(told).decode(),)

    def _decode(self, message: str) -> _Start | _Stop:
        try:
            control: _Start | _Stop = _decoder.decode(message)
            return control
        except msgspec.ValidationError as error:
            # msgspec names the place and the expected form, and of values at most a wrong word for a fixed choice.
            raise ProtocolViolation("bad_message", f"the message is not as it should be: {error}") from None
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise ProtocolViolation(
                "not_json", "the text message is not JSON; send sound as binary and control as JSON"
            ) from None

    def _start(self, start: _Start) -> tuple[ClientEvent, ...]:
        if self._state != "new":
            raise ProtocolViolation("already_started", "this connection has its call; open another for another call")
        if len(set(start.channels)) != len(start.channels):
            raise ProtocolViolation("bad_message", "`channels` names a speaker twice; name each channel's own speaker")
        self._state = "running"
        self._pcm = PcmReader(start.channels, start.encoding, start.sample_rate_hz)
        metadata = Metadata(start.metadata.names, start.metadata.company, start.metadata.expect)
        return (Accepted(start.call, start.channels, metadata),)

    def _sound(self, data: bytes) -> tuple[ClientEvent, ...]:
        if self._pcm is None or self._state != "running":
            raise ProtocolViolation("not_started", "sound came before `start` or after `stop`; send `start` first")
        return tuple(self._pcm.read(data))

    def _stop(self) -> tuple[ClientEvent, ...]:
        if self._pcm is None or self._state != "running":
            raise ProtocolViolation("not_started", "`stop` came before `start` or twice; there is no call to stop")
        self._state = "over"
        return (*self._pcm.finish(), Stopped())


def create(_: Opening) -> BrowserProtocol:
    """A conversation that has not begun."""
    return BrowserProtocol()

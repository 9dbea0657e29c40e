"""Our own wire protocol: a JSON start, binary sound in any frame length, a JSON stop. See README.md here.

A client that gave a token may come back after a cut: it is told which sample is the next. What it has no more it skips.
"""

from typing import Annotated, Literal

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import Encoding, PcmReader
from streaming.protocols.contract import (
    CALL_ID,
    Accepted,
    ClientEvent,
    Direction,
    Ended,
    Metadata,
    Notice,
    Opening,
    Practice,
    Reached,
    Refused,
    Returned,
    Started,
    Stopped,
    Suggested,
)
from streaming.types import Party, Speaker, Words

SIGNED_BY = None
ALWAYS_NEW = False

Text = Annotated[str, msgspec.Meta(max_length=200)]
CallId = Annotated[str, msgspec.Meta(pattern=CALL_ID)]
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{22,128}\Z")]
"""At least 128 bits in base64: nobody guesses it."""

MOST_SAMPLES = 7 * 86_400 * 48_000
"""A week: no call is longer, and every time stays a small number."""


class _Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenario: Text
    speaks: bool = False


class _Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[Party, Text] = {}
    company: Text | None = None
    expect: Annotated[tuple[Text, ...], msgspec.Meta(max_length=200)] = ()
    direction: Direction | None = None
    record: bool | None = None
    practice: _Practice | None = None


class _Start(msgspec.Struct, frozen=True, tag_field="kind", tag="start", forbid_unknown_fields=True):
    channels: Annotated[tuple[Speaker, ...], msgspec.Meta(min_length=1, max_length=2)]
    encoding: Encoding
    sample_rate_hz: Annotated[int, msgspec.Meta(ge=8_000, le=48_000)]
    call: CallId | None = None
    metadata: _Metadata = _Metadata()
    token: Token | None = None


class _Resume(msgspec.Struct, frozen=True, tag_field="kind", tag="resume", forbid_unknown_fields=True):
    call: CallId
    token: Token


class _Skip(msgspec.Struct, frozen=True, tag_field="kind", tag="skip", forbid_unknown_fields=True):
    to_sample: Annotated[int, msgspec.Meta(ge=1, le=MOST_SAMPLES)]


class _Stop(msgspec.Struct, frozen=True, tag_field="kind", tag="stop", forbid_unknown_fields=True):
    pass


Control = _Start | _Resume | _Skip | _Stop
_decoder = msgspec.json.Decoder(Control)


class BrowserProtocol:
    """One call: `start`, then sound, then `stop`; or on a connection after a cut, `resume` and no more."""

    parting_s = 0.0

    def __init__(self) -> None:
        self._pcm: PcmReader | None = None
        self._state: Literal["new", "running", "over"] = "new"

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Text is control, bytes are sound."""
        if isinstance(message, bytes):
            return self._sound(message)
        match self._decode(message):
            case _Start() as start:
                return self._start(start)
            case _Resume(call, token):
                return self._resume(call, token)
            case _Skip(to_sample):
                return self._skip(to_sample)
            case _Stop():
                return self._stop()

    def closed(self) -> tuple[ClientEvent, ...]:
        """Nothing: `stop` ends a call."""
        return ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """One JSON object a notice."""
        match notice:
            case Words() | Suggested():
                return ()  # the overlay has them
            case Started(call_id):
                told: dict[str, object] = {"kind": "started", "call": call_id, "received_samples": self._next_sample()}
            case Reached(received_ms, heard_ms, safe_ms):
                told = {"kind": "ack", "received_ms": received_ms, "heard_ms": heard_ms, "safe_ms": safe_ms}
            case Ended(duration_ms):
                unread_bytes = self._pcm.unread_bytes if self._pcm else 0
                told = {"kind": "ended", "duration_ms": duration_ms, "unread_bytes": unread_bytes}
            case Refused(code, text, retry_after_s):
                told = {"kind": "error", "code": code, "message": text}
                told |= {} if retry_after_s is None else {"retry_after_s": retry_after_s}
        return (msgspec.json.encode(told).decode(),)

    def _decode(self, message: str) -> Control:
        try:
            control: Control = _decoder.decode(message)
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
        if "mixed" in start.channels and len(start.channels) > 1:
            raise ProtocolViolation("bad_message", "`mixed` is both parties on one channel; it stands alone")
        self._state = "running"
        self._pcm = PcmReader(start.channels, start.encoding, start.sample_rate_hz)
        given = start.metadata
        practice = Practice(given.practice.scenario, given.practice.speaks) if given.practice else None
        metadata = Metadata(given.names, given.company, given.expect, given.direction, given.record, practice)
        opening = msgspec.json.encode(msgspec.structs.replace(start, token=None)).decode() if start.token else ""
        return (Accepted(start.call, start.channels, metadata, token=start.token, opening=opening),)

    def _resume(self, call: str, token: str) -> tuple[ClientEvent, ...]:
        if self._state != "new":
            raise ProtocolViolation("already_started", "`resume` must be the first message of a connection")
        self._state = "over"
        return (Returned(call, token),)

    def leap(self, to_ms: int) -> None:
        """What lies before a time, where a frame begins, was heard elsewhere."""
        assert self._pcm is not None
        self._pcm.begin(to_ms)

    def _next_sample(self) -> int:
        """The sample that is to come next. A half one is sent anew, for the client knows whole ones only."""
        if self._pcm is None:
            return 0
        self._pcm.drop_half_sample()
        return self._pcm.taken_samples

    def _sound(self, data: bytes) -> tuple[ClientEvent, ...]:
        return tuple(self._running("sound").read(data))

    def _skip(self, to_sample: int) -> tuple[ClientEvent, ...]:
        pcm = self._running("`skip`")
        missing = to_sample - pcm.taken_samples
        if missing <= 0:
            raise ProtocolViolation("bad_message", "`to_sample` is not beyond the sound that was received; send sound")
        return tuple(pcm.skip(missing))

    def _stop(self) -> tuple[ClientEvent, ...]:
        pcm = self._running("`stop`")
        self._state = "over"
        return (*pcm.finish(), Stopped())

    def _running(self, what: str) -> PcmReader:
        if self._pcm is None or self._state != "running":
            raise ProtocolViolation("not_started", f"{what} came before `start` or after `stop`; send `start` first")
        return self._pcm


def create(_: Opening) -> BrowserProtocol:
    """A conversation that has not begun."""
    return BrowserProtocol()


def go_on(opening: str, to_ms: int) -> tuple[BrowserProtocol, Accepted]:
    """A conversation that began with this message elsewhere, and goes on with the sound from a time on."""
    protocol = BrowserProtocol()
    (accepted,) = protocol.receive(opening)
    assert isinstance(accepted, Accepted)
    protocol.leap(to_ms)
    return protocol, accepted

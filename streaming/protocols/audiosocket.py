"""Asterisk's AudioSocket: over TCP, one party's sound a connection; the UUID that it begins with says whose.

Source: Asterisk's "AudioSocket" page and its res_audiosocket.h. Each message is a byte that says what it is, two for
its length, and so much of content. The UUID is all that a connection shows of who it is, so it must be known here.
"""

from uuid import UUID

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import PcmReader
from streaming.protocols.contract import (
    Accepted,
    ClientEvent,
    Ended,
    Metadata,
    Notice,
    Opening,
    Part,
    Refused,
    Stopped,
)
from streaming.types import Speaker

SIGNED_BY = "lines"
ALWAYS_NEW = False

HANG_UP, IDENTITY = 0x00, 0x01
RATES_HZ = {0x10: 8_000, 0x11: 16_000}
HEADER_BYTES = 3
UUID_BYTES = 16

SILENCE_MS = 20
SILENCE = bytes([0x10]) + (16 * SILENCE_MS).to_bytes(2, "big") + bytes(16 * SILENCE_MS)
"""What Asterisk is sent all the while: its loop gives up a connection on which nothing comes."""


class _Options(msgspec.Struct, frozen=True):
    lines: tuple[dict[Speaker, UUID], ...] = ()


class AudioSocketProtocol:
    """One connection: a UUID, then sound until it hangs up or closes. Messages are bytes, in any split."""

    parting_s = 0.0

    def __init__(self, lines: tuple[dict[Speaker, UUID], ...]) -> None:
        self._accepted = {
            identity: Accepted(None, tuple(line), Metadata(), Part(str(number), speaker))
            for number, line in enumerate(lines)
            for speaker, identity in line.items()
        }
        self._unread = b""
        self._speaker: Speaker | None = None
        self._kind = 0
        self._pcm: PcmReader | None = None
        self._is_over = False

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """Whatever is whole by now; keys pressed and errors of Asterisk's mean nothing."""
        if isinstance(message, str):
            raise ProtocolViolation("bad_message", "a text message came; AudioSocket is bytes over TCP")
        self._unread += message
        events: list[ClientEvent] = []
        while not self._is_over and len(self._unread) >= HEADER_BYTES:
            end = HEADER_BYTES + int.from_bytes(self._unread[1:HEADER_BYTES], "big")
            if len(self._unread) < end:
                break
            kind, content = self._unread[0], self._unread[HEADER_BYTES:end]
            self._unread = self._unread[end:]
            events += self._meant(kind, content)
        return tuple(events)

    def closed(self) -> tuple[ClientEvent, ...]:
        """The same as a hang-up."""
        return self._hang_up() if self._speaker and not self._is_over else ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """A hang-up at the end."""
        return (bytes(HEADER_BYTES),) if isinstance(notice, Ended | Refused) else ()

    def _meant(self, kind: int, content: bytes) -> tuple[ClientEvent, ...]:
        if kind == IDENTITY:
            return (self._identify(content),)
        if self._speaker is None:
            raise ProtocolViolation("not_started", "something came before the UUID")
        if kind == HANG_UP:
            return self._hang_up()
        if kind in RATES_HZ:
            return tuple(self._reader(kind, self._speaker).read(content))
        return ()

    def _identify(self, content: bytes) -> Accepted:
        if self._speaker is not None:
            raise ProtocolViolation("already_started", "this connection has its UUID; open another for another")
        accepted = self._accepted.get(UUID(bytes=content)) if len(content) == UUID_BYTES else None
        if accepted is None or accepted.part is None:
            raise ProtocolViolation("unknown_uuid", "no line of audiosocket_lines has the UUID that came")
        self._speaker = accepted.part.speaker
        return accepted

    def _reader(self, kind: int, speaker: Speaker) -> PcmReader:
        if self._pcm is None:
            self._kind = kind
            self._pcm = PcmReader((speaker,), "pcm_s16le", RATES_HZ[kind])
        elif kind != self._kind:
            raise ProtocolViolation("bad_encoding", "the sample rate changed within a connection")
        return self._pcm

    def _hang_up(self) -> tuple[ClientEvent, ...]:
        self._is_over = True
        return (*(self._pcm.finish() if self._pcm else ()), Stopped())


def create(opening: Opening) -> AudioSocketProtocol:
    """A connection that has not said whose it is."""
    return AudioSocketProtocol(msgspec.convert(opening.options, _Options).lines)

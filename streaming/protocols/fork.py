"""Sound as raw 16-bit PCM after at most one message of text: jambonz, FreeSWITCH and Vonage.

Sources: jambonz's `listen`, the READMEs of FreeSWITCH's mod_audio_fork and mod_audio_stream, Vonage's "WebSockets".
None of them says that the call is over: they close. Nothing is sent back, since some would take it for a command.
"""

import re
from typing import Annotated, Any

import msgspec

from streaming.errors import ProtocolViolation
from streaming.pcm import PcmReader
from streaming.protocols.contract import Accepted, ClientEvent, Notice, Opening, Stopped
from streaming.protocols.messages import call_id_of, converted, fields_of, metadata_of
from streaming.types import Speaker

SIGNED_BY = None
ALWAYS_NEW = True

CALLER_FIRST: tuple[Speaker, ...] = ("prospect", "rep")  # jambonz and mod_audio_fork have the caller on the left
MIXES: dict[str, tuple[Speaker, ...]] = {"stereo": CALLER_FIRST, "mixed": ("mixed",)}

Rate = Annotated[int, msgspec.Meta(ge=8_000, le=48_000)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class _Query(msgspec.Struct, frozen=True):
    channels: str | None = None
    sample_rate: Rate | None = None


class _Hello(msgspec.Struct, frozen=True):
    """What is read of the first message."""

    sample_rate: Rate | None = msgspec.field(name="sampleRate", default=None)
    mix: str | None = msgspec.field(name="mixType", default=None)
    content_type: Name = msgspec.field(name="content-type", default="")
    call_id: Any = msgspec.field(name="callSid", default=None)
    metadata: Any = None


class ForkProtocol:
    """One connection: perhaps a message of text, JSON for most, then sound until it closes."""

    parting_s = 0.0

    def __init__(self, query: _Query, speakers: tuple[Speaker, ...] | None) -> None:
        self._query = query
        self._speakers = speakers
        self._pcm: PcmReader | None = None

    def receive(self, message: str | bytes) -> tuple[ClientEvent, ...]:
        """The first message begins the call; text after it (keys pressed, notices) means nothing."""
        begun: tuple[ClientEvent, ...] = ()
        if self._pcm is None:
            fields = fields_of(message)
            hello = converted(fields, _Hello, "bad_message", "the first message")
            speakers = self._speakers or MIXES.get(hello.mix or "", CALLER_FIRST[:1])
            self._pcm = PcmReader(speakers, "pcm_s16le", self._rate(hello))
            metadata = metadata_of(fields | fields_of(hello.metadata))
            begun = (Accepted(call_id_of(hello.call_id), speakers, metadata),)
        return (*begun, *(self._pcm.read(message) if isinstance(message, bytes) else ()))

    def closed(self) -> tuple[ClientEvent, ...]:
        """The end of the call."""
        return (*self._pcm.finish(), Stopped()) if self._pcm else ()

    def tell(self, notice: Notice) -> tuple[str | bytes, ...]:
        """Nothing."""
        return ()

    def _rate(self, hello: _Hello) -> int:
        rate = self._query.sample_rate or hello.sample_rate or _rate_of(hello.content_type)
        if rate is None:
            raise ProtocolViolation("no_rate", "nothing says the sample rate; add ?sample_rate=8000 to the address")
        return rate


def create(opening: Opening) -> ForkProtocol:
    """A connection with the address's `sample_rate` and `channels`."""
    query = converted({name: values[-1] for name, values in opening.query.items()}, _Query, "bad_query", "the query")
    return ForkProtocol(query, None if query.channels is None else _speakers(query.channels))


def _speakers(channels: str) -> tuple[Speaker, ...]:
    known: dict[str, tuple[Speaker, ...]] = {
        "rep": ("rep",),
        "prospect": ("prospect",),
        "rep,prospect": ("rep", "prospect"),
        "prospect,rep": ("prospect", "rep"),
        "mixed": ("mixed",),
    }
    if channels not in known:
        raise ProtocolViolation("bad_query", f"`channels` must be one of {' or '.join(known)}")
    return known[channels]


def _rate_of(content_type: str) -> int | None:
    """Vonage's `audio/l16;rate=16000`."""
    found = re.fullmatch(r"audio/l16;\s*rate=(8000|16000|24000)", content_type)
    return int(found[1]) if found else None

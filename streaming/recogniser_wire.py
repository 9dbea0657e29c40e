"""What the server and the recogniser's process say to each other: length-prefixed MessagePack on pipes."""

import struct
from typing import Final

import msgspec

from streaming.engines.contract import Hypothesis, Options, Request

LENGTH: Final = struct.Struct("<I")


class Load(msgspec.Struct, frozen=True, tag=True):
    """First to the process: which engine to make, and whether it gives way to all others on the processors."""

    engine: str
    options: Options
    gives_way: bool = False


class Ask(msgspec.Struct, frozen=True, tag=True):
    """A pass to make; `id` comes back with its answer."""

    id: int
    request: Request


class Ready(msgspec.Struct, frozen=True, tag=True):
    """First from the process: the model is loaded, and `warm_up_ms` is what a pass over a full window took."""

    warm_up_ms: int


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What a pass found."""

    id: int
    hypothesis: Hypothesis


class Refusal(msgspec.Struct, frozen=True, tag=True):
    """What kept the engine from loading (`id` -1) or a pass from ending: an error's type, never what was said."""

    id: int
    error: str


ToProcess = Load | Ask
FromProcess = Ready | Answer | Refusal

_encoder = msgspec.msgpack.Encoder()


def pack(message: ToProcess | FromProcess) -> bytes:
    """A message with its length before it."""
    body = _encoder.encode(message)
    return LENGTH.pack(len(body)) + body

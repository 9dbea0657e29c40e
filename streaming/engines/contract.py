"""What a recogniser is asked and what it answers."""

from typing import Protocol

import msgspec

from streaming.types import Speaker, Word


class Request(msgspec.Struct, frozen=True):
    """Some of one speaker's sound: 16 kHz mono s16le that begins at `start_ms` on the call's clock, 30 s at most.

    `is_urgent` when the speaker has paused, and somebody is waiting to answer. `is_last` when the utterance is over and
    this answer stands: then it may cost more, and its sound begins with what was said before, as context. `is_hurried`
    when answers come late, and a quick one helps more than a careful one. `expected` are names and products that may
    well be said.
    """

    speaker: Speaker
    start_ms: int
    pcm: bytes
    is_urgent: bool
    is_last: bool = False
    is_hurried: bool = False
    expected: tuple[str, ...] = ()


class Hypothesis(msgspec.Struct, frozen=True):
    """What was heard, in order, on the call's clock; no words where nobody spoke."""

    words: tuple[Word, ...]


class Options(msgspec.Struct, frozen=True):
    """How an engine is made. `source` is a model's folder, or a script for `scripted`.

    `workers` requests may be under way at once, each on `threads` threads. `margin_frames` is how much silence behind
    the speech, in frames of 10 ms, a model that was taught short windows needs; None for a model that was not.
    `network` is the folder of the model's ONNX files, for a CPU.
    """

    source: str
    workers: int
    threads: int
    device: str
    margin_frames: int | None = None
    network: str | None = None


class Engine(Protocol):
    """A loaded model. Each file in this folder with a `create(options)` returning one is a plug-in."""

    def transcribe(self, request: Request) -> Hypothesis:
        """Blocking; called from `Options.workers` fixed threads at once. Words are ordered and inside the sound."""
        ...

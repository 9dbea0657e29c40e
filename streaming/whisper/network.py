"""The contract between the engine and the runtime that its network runs on."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

Mel = npt.NDArray[np.float32]
"""bands x frames of 10 ms"""

STEP_S = 0.02
"""A step of the encoder's time: two frames."""


class Vocabulary(msgspec.Struct, frozen=True):
    """The tokens that steer the decoder."""

    begin: tuple[int, ...]
    """start of transcript (and English and the task, in a multilingual model)"""
    untimed: int
    """`<|notimestamps|>`, which follows"""
    end: int
    """of text; every token that is text is lower"""
    nobody: int
    """`<|nospeech|>`"""
    space: int
    """which, before anything else, makes a blank text; so does `end`"""
    suppressed: tuple[int, ...]
    """never written: notes, music, brackets, and what only begins a text"""

    @property
    def prompt(self) -> tuple[int, ...]:
        """What the decoder is started with."""
        return *self.begin, self.untimed


class Written(msgspec.Struct, frozen=True):
    """The likeliest text that was found."""

    tokens: tuple[int, ...]
    log_probability: float
    """of a token, at the mean, the end of the text among them"""
    nobody: float
    """probability that nobody speaks, before anything is written"""


class Aligned(msgspec.Struct, frozen=True):
    """Where the tokens of a text begin in the sound, in seconds, and last where the text ends; and how likely each is
    among all text."""

    times_s: tuple[float, ...]
    probabilities: tuple[float, ...]


class Heard(Protocol):
    """Sound as the encoder understood it."""

    def write(self, beams: int, most_tokens: int, may_be_blank: bool) -> Written:
        """The text, by a search with so many beams."""
        ...

    def align(self, tokens: Sequence[int], frames: int) -> Aligned:
        """Places a text, one token at least, within the first `frames` frames of 10 ms, two at least.

        By the cross-attention of a few heads, as OpenAI's Whisper does it (Radford et al. 2022, `timing.py`).
        """
        ...


class Network(Protocol):
    """A loaded model."""

    def hear(self, mel: Mel) -> Heard:
        """Blocking, as are `write` and `align`; from several threads at once."""
        ...

"""What flows out of streaming: sound cut to the call's clock, and the words heard in it.

Every time is in milliseconds on the call's own clock, which counts samples received and so reads the same in a
replay as it did live.
"""

from typing import Literal

import msgspec

Party = Literal["rep", "prospect"]
"""Somebody of whom things may be known, such as a name."""

Speaker = Literal["rep", "prospect", "mixed"]
"""Whose a channel is: `mixed` where both parties came on one, and nobody knows who said what."""

SAMPLE_RATE_HZ = 16_000
FRAME_MS = 20
FRAME_SAMPLES = SAMPLE_RATE_HZ * FRAME_MS // 1000
FRAME_BYTES = 2 * FRAME_SAMPLES


class AudioFrame(msgspec.Struct, frozen=True):
    """Exactly 20 ms of one speaker: 320 samples of 16 kHz mono signed 16-bit little-endian PCM."""

    speaker: Speaker
    start_ms: int
    pcm: bytes


class Gap(msgspec.Struct, frozen=True):
    """Sound of one speaker that was lost before it could be heard; the clock ran on through it."""

    speaker: Speaker
    start_ms: int
    duration_ms: int


class Word(msgspec.Struct, frozen=True):
    """One word as written by the recogniser, punctuation attached; `confidence` is 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


class Words(msgspec.Struct, frozen=True):
    """All that is known of one utterance of one speaker so far; no words where those told before are not theirs.

    `committed` only ever grows; `tentative` replaces itself with each update and is empty once `is_final`.
    `utterance` numbers the speaker's utterances from 0 in order; where one was not theirs, its number is left out.
    """

    speaker: Speaker
    utterance: int
    committed: tuple[Word, ...]
    tentative: tuple[Word, ...]
    is_final: bool

    @property
    def all(self) -> tuple[Word, ...]:
        """Committed words, then tentative ones."""
        return self.committed + self.tentative


class Settled(msgspec.Struct, frozen=True):
    """How far one speaker's sound is told in words, so that another transcriber can go on behind it.

    All before `to_ms` is; `utterance` numbers the next to be told. Where that one has begun, `committed` are its words
    so far.
    """

    to_ms: int
    utterance: int
    has_begun: bool = False
    committed: tuple[Word, ...] = ()


BEGINNING = Settled(0, 0)


def text_of(words: tuple[Word, ...]) -> str:
    """The words as a line of text."""
    return " ".join(word.text for word in words)

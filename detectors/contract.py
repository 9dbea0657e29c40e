"""The shape of a cue and of the plug-ins that hear one."""

from typing import Literal, Protocol

import msgspec

from streaming.types import Speaker, Words

CueKind = Literal["objection", "emotion", "agreement"]


class Cue(msgspec.Struct, frozen=True):
    """Something said that matters, with the words that prove it.

    `name` is the class within its kind (`price`, `worry`, `thats_right`). `quote` is verbatim from the words.
    `firm` is false while any quoted word is still tentative. `confidence` is 0..1. Times are on the call's clock
    and cover the quote.
    """

    kind: CueKind
    name: str
    speaker: Speaker
    quote: str
    start_ms: int
    end_ms: int
    confidence: float
    firm: bool


class Turn(msgspec.Struct, frozen=True):
    """A finished utterance, as context for the one being heard."""

    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int


class Detector(Protocol):
    """One kind of listening. Each file in this folder with a `create(cache_dir)` returning one is a plug-in; in
    that folder lies what can be made again."""

    @property
    def names(self) -> frozenset[str]:
        """Every `Cue.name` it may tell of."""
        ...

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        """The cues in one utterance as it stands now; `before` holds the last few finished turns, oldest first.

        Pure: the same arguments give the same cues, in the order of their quotes. Never raises on any text.
        """
        ...

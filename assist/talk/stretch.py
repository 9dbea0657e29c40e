"""Words of one speaker in a row, as heard for good; shapes only. Times are whole milliseconds on the call's clock."""

from collections.abc import Iterable

import msgspec

from assist.overlay_events import TranscriptWord
from streaming.types import Speaker, Word


class SpokenWord(msgspec.Struct, frozen=True):
    """A word as it stands in the end, punctuation attached."""

    text: str
    start_ms: int
    end_ms: int


class Stretch(msgspec.Struct, frozen=True):
    """Words of one speaker in a row: an utterance, a turn or a sentence. Never empty."""

    speaker: Speaker
    words: tuple[SpokenWord, ...]

    @property
    def text(self) -> str:
        """The words as a line."""
        return " ".join(word.text for word in self.words)

    @property
    def start_ms(self) -> int:
        """Where its first word begins."""
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        """Where its last word ends."""
        return self.words[-1].end_ms


def stretch_of(speaker: Speaker, words: Iterable[Word | TranscriptWord]) -> Stretch | None:
    """Words as the recogniser or the journal tells them; None where there are none to speak of."""
    spoken = tuple(SpokenWord(word.text, word.start_ms, word.end_ms) for word in words if word.text.strip())
    return Stretch(speaker, spoken) if spoken else None

"""A detector that weighs what the patterns of a phrasebook found against what was meant."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from detectors.contract import Cue, Turn
from detectors.meaning.evidence import strongest_run
from detectors.meaning.heads import DOUBTED, DOUBTED_EARLY, Heads
from detectors.meaning.sense import Meant, Sense, sense
from detectors.phrasebook import Found, Phrasebook, read
from detectors.speech import is_invented, spell
from streaming.types import Word, Words

ANSWERED_MS = 10_000
"""Who speaks so long after a turn answers it no more."""

LEAST_WORDS = 3
"""Of fewer words the heads alone tell nothing: that is what recognisers invent in silence."""


class Listener(msgspec.Struct, frozen=True):
    """Tells what the heads hold likely; where a pattern matched too, with its quote, and its confidence if not doubted.

    While an utterance grows only what a pattern matched is told: what half a sentence seems to mean the other half may
    unsay, and the quote is to be the words that were meant. Where the sentence model has failed it tells what the
    patterns found.
    """

    book: Phrasebook
    sense: Sense

    @property
    def names(self) -> frozenset[str]:
        """The classes of its phrasebook."""
        return self.book.names

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        """The prospect's cues in one utterance, at most one a class, in the order of their quotes."""
        said = words.all
        if words.speaker != "prospect" or not _word_count(said) or is_invented(word.text for word in said):
            return ()
        before = tuple(turn for turn in before if said[0].start_ms - turn.end_ms < ANSWERED_MS)
        matched = {found.name: found for found in self.book.found(said, before)}
        if not matched and not words.is_final:
            return ()
        meant = self.sense.meant(said, before)
        if meant is None:
            return self.book.tell(matched.values(), words)
        return self.book.tell(self._weighed(words, meant, matched), words)

    def _weighed(self, words: Words, meant: Meant, matched: Mapping[str, Found]) -> list[Found]:
        heads, said = self.sense.heads, words.all
        count = _word_count(said)
        committed = len(said) if words.is_final else len(words.committed)
        likely = heads.likelihoods(meant.evidence, {name: found.confidence for name, found in matched.items()})
        asked = self.names if words.is_final and count >= LEAST_WORDS else matched.keys()
        told = [n for n in heads.names if n in asked and likely[n] >= heads.least_of(n, count, is_matched=n in matched)]
        if not words.is_final:
            # What is doubted now may be plain once they have ended, and is told of but once where its words stand.
            told = [name for name in told if likely[name] >= DOUBTED]
        return [
            _doubted(matched[name], likely[name], committed)
            if name in matched
            else _meant(name, likely[name], said, meant, heads)
            for name in told
        ]


def listen(file_name: str, cache_dir: Path) -> Listener:
    """A listener for the classes of `detectors/<file_name>`; its model is made in `cache_dir`, once.

    Raises PatternError for a phrasebook that cannot be read, ModelNotFound or ModelMismatch for a model that is not
    there as released.
    """
    return Listener(read(file_name), sense(cache_dir))


def _word_count(said: tuple[Word, ...]) -> int:
    return sum(len(spell(word.text)) for word in said)


def _doubted(found: Found, likely: float, committed: int) -> Found:
    """What a pattern found, with the heads' likelihood for its confidence where they doubt it."""
    least = DOUBTED if found.last < committed else DOUBTED_EARLY
    return found if likely >= least else msgspec.structs.replace(found, confidence=round(likely, 2))


def _meant(name: str, confidence: float, said: tuple[Word, ...], meant: Meant, heads: Heads) -> Found:
    first, last = strongest_run(said, meant.encoded, heads.direction_of(name))
    return Found(name, round(confidence, 2), first, last)

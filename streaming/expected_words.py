"""Words that a call's source says to expect: where the recogniser may have written others for them; pure.

An expected word is only ever put in the place of words that sound like it, and by the engine, which asks its model
whether the sound bears it out. So it becomes likelier, and is not written where nothing like it was said.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import jellyfish
import msgspec

from streaming.agreement import spoken_form
from streaming.types import Word

MOST_WORDS = 3  # that stand in the place of an expected one: "pipe a drive"
LEAST_LIKENESS = 0.5  # 0..1, of sound and spelling together
SURE = 0.8  # words of this confidence stand: a zero that was clearly said is no Xero
MOST_ALTERNATIVES = 3  # each costs the model a look


class Alternative(msgspec.Struct, frozen=True):
    """`text` could stand in the place of the words from `first` up to `end`."""

    first: int
    end: int
    text: str
    likeness: float


class _Phrase(msgspec.Struct, frozen=True):
    text: str
    sound: str
    letters: str


def alternatives(words: Sequence[Word], expected: tuple[str, ...]) -> list[Alternative]:
    """The likeliest places for expected words, last first; none that overlap."""
    if not expected:
        return []
    found: list[Alternative] = []
    for alternative in sorted(_all(words, _phrases(expected)), key=lambda a: a.likeness, reverse=True):
        if not any(alternative.first < other.end and other.first < alternative.end for other in found):
            found.append(alternative)
    return sorted(found[:MOST_ALTERNATIVES], key=lambda a: a.first, reverse=True)


def replaced(texts: Sequence[str], alternative: Alternative) -> list[str]:
    """The words with the alternative in its place, and the stop that was there behind it."""
    ending = texts[alternative.end - 1][-1:]
    text = alternative.text + (ending if ending in ".,?!" else "")
    return [*texts[: alternative.first], text, *texts[alternative.end :]]


def _all(words: Sequence[Word], phrases: tuple[_Phrase, ...]) -> Iterator[Alternative]:
    for first in range(len(words)):
        for end in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            span = words[first:end]
            letters = "".join(spoken_form(word.text) for word in span)
            if not letters or min(word.confidence for word in span) >= SURE:
                continue
            sound = _sound(" ".join(word.text for word in span))
            for phrase in phrases:
                # Words that have it in them have it right, and one of them that is more was said beside it.
                if phrase.letters in letters:
                    continue
                likeness = (_alike(sound, phrase.sound) + _alike(letters, phrase.letters)) / 2
                if likeness >= LEAST_LIKENESS:
                    yield Alternative(first, end, phrase.text, likeness)


@lru_cache(maxsize=64)
def _phrases(expected: tuple[str, ...]) -> tuple[_Phrase, ...]:
    found = (_Phrase(text, _sound(text), spoken_form(text)) for text in expected)
    return tuple(phrase for phrase in found if phrase.letters)


@lru_cache(maxsize=4096)
def _sound(text: str) -> str:
    """Metaphone (Philips 1990) of the words, run together."""
    return "".join(jellyfish.metaphone(spoken_form(word)) for word in text.split()).replace(" ", "")


def _alike(one: str, other: str) -> float:
    longest = max(len(one), len(other))
    if min(len(one), len(other)) * 2 < longest or not longest:
        return 0.0
    return 1 - jellyfish.levenshtein_distance(one, other) / longest

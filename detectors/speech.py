"""Writes heard words out for matching: one spelling for each, hesitations gone, small words marked as skippable.

"It's, um, just too expensive." becomes ` it is ~just too expensive ~. `, and every word of the line knows which heard
word it came from, so that a match can be quoted verbatim.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from detectors.grammar import keys_of

NUMBER = "0"
"""How every word that begins with a digit is written out."""

_PARTS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<!\.)([.?!])[\"')]*$")
_PAUSE = re.compile(r"(?:[,;:…\u2013\u2014]|\.\.|--)[\"')]*$")
_ENDINGS = (
    ("n't", "not"),
    ("'re", "are"),
    ("'m", "am"),
    ("'ve", "have"),
    ("'ll", "will"),
    ("'d", "would"),
    ("'s", "is"),
)
_LONGEST_REPEAT = 3
_MARKS = (",", ".", "?")


Reach = Literal["beside", "light words", "sentence"]
"""Over what a rule still reaches the match it leads to: small words only, light words, eight words of the sentence."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What unmakes a match of any class: patterns that lead to it, or follow it at once."""

    name: str
    before: str = ""
    after: str = ""
    reaches_over: Reach = "light words"


class Speech(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What speech.toml says of spoken English; the file explains each field."""

    spellings: dict[str, str]
    fillers: frozenset[str]
    invented: tuple[str, ...]
    small: tuple[str, ...]
    light: frozenset[str]
    openers: frozenset[str]
    joints: frozenset[str]
    families: dict[str, str]
    unless: tuple[Rule, ...]


class Spoken(msgspec.Struct, frozen=True):
    """`line` has one space around each word and mark; `origins[n]` is the index of the heard word behind its n-th.

    `keys` are those of grammar.keys_of.
    """

    line: str
    origins: tuple[int, ...]
    keys: frozenset[str]


@cache
def speech() -> Speech:
    """The rules of spoken English that all phrasebooks share."""
    return msgspec.toml.decode(files("detectors").joinpath("speech.toml").read_bytes(), type=Speech)


@cache
def _inventions() -> re.Pattern[str]:
    return re.compile(f"(?:(?:{'|'.join(map(re.escape, speech().invented))}) )+")


def is_invented(words: Iterable[str]) -> bool:
    """Whether heard words are nothing but what recognisers write where nobody speaks."""
    line = "".join(f"{part} " for word in words for part in spell(word) if part not in speech().fillers)
    return _inventions().fullmatch(line) is not None


@lru_cache(maxsize=8192)
def spell(text: str) -> tuple[str, ...]:
    """The words in a piece of text, lower case, short forms written long: "I'm" and "im" are `i am`."""
    parts = _PARTS.findall(text.lower().replace("\u2019", "'"))
    return tuple(word for part in parts for word in _written_long(part))


@lru_cache(maxsize=64)
def spoken(texts: tuple[str, ...]) -> Spoken:
    """Heard words, punctuation attached, as a line to match patterns against; kept for the next detector's turn."""
    words: list[str] = []
    origins: list[int] = []
    for origin, text in enumerate(texts):
        for word in spell(text):
            _append(words, origins, word, origin)
        mark = _mark(text)
        if mark and words and words[-1] not in _MARKS:
            words.append(mark)
            origins.append(origin)
    line = " ".join(_with_small_marked(words))
    return Spoken(f" {line} " if line else " ", tuple(origins), keys_of(words))


def _written_long(word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return (NUMBER,)
    long = speech().spellings.get(word)
    if long is not None:
        return tuple(long.split())
    for ending, written in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return (*_written_long(word[: -len(ending)]), written)
    return (word,)


def _append(words: list[str], origins: list[int], word: str, origin: int) -> None:
    """Adds a word unless it is a hesitation; one said again ("it's, it's") counts once, where it was said last."""
    if word in speech().fillers:
        if words and words[-1] == ",":
            words.pop()
            origins.pop()
        return
    words.append(word)
    origins.append(origin)
    for length in range(1, _LONGEST_REPEAT + 1):
        first = len(words) - length
        end = first - 1 if first > 0 and words[first - 1] == "," else first
        begin = end - length
        if begin < 0:
            return
        if words[end - 1] == word and words[begin:end] == words[first:]:
            del words[begin:first], origins[begin:first]
            return


@lru_cache(maxsize=8192)
def _mark(text: str) -> str:
    """The punctuation a heard word ends with, as far as it tells where a clause may end."""
    if _PAUSE.search(text):
        return "" if set(spell(text)) <= speech().fillers else ","
    end = _SENTENCE_END.search(text)
    if end is None:
        return ""
    return "?" if end[1] == "?" else "."


@cache
def _small_phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Skippable phrases by their first word, the longest first."""
    phrases = sorted((spell(text) for text in speech().small), key=len, reverse=True)
    return {first: tuple(p for p in phrases if p[0] == first) for first in {p[0] for p in phrases}}


def _with_small_marked(words: list[str]) -> list[str]:
    marked = list(words)
    at = 0
    while at < len(words):
        length = 1
        if words[at] in _MARKS:
            marked[at] = f"~{words[at]}"
        for phrase in _small_phrases().get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                length = len(phrase)
                marked[at : at + length] = [f"~{word}" for word in phrase]
                break
        at += length
    return marked

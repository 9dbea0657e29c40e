"""Reads the lines in examples/ that say which cues a piece of speech should raise."""

from pathlib import Path

import msgspec

from assist import settings
from detectors import agreement, emotions, objections
from detectors.contract import Cue, Detector, Turn
from streaming.types import Speaker, Word, Words

FOLDER = Path(__file__).parent / "examples"
WORD_MS = 300
CACHE_DIR = settings.load().cache_dir


class Marked(msgspec.Struct, frozen=True):
    """One line of speech. `must` and `may` are the cues it should and might raise; `near` what it nearly says."""

    text: str
    must: frozenset[str]
    may: frozenset[str]
    near: str | None


def read(file_name: str) -> tuple[Marked, ...]:
    """The lines of one file; a mark ending in `?` may be raised, a first mark after `!` must not."""
    lines = (FOLDER / file_name).read_text().splitlines()
    return tuple(_marked(line) for line in lines if line and not line.startswith("#"))


def _marked(line: str) -> Marked:
    marks, text = line.split(": ", 1)
    near = marks[1:].split()[0] if marks.startswith("!") else None
    names = marks.split()[1:] if near else marks.split()
    may = frozenset(name.rstrip("?") for name in names if name.endswith("?"))
    return Marked(text, frozenset(name for name in names if not name.endswith("?")), may, near)


def words_of(text: str, *, tentative: int = 0, speaker: Speaker = "prospect") -> Words:
    """The text as a recogniser gives it, one word every 300 ms, the last `tentative` of them not yet committed."""
    words = tuple(
        Word(part, start_ms=at * WORD_MS, end_ms=at * WORD_MS + WORD_MS - 50, confidence=0.9)
        for at, part in enumerate(text.split())
    )
    cut = len(words) - tentative
    return Words(speaker, 0, words[:cut], words[cut:], is_final=not tentative)


def detectors() -> tuple[Detector, ...]:
    """One of each kind."""
    return (objections.create(CACHE_DIR), emotions.create(CACHE_DIR), agreement.create(CACHE_DIR))


def heard_in(text: str, listeners: tuple[Detector, ...], before: tuple[Turn, ...] = ()) -> tuple[Cue, ...]:
    """What all listeners hear in a prospect's finished utterance."""
    return tuple(cue for listener in listeners for cue in listener.hear(words_of(text), before))

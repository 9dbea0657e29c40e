"""What the heads learn from, in one form: turns with their cues, some of them kept apart to choose the bars on."""

import hashlib
import re
from collections.abc import Iterator

import msgspec

from detectors.contract import Turn
from detectors.phrasebook import read
from tests.bench import conversations
from tests.detectors import marked_lines, spoken_turns

FOLDS = 5
APART = "mixed"
"""Written by itself, and by nobody who wrote what is learnt from: what the bars are chosen on is as new to the model as
what it will hear. Of calls, where most turns have no cue, and of what is in SPLIT a fifth is kept apart as well."""

LONG = spoken_turns.THIRD
SPLIT = ("direct", "everyday", *LONG)
OPENING_WORDS = 6
"""Long turns that begin alike, some with a cue in them and some without, are of one story and stay together."""

BOOKS = tuple(read(file) for file in ("objections.toml", "emotions.toml", "agreement.toml"))
NAMES = tuple(sorted(name for book in BOOKS for name in book.names))


class Lesson(msgspec.Struct, frozen=True):
    """`may` are classes that are neither right nor wrong here. `is_apart`: only heads and bars are fitted to it.

    `judges`: a turn as prospects say them, which a figure may count; the others are there to learn from only.
    `sitting`: in which it is new.
    """

    text: str
    rep: str | None
    cues: frozenset[str]
    may: frozenset[str]
    is_apart: bool
    judges: bool
    sitting: int = 1

    @property
    def before(self) -> tuple[Turn, ...]:
        """The rep's turn as context."""
        return () if self.rep is None else (Turn("rep", self.rep, 0, 0),)


def lessons() -> tuple[Lesson, ...]:
    """All of them, in an order that does not change; the frozen turns are not among them."""
    return (*_spoken(), *_plain(), *_helpdesk())


def _spoken() -> Iterator[Lesson]:
    parts = [(part, number) for number, parts in enumerate(spoken_turns.SITTINGS, 1) for part in parts]
    for part, sitting in parts:
        for turn in spoken_turns.read(part):
            # The turns of one call are alike and stay together.
            key = turn.text if turn.call is None else f"call {turn.call}"
            if part in LONG:
                key = " ".join(re.findall(r"[a-z']+", turn.text.lower())[:OPENING_WORDS])
            is_split = turn.call is not None or part in SPLIT
            is_apart = part == APART or (is_split and fold(key) == 0)
            yield Lesson(turn.text, turn.rep, turn.cues, frozenset(), is_apart, judges=True, sitting=sitting)


def _plain() -> Iterator[Lesson]:
    """The lines that the patterns were written with, which they must go on to hear: all are learnt, as a line that the
    model has wrong moves the bar of its class (teach_heads.py)."""
    for line in marked_lines.read("tune.txt"):
        yield Lesson(line.text, None, line.must, line.may, is_apart=False, judges=False)


def _helpdesk() -> Iterator[Lesson]:
    """Customers with a broken laptop, who object to nothing; every second turn, lest they outweigh the rest."""
    for name, turns in conversations.helpdesk().items():
        asked: str | None = None
        count = 0
        for speaker, text in turns if conversations.is_taught(name) else ():
            if speaker == "rep":
                asked = text
                continue
            count += 1
            if count % 2 == 0:
                yield Lesson(text, asked, frozenset(), frozenset(), fold(name) == 0, judges=False)


def fold(key: str) -> int:
    """In which of five parts a turn is, by its text or its call; the first is kept apart."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS

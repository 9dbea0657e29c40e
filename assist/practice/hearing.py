"""A turn of the rep in a practice -> the one thing that it was to the prospect; pure.

A turn may hold several. What hurts outweighs what helps, for that is how it is heard: of a label with a pitch behind it
they remember the pitch. Only a summary stands above all, since it is mostly their own words.
"""

import re

import msgspec

from assist.practice.events import Tried
from assist.practice.mislabel import is_mislabel
from assist.talk.habits import PITCH_WORDS, asks_why, claims_in
from assist.talk.moves import Move, line_of, moves_in
from assist.talk.stretch import SpokenWord, Stretch
from assist.talk.turns import plain_words, sentences_of

WORD_MS = 300
"""What a word takes to say."""

_REBUTTAL = re.compile(
    r"^(?:no )?(?:but|actually|trust me|with all due respect|to be fair)\b"
    r"|\b(?:pays? for itself|pay back|discount|cheaper|save you|compared to|worth (?:it|every)|let me show you"
    r"|i can assure|i guarantee|do not worry)\b"
)
_SORRY = re.compile(r"\b(?:sorry|apologi[sz]e)\b")


class Heard(msgspec.Struct, frozen=True):
    """What a turn was, and the words that made it so."""

    tried: Tried
    text: str


def heard_in(turn: Stretch, line: str, said: str = "") -> Heard:
    """What the rep did with a turn in answer to a line of the prospect's, who has `said` all that before."""
    moves = moves_in((spoken("prospect", line, 0), turn), 1)
    summary = _first(moves, "summary")
    if summary is not None:
        return Heard("summary", summary.text)
    for claim in claims_in(turn):
        return Heard("i_understand", claim.text)
    for move in moves:
        if asks_why(move):
            return Heard("why", move.text)
    if _pitches(turn, moves):
        return Heard("pitch", turn.text)
    named = _first(moves, "label") or _first(moves, "mirror")
    if named is not None and named.kind == "label":
        return Heard("mislabel" if is_mislabel(named.text, f"{said} {line}") else "label", named.text)
    if named is not None:
        return Heard("mirror", named.text)
    question = next((move for move in moves if move.asks == "open"), None)
    return Heard("question", question.text) if question is not None else Heard("other", turn.text)


def spoken(speaker: str, text: str, start_ms: int, end_ms: int | None = None) -> Stretch:
    """A text as if it had been said from `start_ms` to `end_ms`, or at an ordinary pace; it must not be empty."""
    words = text.split()
    step_ms = WORD_MS if end_ms is None else max(1, (end_ms - start_ms) // len(words))
    placed = (SpokenWord(word, start_ms + n * step_ms, start_ms + (n + 1) * step_ms) for n, word in enumerate(words))
    return Stretch("rep" if speaker == "rep" else "prospect", tuple(placed))


def _first(moves: tuple[Move, ...], kind: str) -> Move | None:
    return next((move for move in moves if move.kind == kind), None)


def _pitches(turn: Stretch, moves: tuple[Move, ...]) -> bool:
    """Whether what is no label, mirror or question argues, or is long enough to be a pitch."""
    # "But it pays for itself." has their words in it, and gives them back as an argument.
    tried = {move.start_ms for move in moves if move.kind != "mirror" or move.text.endswith("?")}
    beside = [sentence for sentence in sentences_of(turn) if sentence.start_ms not in tried]
    said = " ".join(sentence.text for sentence in beside)
    if _SORRY.search(line_of(said)):
        return False
    is_long = sum(len(plain_words(sentence.text)) for sentence in beside) >= PITCH_WORDS
    return is_long or any(_REBUTTAL.search(" ".join(plain_words(sentence.text))) for sentence in beside)

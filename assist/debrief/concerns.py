"""What worried the prospect, in their words, and whether the rep took it up; pure."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from assist.debrief.moves import Move, content_of
from assist.debrief.record import CallRecord, Stretch
from assist.debrief.turns import sentences_of
from detectors.contract import Cue

GLAD = frozenset({"excitement", "relief"})
"""Emotions that are no concern."""

Taken = Literal["named", "asked", "named_later", "talked_past", "unanswered"]
NAMING = ("label", "mirror", "summary")
SHARED_WORDS = 2
"""So many words of a concern in a later label or summary show that it was meant."""


class Concern(msgspec.Struct, frozen=True):
    """Something that stood in the way. `names` are its cues, `text` the prospect's whole sentence, `quote` its heart.

    `reply` is the rep's next turn, begun `gap_ms` after the prospect's ended (negative: over it). `taken` tells how the
    rep took it up, `by` and `by_ms` in which words.
    """

    names: tuple[str, ...]
    text: str
    quote: str
    start_ms: int
    end_ms: int
    reply: str
    reply_ms: int | None
    gap_ms: int
    taken: Taken
    by: str = ""
    by_ms: int | None = None

    @property
    def is_addressed(self) -> bool:
        """Whether the rep named it or asked about it, at once or later."""
        return self.taken in ("named", "asked", "named_later")


def concerns_of(record: CallRecord, turns: Sequence[Stretch], moves: Sequence[Move]) -> tuple[Concern, ...]:
    """Each in order; several cues of one sentence are one concern."""
    found: dict[tuple[int, int], tuple[int, Stretch, list[Cue]]] = {}
    for cue in record.cues:
        if _is_concern(cue) and (place := _place_of(cue, turns)) is not None:
            index, sentence = place
            found.setdefault((index, sentence.start_ms), (index, sentence, []))[2].append(cue)
    return tuple(_concern(index, sentence, cues, turns, moves) for index, sentence, cues in found.values())


def _is_concern(cue: Cue) -> bool:
    return cue.speaker == "prospect" and cue.kind != "agreement" and cue.name not in GLAD


def _place_of(cue: Cue, turns: Sequence[Stretch]) -> tuple[int, Stretch] | None:
    # Last passes move a word's time a little, so the sentence nearest to the cue's middle is taken, not one around it.
    middle_ms = (cue.start_ms + cue.end_ms) // 2
    theirs = [
        (index, sentence)
        for index, turn in enumerate(turns)
        if turn.speaker == "prospect" and turn.start_ms <= cue.end_ms and cue.start_ms <= turn.end_ms
        for sentence in sentences_of(turn)
    ]
    return min(theirs, key=lambda place: _distance_ms(place[1], middle_ms), default=None)


def _distance_ms(sentence: Stretch, at_ms: int) -> int:
    return max(sentence.start_ms - at_ms, at_ms - sentence.end_ms, 0)


def _concern(
    index: int, sentence: Stretch, cues: Sequence[Cue], turns: Sequence[Stretch], moves: Sequence[Move]
) -> Concern:
    reply = turns[index + 1] if index + 1 < len(turns) else None
    taken, by = _taken(index, sentence, reply, moves)
    return Concern(
        names=tuple(dict.fromkeys(cue.name for cue in cues)),
        text=sentence.text,
        quote=cues[0].quote,
        start_ms=sentence.start_ms,
        end_ms=sentence.end_ms,
        reply=reply.text if reply else "",
        reply_ms=reply.start_ms if reply else None,
        gap_ms=reply.start_ms - turns[index].end_ms if reply else 0,
        taken=taken,
        by=by.text if by else "",
        by_ms=by.start_ms if by else None,
    )


def _taken(index: int, sentence: Stretch, reply: Stretch | None, moves: Sequence[Move]) -> tuple[Taken, Move | None]:
    at_once = [move for move in moves if move.turn == index + 1]
    for move in at_once:
        if move.kind in NAMING:
            return "named", move
    for move in at_once:
        if move.asks == "open":
            return "asked", move
    for move in moves:
        if move.turn > index + 1 and move.kind in NAMING and _shares(move.text, sentence.text):
            return "named_later", move
    return ("talked_past" if reply else "unanswered"), None


def _shares(said: str, concern: str) -> bool:
    wanted = content_of(concern)
    return len(wanted & content_of(said)) >= min(SHARED_WORDS, len(wanted)) > 0

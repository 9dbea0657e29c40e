"""What worried the prospect, in their words, and whether the rep took it up; pure."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from assist.debrief.record import CallRecord
from assist.talk.moves import Move
from assist.talk.stretch import Stretch
from assist.talk.taking_up import Way, is_concern, way_taken
from assist.talk.turns import distance_ms, sentences_of
from detectors.contract import Cue

Taken = Literal["named", "asked", "named_later", "talked_past", "unanswered"]


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
        if is_concern(cue) and (place := _place_of(cue, turns)) is not None:
            index, sentence = place
            found.setdefault((index, sentence.start_ms), (index, sentence, []))[2].append(cue)
    return tuple(_concern(index, sentence, cues, turns, moves) for index, sentence, cues in found.values())


def _place_of(cue: Cue, turns: Sequence[Stretch]) -> tuple[int, Stretch] | None:
    # Last passes move a word's time a little, so the sentence nearest to the cue's middle is taken, not one around it.
    middle_ms = (cue.start_ms + cue.end_ms) // 2
    theirs = [
        (index, sentence)
        for index, turn in enumerate(turns)
        if turn.speaker == "prospect" and turn.start_ms <= cue.end_ms and cue.start_ms <= turn.end_ms
        for sentence in sentences_of(turn)
    ]
    return min(theirs, key=lambda place: distance_ms(place[1], middle_ms), default=None)


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
    after = [move for move in moves if move.turn > index]
    ways = [(way_taken(move, sentence.text, is_reply=move.turn == index + 1), move) for move in after]
    # To name it counts for more than to ask, and either at once for more than later.
    for wanted in get_args(Way):
        for way, move in ways:
            if way is not None and way == wanted:
                return way, move
    return ("talked_past" if reply else "unanswered"), None

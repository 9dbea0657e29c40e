"""What followed each label, mirror and summary: the silence, who broke it, and whether they opened up; pure."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from assist.debrief.record import CallRecord
from assist.talk.moves import Move
from assist.talk.silence import next_word
from assist.talk.stretch import Stretch
from detectors.contract import Cue
from streaming.types import Speaker

OPENED_WORDS = 10
"""A reply of so many words says more than it had to."""

Result = Literal["confirmed", "opened_up", "short_reply", "went_on", "nothing"]


class Outcome(msgspec.Struct, frozen=True):
    """A move and its echo.

    `silence_ms` reaches from its last word to the next word of anyone (`broken_by`, None if the call was over).
    `reply` is what the prospect said next before the rep took the floor again; `heard` names its cues.
    """

    move: Move
    silence_ms: int
    broken_by: Speaker | None
    reply: str
    reply_ms: int
    reply_words: int
    heard: tuple[str, ...]
    result: Result


def outcomes_of(record: CallRecord, turns: Sequence[Stretch], moves: Sequence[Move]) -> tuple[Outcome, ...]:
    """One for each move but questions, in order."""
    return tuple(_outcome(record, turns, move) for move in moves if move.kind != "question")


def _outcome(record: CallRecord, turns: Sequence[Stretch], move: Move) -> Outcome:
    next_ms, broken_by = next_word(record.utterances, move.end_ms) or (record.duration_ms, None)
    reply = turns[move.turn + 1] if move.turn + 1 < len(turns) else None
    cues = [cue for cue in record.cues if reply and _is_within(cue, reply)]
    words = len(reply.words) if reply else 0
    return Outcome(
        move=move,
        silence_ms=max(0, next_ms - move.end_ms),
        broken_by=broken_by,
        reply=reply.text if reply else "",
        reply_ms=reply.start_ms if reply else move.end_ms,
        reply_words=words,
        heard=tuple(cue.name for cue in cues),
        result=_result(broken_by, words, {cue.name for cue in cues}),
    )


def _result(broken_by: Speaker | None, words: int, heard: set[str]) -> Result:
    if "thats_right" in heard:
        return "confirmed"
    if broken_by == "rep":
        return "went_on"
    if words >= OPENED_WORDS:
        return "opened_up"
    return "short_reply" if words else "nothing"


def _is_within(cue: Cue, turn: Stretch) -> bool:
    return cue.speaker == turn.speaker and turn.start_ms <= cue.start_ms <= turn.end_ms

"""The figures of a call; pure."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec

from assist.debrief.analysis import Analysis
from assist.debrief.offered import Fate
from assist.debrief.record import CallRecord
from assist.talk.moves import Move, QuestionKind
from assist.talk.stretch import Stretch
from streaming.types import Speaker

LEAST_PACE_MS = 5_000
"""A pace measured over less speech says nothing."""


class Monologue(msgspec.Struct, frozen=True):
    """The longest turn of a speaker, nods of the other not counted as an end."""

    start_ms: int
    duration_ms: int
    words: int


class Measures(msgspec.Struct, frozen=True):
    """None where a call has nothing to measure it on.

    `talk_share` is the rep's part of all that was spoken, 0 to 1. `response_gap_ms` is the median pause before the rep
    takes the floor, negative where the rep began before the prospect had ended; `concern_gap_ms` is it after a concern.
    Both reach from written word to written word: what the recogniser left out is none.
    """

    talk_ms: dict[Speaker, int]
    talk_share: float | None
    longest: dict[Speaker, Monologue]
    rep_words_per_minute: int | None
    response_gap_ms: int | None
    concern_gap_ms: int | None
    questions: dict[QuestionKind, int]
    labels: int
    mirrors: int
    summaries: int
    opened: int
    label_silence_ms: int | None
    first_label_ms: int | None
    concerns: int
    concerns_addressed: int
    thats_right: int
    youre_right: int
    interruptions: dict[Speaker, int]
    suggestions: dict[Fate, int]


def measures_of(heard: Analysis) -> Measures:
    """All figures of a call."""
    record, moves = heard.record, heard.moves
    talk_ms = {speaker: _talk_ms(record, speaker) for speaker in SPEAKERS}
    told_ms = sum(talk_ms.values())
    return Measures(
        talk_ms=talk_ms,
        talk_share=round(talk_ms["rep"] / told_ms, 3) if told_ms else None,
        longest={speaker: longest for speaker in SPEAKERS if (longest := _longest(heard.turns, speaker))},
        rep_words_per_minute=_pace(record, talk_ms["rep"]),
        response_gap_ms=_median(_gaps(heard.turns)),
        concern_gap_ms=_median([concern.gap_ms for concern in heard.concerns if concern.reply_ms is not None]),
        questions={kind: count for kind in QUESTIONS if (count := sum(move.asks == kind for move in moves))},
        labels=_count(moves, "label"),
        mirrors=_count(moves, "mirror"),
        summaries=_count(moves, "summary"),
        opened=sum(outcome.result in ("opened_up", "confirmed") for outcome in heard.outcomes),
        label_silence_ms=_median([o.silence_ms for o in heard.outcomes if o.move.kind == "label" and o.broken_by]),
        first_label_ms=next((move.start_ms for move in moves if move.kind == "label"), None),
        concerns=len(heard.concerns),
        concerns_addressed=sum(concern.is_addressed for concern in heard.concerns),
        thats_right=len(heard.turns_with("thats_right")),
        youre_right=len(heard.turns_with("youre_right")),
        interruptions={speaker: sum(cut.by == speaker for cut in heard.interruptions) for speaker in SPEAKERS},
        suggestions={fate: count for fate in FATES if (count := sum(o.fate == fate for o in heard.offered))},
    )


SPEAKERS: tuple[Speaker, ...] = ("rep", "prospect")
QUESTIONS: tuple[QuestionKind, ...] = ("open", "fact", "why", "yes_no")
FATES: tuple[Fate, ...] = ("said", "own_words", "ignored", "dismissed", "withdrawn")


def _talk_ms(record: CallRecord, speaker: Speaker) -> int:
    return sum(stretch.end_ms - stretch.start_ms for stretch in record.utterances if stretch.speaker == speaker)


def _longest(turns: Sequence[Stretch], speaker: Speaker) -> Monologue | None:
    theirs = [turn for turn in turns if turn.speaker == speaker]
    if not theirs:
        return None
    turn = max(theirs, key=lambda turn: turn.end_ms - turn.start_ms)
    return Monologue(turn.start_ms, turn.end_ms - turn.start_ms, len(turn.words))


def _pace(record: CallRecord, talk_ms: int) -> int | None:
    if talk_ms < LEAST_PACE_MS:
        return None
    words = sum(len(stretch.words) for stretch in record.utterances if stretch.speaker == "rep")
    return round(words * 60_000 / talk_ms)


def _gaps(turns: Sequence[Stretch]) -> list[int]:
    return [turn.start_ms - before.end_ms for before, turn in pairwise(turns) if turn.speaker == "rep"]


def _count(moves: Sequence[Move], kind: str) -> int:
    return sum(move.kind == kind for move in moves)


def _median(values: Sequence[int]) -> int | None:
    return round(median(values)) if values else None

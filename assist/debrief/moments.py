"""Three moments to learn from: what was said, and what could have been said; pure."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from assist.debrief.analysis import Analysis
from assist.debrief.concerns import Concern
from assist.debrief.findings import Evidence
from assist.debrief.following import Outcome
from assist.playbook import Wordings
from assist.talk.habits import PITCH_WORDS

MOST_MOMENTS = 3
SHORT_REPLY_WORDS = 10
SHOWN_WITHIN_MS = 6_000
"""A suggestion that came so soon after the words is about them."""

APART_MS = 10_000
"""Moments nearer to each other than this are one."""

Instead = Literal["label", "mirror", "summary", "question", "silence", "again"]
Entries = Mapping[str, Wordings]


class Moment(msgspec.Struct, frozen=True):
    """`said` is what was said, in order; `instead` how to do otherwise, `could` in which words (empty for silence).

    `instead` is "again" for what went well; `was_shown` when the words stood on the rep's screen at the time.
    """

    at_ms: int
    title: str
    why: str
    said: tuple[Evidence, ...]
    instead: Instead
    could: str
    was_shown: bool = False


class _Ranked(msgspec.Struct, frozen=True):
    weight: int
    moment: Moment


def moments_of(found: Analysis, entries: Entries) -> tuple[Moment, ...]:
    """The three that teach most, in order of time; `entries` are the playbook's, by cue."""
    ranked = sorted(_candidates(found, entries), key=lambda candidate: -candidate.weight)
    chosen: list[Moment] = []
    for candidate in ranked:
        if all(abs(candidate.moment.at_ms - moment.at_ms) >= APART_MS for moment in chosen):
            chosen.append(candidate.moment)
    return tuple(sorted(chosen[:MOST_MOMENTS], key=lambda moment: moment.at_ms))


def _candidates(found: Analysis, entries: Entries) -> Iterator[_Ranked]:
    for concern in found.concerns:
        if not concern.is_addressed and concern.reply_ms is not None:
            yield _talked_past(concern, found, entries)
    for outcome in found.outcomes:
        yield from _after(outcome, found, entries)
    for cut in found.interruptions:
        if cut.by == "rep":
            said = (Evidence("prospect", cut.at_ms, cut.cut), Evidence("rep", cut.at_ms, cut.said))
            why = f"They had another {cut.overlap_ms / 1000:.1f} s to say."
            yield _Ranked(60, Moment(cut.at_ms, "You talked over them", why, said, "silence", ""))


def _talked_past(concern: Concern, found: Analysis, entries: Entries) -> _Ranked:
    said = [Evidence("prospect", concern.start_ms, concern.text), Evidence("rep", concern.reply_ms or 0, concern.reply)]
    index = next(n for n, turn in enumerate(found.turns) if turn.start_ms == concern.reply_ms and turn.speaker == "rep")
    weight = 50 + max((entries[name].weight // 5 for name in concern.names if name in entries), default=0)
    if index + 1 < len(found.turns):
        after = found.turns[index + 1]
        said.append(Evidence("prospect", after.start_ms, after.text))
        weight += 30 if index + 1 in (*found.turns_with("youre_right"), *found.turns_with("brush_off")) else 0
    shown = next(
        (
            offered.offer
            for offered in found.offered
            if offered.offer.cue in concern.names
            and concern.start_ms <= offered.offer.shown_ms <= concern.end_ms + SHOWN_WITHIN_MS
        ),
        None,
    )
    title = f"You went past a concern: {_title(concern.names)}"
    why = _concern_behind(concern.names, entries)
    if shown is not None:
        moment = Moment(concern.start_ms, title, why, tuple(said), shown.technique, shown.text, was_shown=True)
    else:
        moment = Moment(concern.start_ms, title, why, tuple(said), "label", _label(concern.names, entries))
    return _Ranked(weight, moment)


def _after(outcome: Outcome, found: Analysis, entries: Entries) -> Iterator[_Ranked]:
    move = outcome.move
    tried = Evidence("rep", move.start_ms, move.text)
    reply = Evidence("prospect", outcome.reply_ms, outcome.reply)
    if outcome.result == "went_on":
        why = "The silence after a label is where they think. Four seconds feel long only to you."
        title = "You named it and did not wait for the answer"
        yield _Ranked(70, Moment(move.start_ms, title, why, (tried, reply), "silence", ""))
    elif outcome.result == "confirmed":
        why = "They heard themselves in your words. Sum up like this again."
        yield _Ranked(30, Moment(move.start_ms, "They felt understood", why, (tried, reply), "again", move.text))
    elif outcome.result == "opened_up":
        why = f"{outcome.reply_words} words of theirs came of it."
        title = f"Your {move.kind} opened them up"
        yield _Ranked(10, Moment(move.start_ms, title, why, (tried, reply), "again", move.text))
    elif outcome.result == "short_reply" and outcome.reply_words < SHORT_REPLY_WORDS:
        yield from _left_alone(outcome, found, entries)


def _left_alone(outcome: Outcome, found: Analysis, entries: Entries) -> Iterator[_Ranked]:
    """A move that got a short answer, and a pitch on top of it."""
    index = outcome.move.turn + 2
    if index >= len(found.turns) or len(found.turns[index].words) < PITCH_WORDS:
        return
    if any(move.turn == index for move in found.moves):
        return
    pitch = found.turns[index]
    said = (
        Evidence("rep", outcome.move.start_ms, outcome.move.text),
        Evidence("prospect", outcome.reply_ms, outcome.reply),
        Evidence("rep", pitch.start_ms, pitch.text),
    )
    named = next((c for c in found.concerns if c.by_ms == outcome.move.start_ms), None)
    question = _question(named.names, entries) if named else ""
    why = "They had just agreed that it is so. There was more behind it, and nobody asked."
    moment = Moment(
        outcome.move.start_ms,
        "The door was open, and you began to present",
        why,
        said,
        "question" if question else "silence",
        question,
    )
    yield _Ranked(55, moment)


def _title(names: tuple[str, ...]) -> str:
    return " and ".join(name.replace("_", " ") for name in names)


def _concern_behind(names: tuple[str, ...], entries: Entries) -> str:
    return next((entries[name].concern for name in names if name in entries), "")


def _label(names: tuple[str, ...], entries: Entries) -> str:
    return next((entries[name].labels[0] for name in names if name in entries and entries[name].labels), "")


def _question(names: tuple[str, ...], entries: Entries) -> str:
    return next((entries[name].questions[0] for name in names if name in entries and entries[name].questions), "")

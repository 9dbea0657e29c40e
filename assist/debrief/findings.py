"""Did the rep understand them, or wait for a turn to talk? Findings for either side, each with its evidence; pure."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from assist.debrief.analysis import Analysis
from assist.debrief.concerns import Concern
from assist.debrief.following import Outcome, Result
from assist.debrief.measures import Measures
from assist.talk.habits import asks_why
from assist.talk.moves import MoveKind
from assist.talk.stretch import Stretch
from streaming.types import Speaker

Side = Literal["understood", "waited"]

LEAST_TALK_MS = 5_000
"""Less from either side, and there is nothing to judge."""

MUCH_TALK_SHARE = 0.6
LONG_MONOLOGUE_MS = 60_000
HASTY_MS = 250
"""A reply to a concern so soon after it was begun before the concern had been heard."""

HELD_MS = 2_000
"""A silence that takes an effort to leave alone."""

MOST_EVIDENCE = 4


class Evidence(msgspec.Struct, frozen=True):
    """Something said, and when."""

    speaker: Speaker
    at_ms: int
    text: str


class Finding(msgspec.Struct, frozen=True):
    """One answer to the question, for one side; `meaning` says why it counts. Evidence comes in passages."""

    side: Side
    title: str
    meaning: str
    passages: tuple[tuple[Evidence, ...], ...]


class Verdict(msgspec.Struct, frozen=True):
    """The answer in a line, and the count behind it."""

    headline: str
    detail: str


def findings_of(found: Analysis, measures: Measures) -> tuple[Finding, ...]:
    """What speaks for understanding, then what speaks for waiting; strongest first on each side."""
    return (*_understood(found, measures), *_waited(found, measures))


def verdict_of(found: Analysis, measures: Measures) -> Verdict:
    """Said without flattery and without more certainty than a transcript allows."""
    if found.record.is_mixed:
        detail = "Both sides came on one channel. Nothing is judged; below is what was said, and what was heard in it."
        return Verdict("Who said what is not known.", detail)
    if min(measures.talk_ms.values()) < LEAST_TALK_MS:
        return Verdict("Too little was said to tell.", "A debrief needs some sentences of both sides.")
    waits = _waits(found)
    if measures.thats_right:
        headline = "You understood them, and they said so."
        if waits:
            headline += f" {times(waits).capitalize()} you waited for your turn."
    elif measures.concerns and 2 * measures.concerns_addressed >= measures.concerns:
        headline = "You listened, but they never told you that you had understood."
    elif measures.opened:
        headline = "You opened them up, but they never told you that you had understood."
    elif waits or len(list(_waited(found, measures))) > 1:
        headline = "Mostly, you waited for your turn to talk."
    else:
        headline = "Nothing that was said tells, one way or the other."
    return Verdict(headline, _detail(measures))


def _detail(measures: Measures) -> str:
    parts = []
    if measures.concerns == 1:
        taken = "you took it up" if measures.concerns_addressed else "you did not take it up"
        parts.append(f"One thing stood in their way, and {taken}.")
    elif measures.concerns:
        parts.append(
            f"Of {measures.concerns} things that stood in their way, you took up {measures.concerns_addressed}."
        )
    if not measures.labels + measures.mirrors + measures.summaries:
        parts.append("You tried no label, no mirror and no summary.")
    if measures.talk_share is not None:
        parts.append(f"You had {measures.talk_share:.0%} of the talking.")
    return " ".join(parts)


def _waits(found: Analysis) -> int:
    passed = sum(not concern.is_addressed and bool(concern.reply) for concern in found.concerns)
    went_on = sum(outcome.result == "went_on" for outcome in found.outcomes)
    return passed + went_on + sum(cut.by == "rep" for cut in found.interruptions)


def times(count: int) -> str:
    """How often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


Passages = tuple[tuple[Evidence, ...], ...]


def _understood(found: Analysis, measures: Measures) -> Iterator[Finding]:
    if passages := _passages(found, "confirmed"):
        meaning = "It is what people say who feel understood. Nobody can say it for them."
        often = f" {times(measures.thats_right)}" if measures.thats_right > 1 else ""
        yield Finding("understood", f"They said \u201cthat\u2019s right\u201d{often}", meaning, passages)
    if passages := _passages(found, "opened_up", "label"):
        meaning = "A feeling that is named loses its grip. They said more than they had to."
        yield Finding("understood", "You named it, and they opened up", meaning, passages)
    if passages := _passages(found, "opened_up", "mirror"):
        meaning = "A word given back is an invitation; they took it."
        yield Finding("understood", "You gave back their words, and they went on", meaning, passages)
    held = [o for o in found.outcomes if o.silence_ms >= HELD_MS and o.broken_by == "prospect"]
    if held:
        meaning = "It was theirs to fill, and you let them."
        yield Finding("understood", "You left a silence alone", meaning, _all(held))
    if measures.concern_gap_ms is not None and measures.concern_gap_ms >= 1_000:
        title = f"You let {measures.concern_gap_ms / 1000:.1f} s pass before you answered a concern"
        meaning = "Half of your answers took longer. An instant one tells them that you only waited for your turn."
        yield Finding("understood", title, meaning, ())


def _waited(found: Analysis, measures: Measures) -> Iterator[Finding]:
    passed = [concern for concern in found.concerns if not concern.is_addressed and concern.reply_ms is not None]
    if passed:
        meaning = "You neither named what stood in their way nor asked about it, then or later."
        title = "A concern" if len(passed) == 1 else f"{len(passed)} concerns"
        yield Finding("waited", f"{title} got an answer instead of an ear", meaning, _answered(passed))
    if closed := found.turns_with("youre_right"):
        meaning = "It sounds like agreement and mostly ends an argument. What it was about stays where it was."
        before = tuple(_with_turn_before(found.turns, index) for index in closed[:MOST_EVIDENCE])
        often = f" {times(len(closed))}" if len(closed) > 1 else ""
        yield Finding("waited", f"They said \u201cyou\u2019re right\u201d{often}", meaning, before)
    if passages := _passages(found, "went_on"):
        meaning = "A label works in the silence after it. You filled it yourself."
        yield Finding("waited", "You talked on where they could have spoken", meaning, passages)
    if cuts := [cut for cut in found.interruptions if cut.by == "rep"]:
        over = tuple((Evidence("prospect", c.at_ms, c.cut), Evidence("rep", c.at_ms, c.said)) for c in cuts)
        meaning = "They were not done. What they had left to say was not heard."
        yield Finding("waited", f"You talked over them {times(len(cuts))}", meaning, over[:MOST_EVIDENCE])
    hasty = [c for c in found.concerns if c.reply_ms is not None and c.gap_ms < HASTY_MS and c.taken != "named"]
    if hasty:
        meaning = "The answer was ready before the concern was out."
        yield Finding("waited", "You answered a concern at once", meaning, _answered(hasty))
    yield from _waited_in_figures(found, measures)


def _waited_in_figures(found: Analysis, measures: Measures) -> Iterator[Finding]:
    if measures.talk_share is not None and measures.talk_share > MUCH_TALK_SHARE:
        title = f"You had {measures.talk_share:.0%} of the talking"
        yield Finding("waited", title, "While you talk you learn nothing about them.", ())
    longest = measures.longest.get("rep")
    if longest and longest.duration_ms > LONG_MONOLOGUE_MS:
        turn = next(turn for turn in found.turns if turn.speaker == "rep" and turn.start_ms == longest.start_ms)
        title = f"You spoke for {longest.duration_ms / 1000:.0f} s in one go"
        yield Finding("waited", title, "Nobody can say where you lost them.", ((_said(turn),),))
    if why := [move for move in found.moves if asks_why(move)]:
        meaning = "It asks people to defend themselves. \u201cWhat\u201d and \u201chow\u201d ask them to explain."
        passages = tuple((Evidence("rep", move.start_ms, move.text),) for move in why)
        yield Finding("waited", "You asked \u201cwhy\u201d", meaning, passages[:MOST_EVIDENCE])


def _passages(found: Analysis, result: Result, kind: MoveKind | None = None) -> Passages:
    return _all([o for o in found.outcomes if o.result == result and kind in (None, o.move.kind)])


def _all(outcomes: list[Outcome]) -> Passages:
    return tuple(_passage(outcome) for outcome in outcomes[:MOST_EVIDENCE])


def _answered(concerns: list[Concern]) -> Passages:
    return tuple(
        (Evidence("prospect", concern.start_ms, concern.text), Evidence("rep", concern.reply_ms or 0, concern.reply))
        for concern in concerns[:MOST_EVIDENCE]
    )


def _passage(outcome: Outcome) -> tuple[Evidence, ...]:
    tried = Evidence("rep", outcome.move.start_ms, outcome.move.text)
    return (tried, Evidence("prospect", outcome.reply_ms, outcome.reply)) if outcome.reply else (tried,)


def _with_turn_before(turns: tuple[Stretch, ...], index: int) -> tuple[Evidence, ...]:
    return tuple(_said(turn) for turn in turns[max(0, index - 1) : index + 1])


def _said(turn: Stretch) -> Evidence:
    return Evidence(turn.speaker, turn.start_ms, turn.text)

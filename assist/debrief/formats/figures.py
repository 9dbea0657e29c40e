"""The measures as rows to read: a name, a value and what it means; pure."""

from collections.abc import Iterator

import msgspec

from assist.debrief.findings import times
from assist.debrief.formats.clock import clock, seconds
from assist.debrief.formats.wording import QUESTIONS, counted
from assist.debrief.measures import Measures


class Figure(msgspec.Struct, frozen=True):
    """One row."""

    name: str
    value: str
    meaning: str


def figures_of(measures: Measures) -> tuple[Figure, ...]:
    """Those that this call has, most telling first."""
    return (*_talk(measures), *_tried(measures), *_heard(measures))


def _talk(m: Measures) -> Iterator[Figure]:
    if m.talk_share is not None:
        meaning = f"You spoke for {seconds(m.talk_ms['rep'])}, they for {seconds(m.talk_ms['prospect'])}."
        yield Figure("Your share of the talking", f"{m.talk_share:.0%}", meaning)
    if rep := m.longest.get("rep"):
        theirs = m.longest.get("prospect")
        meaning = f"{counted(rep.words, 'word', 'words')} from {clock(rep.start_ms)}."
        meaning += f" Theirs was {seconds(theirs.duration_ms)}, from {clock(theirs.start_ms)}." if theirs else ""
        yield Figure("Your longest turn", seconds(rep.duration_ms), meaning)
    if m.rep_words_per_minute is not None:
        yield Figure(
            "Your pace", f"{m.rep_words_per_minute} words/min", "While you speak, pauses inside a sentence included."
        )
    if m.response_gap_ms is not None:
        meaning = "From their last written word to your first, at the median. Nods do not count."
        if m.concern_gap_ms is not None:
            meaning += f" After a concern: {seconds(m.concern_gap_ms)}."
        yield Figure("Your response gap", seconds(m.response_gap_ms), meaning)
    over = m.interruptions["prospect"]
    meaning = f"They {f'talked over you {times(over)}' if over else 'never talked over you'}. Nods do not count."
    yield Figure("You talked over them", str(m.interruptions["rep"]), meaning)


def _tried(m: Measures) -> Iterator[Figure]:
    kinds = ", ".join(f"{count} {QUESTIONS[kind]}" for kind, count in m.questions.items())
    meaning = f"{kinds}. Open ones let them tell you." if kinds else "You asked nothing."
    yield Figure("Your questions", str(sum(m.questions.values())), meaning)
    tried = m.labels + m.mirrors + m.summaries
    kinds = ", ".join(
        counted(count, one, many)
        for count, one, many in (
            (m.labels, "label", "labels"),
            (m.mirrors, "mirror", "mirrors"),
            (m.summaries, "summary", "summaries"),
        )
    )
    meaning = f"{kinds}. {m.opened} of them brought more out."
    yield Figure("Labels, mirrors, summaries", str(tried), meaning if tried else "You tried none.")
    if m.first_label_ms is not None:
        yield Figure(
            "Your first label", clock(m.first_label_ms), "The earlier it comes, the more of the call can build on it."
        )
    else:
        yield Figure("Your first label", "none", "Nothing that they felt was given a name.")
    if m.label_silence_ms is not None:
        meaning = "The median silence after a label, until anyone spoke."
        yield Figure("Silence you left", seconds(m.label_silence_ms), meaning)


def _heard(m: Measures) -> Iterator[Figure]:
    meaning = "Taken up: named or asked about, at once or later." if m.concerns else "They voiced none that was heard."
    yield Figure("Concerns taken up", f"{m.concerns_addressed} of {m.concerns}" if m.concerns else "none", meaning)
    often = f"said it {times(m.youre_right)}" if m.youre_right else "never said it"
    meaning = f"\u201cYou\u2019re right\u201d only ends a topic. They {often}."
    yield Figure("\u201cThat\u2019s right\u201d", str(m.thats_right), meaning)
    if shown := sum(m.suggestions.values()):
        said, own = m.suggestions.get("said", 0), m.suggestions.get("own_words", 0)
        meaning = f"{said} as shown, {own} in your own words; {m.suggestions.get('withdrawn', 0)} taken back."
        yield Figure("Suggestions used", f"{said + own} of {shown}", meaning)

"""The debrief as Markdown (CommonMark), to paste where notes are kept; pure. What was said stays text."""

import re
from collections.abc import Iterator, Sequence

from assist.debrief.debrief import QUESTION, Debrief
from assist.debrief.findings import Evidence
from assist.debrief.formats.clock import clock, seconds
from assist.debrief.formats.figures import figures_of
from assist.debrief.formats.markup import clean
from assist.debrief.formats.practised import sides_of
from assist.debrief.formats.wording import (
    DIRECTIONS,
    FATES,
    KINDS_OF_THOUGHT,
    NOT_HEARD,
    RESULTS,
    TAKEN,
    advice_of,
    counted,
    cue_title,
    notices_of,
    title_of,
    when,
)
from assist.debrief.record import CallRecord

# Whatever CommonMark or its common extensions could take for markup: every mark, and a number that begins a list.
_MARKS = re.compile(r"[\\`*_{}\[\]<>()#+\-!|~$&:@=]|(?<=\d)\.|(?<=www)\.", re.IGNORECASE)


def markdown(debrief: Debrief) -> str:
    """The whole document."""
    parts = [_head, _practised, _findings, _moments, _concerns, _prepared, _followed]
    parts += [_figures, _offered, _followup, _closing, _transcript]
    if debrief.record.is_mixed:  # the others need to know who said what
        parts = [_head, _offered, _closing, _transcript]
    return "\n".join(line for part in parts for line in part(debrief)) + "\n"


def safe(text: str) -> str:
    """A text in which nothing is markup, on one line."""
    return _MARKS.sub(r"\\\g<0>", " ".join(clean(text).split()))


def _head(d: Debrief) -> Iterator[str]:
    yield f"# Debrief: {safe(title_of(d.record))}"
    yield ""
    who = DIRECTIONS[d.record.direction] if d.record.direction else None
    facts = (when(d.record.started_at), who, seconds(d.record.duration_ms), d.record.id)
    yield safe(", ".join(fact for fact in facts if fact))
    for notice in notices_of(d.record):
        yield ""
        yield f"**{notice}**"
    yield from ("", f"## {QUESTION}", "", f"**{d.verdict.headline}** {d.verdict.detail}", "")


def _practised(d: Debrief) -> Iterator[str]:
    for title, told in sides_of(d):
        yield from (f"### {title}", "", *(f"- {safe(line)}" for line in told), "")


def _findings(d: Debrief) -> Iterator[str]:
    for side, title in (("understood", "Signs that you understood"), ("waited", "Signs that you waited for your turn")):
        yield from (f"### {title}", "")
        found = [finding for finding in d.findings if finding.side == side]
        for finding in found:
            yield from (f"**{finding.title}** {finding.meaning}", "")
            for passage in finding.passages:
                yield from _passage(passage, d.record)
        if not found:
            yield from ("None in this call.", "")


def _passage(passage: Sequence[Evidence], record: CallRecord) -> Iterator[str]:
    for evidence in passage:
        yield f"- {clock(evidence.at_ms)} {safe(record.name_of(evidence.speaker))}: {safe(evidence.text)}"
    yield ""


def _moments(d: Debrief) -> Iterator[str]:
    if d.moments:
        yield from ("## Moments to learn from", "")
    for moment in d.moments:
        yield from (f"### {moment.title}", "")
        if moment.why:
            yield from (safe(moment.why), "")
        yield from _passage(moment.said, d.record)
        could = f": **{safe(moment.could)}**" if moment.could and moment.instead != "again" else ""
        yield from (f"{advice_of(moment)}{could}", "")


def _concerns(d: Debrief) -> Iterator[str]:
    yield from ("## What stood in their way", "")
    if not d.concerns:
        yield "None was heard."
    for concern in d.concerns:
        names = ", ".join(cue_title(name) for name in concern.names)
        yield f"- {clock(concern.start_ms)} {safe(names)}: {safe(concern.text)} **{TAKEN[concern.taken]}.**"
    yield ""


def _prepared(d: Debrief) -> Iterator[str]:
    found = d.foresight
    if found is None:
        return
    yield from ("## What you had prepared, and what turned out", "")
    for thought in found.thoughts:
        heard = thought.heard
        then = f"{clock(heard.at_ms)} {safe(heard.text)}" if heard else f"*{NOT_HEARD[thought.kind]}*"
        yield f"- **{KINDS_OF_THOUGHT[thought.kind]}** {safe(thought.text)} {then}"
    yield from (f"- Word expected: {safe(word)}, said {count}\u00d7" for word, count in found.words)
    yield from (f"- Not thought of: {clock(c.start_ms)} {safe(c.text)}" for c in found.unforeseen)
    yield ""


def _followed(d: Debrief) -> Iterator[str]:
    if d.outcomes:
        yield from ("## What your words did", "")
    for o in d.outcomes:
        reply = (counted(o.reply_words, "word", "words"),) if o.reply_words else ()
        then = ", ".join((RESULTS[o.result], *reply, *(cue_title(name) for name in dict.fromkeys(o.heard))))
        told = f"{then}. Silence: {seconds(o.silence_ms)}."
        yield f"- {clock(o.move.start_ms)} {o.move.kind}: {safe(o.move.text)} **{told}**"
    yield ""


def _figures(d: Debrief) -> Iterator[str]:
    yield from ("## Figures", "")
    for figure in figures_of(d.measures):
        yield f"- {figure.name}: **{figure.value}** {figure.meaning}"
    yield ""


def _offered(d: Debrief) -> Iterator[str]:
    if d.offered:
        yield from ("## What was on your screen", "")
    for shown in d.offered:
        offer = shown.offer
        yield f"- {clock(offer.shown_ms)} {offer.technique}: {safe(offer.text)} **{FATES[shown.fate]}**"
    yield ""


def _followup(d: Debrief) -> Iterator[str]:
    if d.followup:
        yield from ("## A summary to send", "")
    for line in d.followup.splitlines():
        yield f"> {safe(line)}  "
    yield ""


def _closing(d: Debrief) -> Iterator[str]:
    yield from ("## Your own answer", "")
    yield from (safe(d.record.answer) if d.record.answer else "(not given yet)", "")


def _transcript(d: Debrief) -> Iterator[str]:
    yield from ("## Transcript", "")
    for said in d.record.utterances:
        yield f"- {clock(said.start_ms)} **{safe(d.record.name_of(said.speaker))}:** {safe(said.text)}"

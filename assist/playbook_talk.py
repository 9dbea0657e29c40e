"""Tables `mirrors`, `summary`, `audits` and `cues.NAME.when`, and what their wordings and those with slots must be."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from assist.grammar.slots import SLOTS
from assist.playbook_rules import Share
from assist.sentence_rules import faults_of_label

WordCount = Annotated[int, Meta(ge=1, le=100)]
DurationMs = Annotated[int, Meta(ge=0, le=3_600_000)]
Phrase = Annotated[str, Meta(min_length=1)]

_SLOT = re.compile(r"\{(\w*)\}")
THOUGHT_SLOTS = {"thing": "another year", "clause": "it fails again"}
"""Slots for what the rep thought of, and what each is filled with to judge the sentence around it."""

_ROOM = "your own words"
"""What a slot is filled with to judge the sentence around it: it must leave room for at least so much."""


class MirrorRules(msgspec.Struct, frozen=True):
    """Table `mirrors`: the words worth repeating, those that never are, and where they are looked for."""

    reach_words: WordCount
    utterance_words: WordCount
    words: tuple[str, ...]
    never: tuple[str, ...] = ()


class SummaryRules(msgspec.Struct, frozen=True):
    """Table `summary`: when what they said is worth saying back, and from which weight on a cue may interrupt it."""

    weight: Annotated[int, Meta(ge=0, le=100)]
    open_ms: DurationMs
    lasts_ms: DurationMs
    begins_ms: DurationMs
    story_ms: DurationMs
    worth_from: Share
    worth_from_beside_concern: Share
    closes_from: Share
    leaves_out: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    settles: tuple[str, ...]
    openings: Annotated[tuple[str, ...], Meta(min_length=1)]


class Audit(msgspec.Struct, frozen=True):
    """Table `audits.NAME`: what they may think, said first: once they ask for what will not please them, or, where the
    rep foresaw it, as the call begins. Where no question leads to it, `asked` is empty and `weight` counts for nothing.
    """

    labels: tuple[str, ...]
    weight: Annotated[int, Meta(ge=0, le=100)] = 0
    asked: tuple[str, ...] = ()


class Case(msgspec.Struct, frozen=True):
    """Table `cues.NAME.when.CASE`: what suits a part of a concern. One that was learnt is told by what the turn means,
    more easily where one of these words or phrases was said. Another holds where one was, or, given `after`, where one
    of these cues was heard shortly before; where both are given, both must hold.
    """

    labels: tuple[str, ...]
    said: tuple[Phrase, ...] = ()
    after: tuple[str, ...] = ()


def is_any_said(phrases: tuple[str, ...], text: str) -> bool:
    """Whether one of these words or phrases stands in a text, whatever its case and apostrophes."""
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return bool(phrases) and _any_of(phrases).search(plain) is not None


@lru_cache(maxsize=1024)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all of a case: a playbook has more of them than `re` remembers."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)


def slots_in(template: str) -> list[str]:
    """The slots of a wording, in order."""
    return _SLOT.findall(template)


def filled(template: str, words: str) -> str:
    """A wording with their words in its slot."""
    return _SLOT.sub(lambda _: words, template)


def faults_of_own(template: str) -> tuple[str, ...]:
    """What keeps a wording from taking their words; empty if nothing does."""
    slots = slots_in(template)
    if len(slots) != 1 or slots[0] not in SLOTS:
        return (f"has not one slot of {', '.join(f'{{{name}}}' for name in SLOTS)}",)
    return faults_of_label(filled(template, _ROOM))


def names_in(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every name of a cue in the table `summary`, each behind its key."""
    yield from ((key, name) for key in ("leaves_out", "settles") for name in summary.get(key, ()))
    yield from (("alike", name) for group in summary.get("alike", ()) for name in group)


def faults_of_opening(template: str) -> tuple[str, ...]:
    """What keeps a wording from taking what is said back; empty if nothing does."""
    return () if slots_in(template) == ["said"] else ("has not one slot {said}",)


def faults_of_foretold(template: str) -> tuple[str, ...]:
    """What keeps a wording from taking a thought that the rep had before a call; empty if nothing does."""
    slots = slots_in(template)
    if len(slots) != 1 or slots[0] not in THOUGHT_SLOTS:
        return (f"has not one slot of {', '.join(f'{{{name}}}' for name in THOUGHT_SLOTS)}",)
    return faults_of_audit(filled(template, THOUGHT_SLOTS[slots[0]]))


def faults_of_audit(text: str) -> tuple[str, ...]:
    """An audit is a label of what is yet to be heard: "It will sound like ..."."""
    begun = re.match(r"It(?:'ll| will| may| might)(?: probably)? (seem|sound|look|feel) like \w", text)
    if begun is None:
        return ('does not start like "It may sound like" or "It will seem like" and go on',)
    return faults_of_label(f"It {begun[1]}s like{text.partition(' like')[2]}")

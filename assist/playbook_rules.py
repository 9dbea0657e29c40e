"""Tables `call`, `consent`, `preparation`, `policy` and `coaching` of a playbook: what to expect, when to suggest."""

from typing import Annotated

import msgspec
from msgspec import Meta

Points = Annotated[float, Meta(ge=0, le=100)]
WordCount = Annotated[int, Meta(ge=1, le=100)]
Count = Annotated[int, Meta(ge=0, le=100)]
Share = Annotated[float, Meta(ge=0, le=1)]
DurationMs = Annotated[int, Meta(ge=0, le=3_600_000)]
Headline = Annotated[str, Meta(min_length=1, max_length=32)]
Detail = Annotated[str, Meta(max_length=80)]
Term = Annotated[str, Meta(min_length=1, max_length=200)]


class CallRules(msgspec.Struct, frozen=True):
    """Table `call`: names and product words that are likely in any call of the team."""

    terms: Annotated[tuple[Term, ...], Meta(max_length=200)] = ()


class ConsentRules(msgspec.Struct, frozen=True):
    """Table `consent`: what the rep may say so that the prospect knows that the call is listened to."""

    line: Annotated[str, Meta(min_length=1, max_length=240)]


class PreparationRules(msgspec.Struct, frozen=True):
    """Table `preparation`: lines made of what was thought of before a call, and how many at most."""

    most: Count
    fears: tuple[str, ...]
    pressures: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """Table `policy`: what a suggestion is worth, and when it is kept back or taken down. The bundled file says why."""

    least_worth: Points
    stale_costs_per_s: Points
    same_technique_costs: Points
    dismissed_costs: Points
    dismissed_costs_most: Points
    less_costs: Points
    foreseen_adds: Count
    dismissed_quiet_ms: DurationMs
    dismissed_quiet_most_ms: DurationMs
    fresh_ms: DurationMs
    rep_on_it_ms: DurationMs
    settled_from: Share
    parting_from: Share
    case_from: Share
    case_from_said: Share
    moved_on_rep_words: WordCount
    moved_on_prospect_words: WordCount


class Topic(msgspec.Struct, frozen=True):
    """What is said, and for how long it stands; `for_ms = 0` turns the topic off."""

    headline: Headline
    detail: Detail
    for_ms: DurationMs


class HoldSilence(Topic, frozen=True):
    """Table `coaching.hold_silence`: no more is said once so many silences in a row were held."""

    held_enough: Count


class TalkingOver(Topic, frozen=True):
    """Table `coaching.talking_over`: from how long an overlap on."""

    overlap_ms: DurationMs


class Monologue(Topic, frozen=True):
    """Table `coaching.monologue`: after how long; a pause of `pause_ms` begins it anew."""

    after_ms: DurationMs
    pause_ms: DurationMs


class ConcernOpen(Topic, frozen=True):
    """Table `coaching.concern_open`: how long a concern is left alone, and from which weight on it counts."""

    after_ms: DurationMs
    least_weight: Count


class LabelDue(Topic, frozen=True):
    """Table `coaching.label_due`: how far into a call without a label, and from when on it is too late to say so."""

    after_ms: DurationMs
    until_ms: DurationMs


class CoachingRules(msgspec.Struct, frozen=True):
    """Table `coaching`; `apart_ms` lies between any two topics but the silence, which cannot wait."""

    apart_ms: DurationMs
    hold_silence: HoldSilence
    talking_over: TalkingOver
    monologue: Monologue
    concern_open: ConcernOpen
    label_due: LabelDue

"""A calm word to the rep about how the call goes: hold the silence, let them finish, something is open; pure."""

import msgspec

from assist.overlay_events import CoachingTopic
from assist.playbook import Playbook
from assist.playbook_rules import Topic
from assist.rep_side import Did, Open, RepSide
from assist.talk.overlap import overlap_ms
from assist.talk.recent import Recent
from assist.talk.silence import next_word
from assist.talk.taking_up import NAMING
from assist.talk.turns import MOST_NOD_WORDS
from streaming.types import Words

JUST_NOW_MS = 3_000
"""Words are told so long after they ended at most; whoever ended earlier is not speaking any more."""


class Coached(msgspec.Struct, frozen=True):
    """Show this until then. `quote` holds the prospect's words that it is about; empty where it is about none."""

    topic: CoachingTopic
    headline: str
    detail: str
    quote: str
    until_ms: int


class CoachingOver(msgspec.Struct, frozen=True):
    """Show it no longer."""

    topic: CoachingTopic


Told = tuple[Coached | CoachingOver, ...]


class Coaching:
    """One call's. `recent` and `rep_side` have to have heard first what it is told.

    One topic at a time. But for the silence, which cannot wait, none comes within `apart_ms` of another, and each but
    once for its occasion.
    """

    def __init__(self, playbook: Playbook, recent: Recent, rep_side: RepSide) -> None:
        self._rules = playbook.coaching
        self._talked_through_ms = playbook.advice.same_concern_ms
        self._cues = playbook.cues
        self._recent = recent
        self._rep_side = rep_side
        self._live: Coached | None = None
        self._quiet_until_ms = 0
        self._silence_from_ms: int | None = None
        self._held_in_a_row = 0
        self._floor_ms: int | None = None
        self._rep_spoke_ms = 0
        self._awaits_reply = False
        """The rep has just named something: whatever else there is to say, now is their turn."""
        self._prospect_spoke_ms: int | None = None
        self._named_ms: int | None = None
        """When the rep last named something of theirs."""
        self._is_label_tried = False
        self._is_label_asked_for = False
        self._long_floor_ms: int | None = None
        self._concern: Open | None = None
        self._reminded_of: set[str] = set()

    def hear(self, words: Words, did: tuple[Did, ...], now_ms: int) -> Told:
        """What follows from an update of an utterance; `did` is what the rep did in it."""
        self._note(words, did)
        told = (*self._expire(now_ms), *self._settle())
        return (*told, *self._begin_silence(words, did, now_ms), *self._next(now_ms))

    def tick(self, now_ms: int) -> Told:
        """What follows from time passing on the call's clock."""
        return (*self._expire(now_ms), *self._next(now_ms))

    def _note(self, words: Words, did: tuple[Did, ...]) -> None:
        self._named_ms = max([done.end_ms for done in did if done.act in NAMING], default=self._named_ms)
        self._is_label_tried |= any(done.act in ("label", "summary") for done in did)
        if self._silence_from_ms is not None:
            self._note_silence(self._silence_from_ms)
        if any(done.act == "filled_silence" for done in did):
            self._held_in_a_row = 0
        if words.speaker == "rep" and words.all:
            start_ms = words.all[0].start_ms
            # Nods of the other end no turn; a pause in which they could have begun does.
            if self._floor_ms is None or start_ms - self._rep_spoke_ms > self._rules.monologue.pause_ms:
                self._floor_ms = start_ms
            self._rep_spoke_ms = words.all[-1].end_ms
            self._awaits_reply = any(done.act in NAMING for done in did)
        elif words.speaker == "prospect" and words.all:
            self._awaits_reply = False
            if len(words.all) > MOST_NOD_WORDS:
                self._floor_ms = None
                self._prospect_spoke_ms = max(self._prospect_spoke_ms or 0, words.all[-1].end_ms)

    def _note_silence(self, from_ms: int) -> None:
        broken = next_word(self._recent.all, from_ms)
        if broken is not None:
            at_ms, by = broken
            is_held = by == "prospect" or at_ms - from_ms >= self._rules.hold_silence.for_ms
            self._held_in_a_row = self._held_in_a_row + 1 if is_held else 0
            self._silence_from_ms = None

    def _expire(self, now_ms: int) -> Told:
        return self._end() if self._live is not None and now_ms >= self._live.until_ms else ()

    def _settle(self) -> Told:
        """The end of what holds no longer."""
        if self._live is None:
            return ()
        holds = {
            "hold_silence": self._silence_from_ms is not None,
            "talking_over": True,
            "monologue": self._floor_ms is not None,
            "concern_open": self._concern in self._rep_side.open_concerns,
            "label_due": not self._is_label_tried,
        }
        return () if holds[self._live.topic] else self._end()

    def _end(self) -> Told:
        live, self._live = self._live, None
        return () if live is None else (CoachingOver(live.topic),)

    def _begin_silence(self, words: Words, did: tuple[Did, ...], now_ms: int) -> Told:
        acts = {done.act for done in did}
        if "filled_silence" in acts or acts.isdisjoint({"label", "mirror"}):
            return ()
        from_ms = self._silence_from_ms = words.all[-1].end_ms
        self._note_silence(from_ms)
        rule = self._rules.hold_silence
        if self._silence_from_ms is None or self._held_in_a_row >= rule.held_enough:
            return ()  # they have answered already, or the rep knows
        return self._show("hold_silence", rule, from_ms + rule.for_ms, now_ms)

    def _next(self, now_ms: int) -> Told:
        """Whatever else is worth a word now, gravest first; the reminder of a label gives way to each."""
        is_busy = self._live is not None and self._live.topic != "label_due"
        if is_busy or self._awaits_reply or now_ms < self._quiet_until_ms:
            return ()
        rules = self._rules
        told: Told = ()
        if self._is_talking_over(now_ms):
            told = self._show("talking_over", rules.talking_over, now_ms + rules.talking_over.for_ms, now_ms)
        elif self._is_monologue(now_ms):
            self._long_floor_ms = self._floor_ms
            told = self._show("monologue", rules.monologue, now_ms + rules.monologue.for_ms, now_ms)
        elif (concern := self._left_open(now_ms)) is not None:
            self._concern = concern
            self._reminded_of.add(concern.cue.name)
            until_ms = now_ms + rules.concern_open.for_ms
            told = self._show("concern_open", rules.concern_open, until_ms, now_ms, concern.sentence)
        elif self._is_label_due(now_ms):
            self._is_label_asked_for = True
            until_ms = min(now_ms + rules.label_due.for_ms, rules.label_due.until_ms)
            told = self._show("label_due", rules.label_due, until_ms, now_ms)
        if told:
            self._quiet_until_ms = now_ms + rules.apart_ms
        return told

    def _show(self, topic: CoachingTopic, rule: Topic, until_ms: int, now_ms: int, quote: str = "") -> Told:
        if rule.for_ms == 0 or until_ms <= now_ms:
            return ()
        ended = self._end()
        self._live = Coached(topic, rule.headline, rule.detail, quote, until_ms)
        return (*ended, self._live)

    def _is_talking_over(self, now_ms: int) -> bool:
        latest = [said for said in self._recent.all if now_ms - said.end_ms <= JUST_NOW_MS]
        return any(
            overlap_ms(first, second) >= max(1, self._rules.talking_over.overlap_ms)
            for second in latest
            if second.speaker == "rep"
            for first in latest
        )

    def _is_monologue(self, now_ms: int) -> bool:
        floor_ms, is_speaking = self._floor_ms, now_ms - self._rep_spoke_ms <= JUST_NOW_MS
        if floor_ms is None or not is_speaking or floor_ms == self._long_floor_ms:
            return False
        return now_ms - floor_ms >= self._rules.monologue.after_ms

    def _left_open(self, now_ms: int) -> Open | None:
        rule = self._rules.concern_open
        if self._prospect_spoke_ms is not None and now_ms - self._prospect_spoke_ms <= JUST_NOW_MS:
            return None  # they are telling something: it is to be heard out
        if self._named_ms is not None and now_ms - self._named_ms < self._talked_through_ms:
            return None  # what the rep has named is being talked through
        due = [
            concern
            for concern in self._rep_side.open_concerns
            if now_ms - concern.cue.end_ms >= rule.after_ms
            and concern.cue.name not in self._reminded_of
            and self._weight(concern) >= rule.least_weight
        ]
        return max(due, key=self._weight, default=None)

    def _weight(self, concern: Open) -> int:
        entry = self._cues.get(concern.cue.name)
        return 0 if entry is None else entry.weight

    def _is_label_due(self, now_ms: int) -> bool:
        has_spoken = self._prospect_spoke_ms is not None
        is_missing = has_spoken and not self._is_label_tried and not self._is_label_asked_for
        return is_missing and self._rules.label_due.after_ms <= now_ms < self._rules.label_due.until_ms

"""Which cue earns a suggestion, when, and for how long it is offered; one call's, pure."""

from typing import Literal

import msgspec

from assist.detection import Heard
from assist.grammar.tree import Parse
from assist.mirrors import is_still_said
from assist.overlay_events import Technique, WithdrawalReason
from assist.phrasing import Phrase, Phrasing, no_parser
from assist.playbook import Pace, Playbook
from detectors.contract import Cue, CueKind
from streaming.types import Words

Reason = Literal["low_confidence", "not_yet_firm", "cool_down", "same_concern_recent", "said_already", "no_wording"]


class Suggestion(msgspec.Struct, frozen=True):
    """Something to say now. `cue` is its name, `quote` the words that earned it, which ended at `end_ms`."""

    id: str
    technique: Technique
    text: str
    cue: str
    quote: str
    end_ms: int
    expires_ms: int


class Shown(msgspec.Struct, frozen=True):
    """Offer this; nothing else is offered any more."""

    suggestion: Suggestion


class Withdrawn(msgspec.Struct, frozen=True):
    """Stop offering the one with this id."""

    id: str
    reason: WithdrawalReason


class Considered(msgspec.Struct, frozen=True):
    """Weighed and not shown; `text` is empty where the playbook has no wording."""

    technique: Technique
    text: str
    cue: str
    quote: str
    reason: Reason


Decision = Shown | Withdrawn | Considered
_Key = tuple[int, CueKind, str]  # utterance of the prospect, kind and name of the cue


class _Live(msgspec.Struct, frozen=True):
    suggestion: Suggestion
    key: _Key


class _Quiet(msgspec.Struct, frozen=True):
    """Until `until_ms` only a cue heavier than `weight` is shown."""

    weight: int
    until_ms: int


class Advice:
    """What one call is advised. The same calls, with a clock that never goes back, give the same answers.

    Memory stays bounded: the cues of the last two utterances, one time a concern and technique, and `Phrasing`.
    """

    def __init__(self, playbook: Playbook, call_id: str, parse: Parse = no_parser) -> None:
        self._pace = playbook.advice
        self._summary_weight = playbook.summary.weight
        self._phrasing = Phrasing(playbook, call_id, parse)
        self._shown_count = 0
        self._live: _Live | None = None
        self._quiet: _Quiet | None = None
        self._tried_ms: dict[tuple[str, Technique], int] = {}
        self._answered: set[_Key] = set()
        self._waiting: dict[_Key, Cue] = {}
        self._unsettled: set[int] = set()

    def hear(self, heard: Heard, words: Words, now_ms: int) -> tuple[Decision, ...]:
        """What follows from an update of an utterance; `heard` is what detection made of these `words`.

        Only the prospect's cues earn anything. Decisions are in the order in which to tell them.
        """
        decisions = list(self._expire(now_ms))
        asked = self._phrasing.hear(heard, words)
        if words.speaker != "prospect":
            return tuple(decisions)
        self._answered = {key for key in self._answered if key[0] >= words.utterance - 1}
        self._unsettled = {number for number in self._unsettled if number >= words.utterance - 1}
        self._waiting = {key: cue for key, cue in self._waiting.items() if key[0] >= words.utterance - 1}
        decisions += self._take_back(heard.gone, words)
        for cue in self._due((*heard.new, *asked), words):
            decisions += self._weigh(cue, words, now_ms)
        return tuple(decisions)

    def tick(self, now_ms: int) -> tuple[Decision, ...]:
        """What follows from time passing on the call's clock."""
        return (*self._expire(now_ms), *self._sum_up(now_ms))

    def _sum_up(self, now_ms: int) -> tuple[Decision, ...]:
        """A summary at a lull, where nothing else is offered or was just now."""
        cue = self._phrasing.lull(now_ms)
        is_busy = self._live is not None or (self._quiet is not None and now_ms < self._quiet.until_ms)
        phrase = None if cue is None or is_busy else self._phrasing.summary(cue)
        if cue is None or phrase is None or self._phrasing.is_said(phrase):
            return ()
        return self._show(phrase, cue, (-1, cue.kind, cue.name), now_ms)

    def _expire(self, now_ms: int) -> tuple[Decision, ...]:
        if self._live is None or now_ms < self._live.suggestion.expires_ms:
            return ()
        return self._withdraw("expired")

    def _take_back(self, gone: tuple[Cue, ...], words: Words) -> tuple[Decision, ...]:
        gone_keys = {(words.utterance, cue.kind, cue.name) for cue in gone}
        # Heard again in settled words, such a cue may earn a suggestion after all.
        self._answered -= gone_keys
        for key in gone_keys:
            self._waiting.pop(key, None)
        live = self._live
        if live is None or live.key[0] != words.utterance:
            return ()
        shown = live.suggestion
        is_false_echo = shown.technique == "mirror" and not is_still_said(shown.text, words.all)
        if live.key not in gone_keys and not is_false_echo:
            return ()
        self._unsettled.add(words.utterance)
        self._answered.discard(live.key)
        # It should not have been shown, so it silences nothing that comes after it.
        self._quiet = None
        self._tried_ms.pop((shown.cue, shown.technique), None)
        return self._withdraw("words_changed")

    def _due(self, new: tuple[Cue, ...], words: Words) -> list[Cue]:
        """The cues to weigh now, heaviest first: those just heard, and at a pause those that waited for it."""
        due = []
        for cue in new:
            if self._phrasing.wordings(cue).at_pause:
                self._waiting[words.utterance, cue.kind, cue.name] = cue
            else:
                due.append(cue)
        if words.is_final:
            over = [key for key in self._waiting if key[0] == words.utterance]
            due += [self._waiting.pop(key) for key in over]
        return sorted(due, key=lambda cue: -self._weight(cue))

    def _weigh(self, cue: Cue, words: Words, now_ms: int) -> tuple[Decision, ...]:
        key = (words.utterance, cue.kind, cue.name)
        if cue.speaker != "prospect" or key in self._answered:
            return ()
        phrase, reason = self._choose(cue, words, now_ms)
        doubt = _doubt(self._pace, cue, words.utterance in self._unsettled)
        reason = doubt or reason or self._hush(cue, now_ms)
        if reason is not None:
            return (Considered(phrase.technique, phrase.text, cue.name, phrase.quote, reason),)
        return self._show(phrase, cue, key, now_ms)

    def _show(self, phrase: Phrase, cue: Cue, key: _Key, now_ms: int) -> tuple[Decision, ...]:
        replaced = self._withdraw("replaced")
        self._shown_count += 1
        suggestion = Suggestion(
            id=f"s{self._shown_count}",
            technique=phrase.technique,
            text=phrase.text,
            cue=cue.name,
            quote=phrase.quote,
            end_ms=phrase.end_ms,
            expires_ms=now_ms + self._pace.life_ms,
        )
        self._live = _Live(suggestion, key)
        # While their answer to a summary is awaited, only that answer is worth a card.
        weight = self._summary_weight if phrase.technique == "summary" else self._weight(cue)
        self._quiet = _Quiet(weight, now_ms + self._pace.cool_down_ms)
        self._tried_ms[cue.name, phrase.technique] = now_ms
        self._phrasing.note(phrase)
        self._answered.add(key)
        return (*replaced, Shown(suggestion))

    def _withdraw(self, reason: WithdrawalReason) -> tuple[Decision, ...]:
        live, self._live = self._live, None
        return () if live is None else (Withdrawn(live.suggestion.id, reason),)

    def _hush(self, cue: Cue, now_ms: int) -> Reason | None:
        quiet = self._quiet
        if quiet and now_ms < quiet.until_ms and self._weight(cue) <= quiet.weight:
            return "cool_down"
        return None

    def _choose(self, cue: Cue, words: Words, now_ms: int) -> tuple[Phrase, Reason | None]:
        """The first way of answering that nothing speaks against, else the first at all and what does."""
        refused: tuple[Phrase, Reason] | None = None
        was_labelled = (cue.name, "label") in self._tried_ms
        for phrase in self._phrasing.ways(cue, words, was_labelled):
            reason = self._staleness(phrase, cue, now_ms)
            if reason is None:
                return phrase, None
            refused = refused or (phrase, reason)
        return refused or (Phrase("label", "", cue.quote, cue.end_ms), "no_wording")

    def _staleness(self, phrase: Phrase, cue: Cue, now_ms: int) -> Reason | None:
        tried_ms = self._tried_ms.get((cue.name, phrase.technique))
        if tried_ms is not None and now_ms - tried_ms < self._pace.same_concern_ms:
            return "same_concern_recent"
        return "said_already" if self._phrasing.is_said(phrase) else None

    def _weight(self, cue: Cue) -> int:
        return self._phrasing.wordings(cue).weight


def _doubt(pace: Pace, cue: Cue, is_unsettled: bool) -> Reason | None:
    if cue.confidence < pace.min_confidence:
        return "low_confidence"
    # Words that made a fool of us once are believed only when they stand.
    if not cue.firm and (cue.confidence < pace.min_confidence_tentative or is_unsettled):
        return "not_yet_firm"
    return None

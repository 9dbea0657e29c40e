"""Which cue earns a suggestion, when, and for how long it is offered; one call's, pure."""

from assist.decisions import Considered, Decision, Shown, Withdrawn
from assist.detection import Heard
from assist.grammar.tree import Parse, no_parser
from assist.judging import NO_JUDGE, Judging
from assist.offers import Candidate, Key, Offers, Suggestion
from assist.overlay_events import WithdrawalReason
from assist.phrasing import Phrase, Phrasing
from assist.playbook import Playbook
from assist.rep_side import Did
from assist.restraint import Reason, Restraint
from assist.talk.turns import MOST_NOD_WORDS
from detectors.contract import Cue
from streaming.agreement import stands_in
from streaming.types import Words


class Advice:
    """What one call is advised. The same calls, with a clock that never goes back, give the same answers.

    Memory stays bounded: the cues of the last two utterances, and what `Offers`, `Restraint` and `Phrasing` keep.
    """

    def __init__(self, playbook: Playbook, call_id: str, parse: Parse = no_parser, judge: Judging = NO_JUDGE) -> None:
        self._life_ms = playbook.advice.life_ms
        self._policy = playbook.policy
        self._phrasing = Phrasing(playbook, call_id, parse, judge)
        self._restraint = Restraint(playbook.advice, playbook.policy)
        self._offers = Offers()
        self._answered: set[Key] = set()
        self._waiting: dict[Key, Candidate] = {}
        """Cues that are weighed once their speaker pauses."""
        self._held_back: dict[Key, Candidate] = {}
        """Cues that came too soon after a suggestion, to be weighed again while they are fresh."""
        self._unsettled: set[int] = set()
        self._last_answered: Candidate | None = None
        """What the newest suggestion came of."""

    def hear(self, heard: Heard, words: Words, now_ms: int, did: tuple[Did, ...] = ()) -> tuple[Decision, ...]:
        """What follows from an update of an utterance.

        `heard` is what detection made of these `words`, `did` what the rep did in them. Only the prospect's cues earn
        anything. Decisions are in the order in which to tell them.
        """
        decisions = list(self._expire(now_ms))
        asked = self._phrasing.hear(heard, words)
        self._offers.note(words)
        if words.speaker == "rep":
            return (*decisions, *self._hear_rep(words, did, now_ms))
        self._forget_before(words.utterance - 1)
        self._held_back = {key: held.seen_in(words) for key, held in self._held_back.items()}
        decisions += self._take_back(heard.gone, words, now_ms)
        decisions += self._move_on(now_ms)
        decisions += self._weigh_all(self._due((*heard.new, *asked), words, now_ms), now_ms)
        return tuple(decisions)

    def tick(self, now_ms: int) -> tuple[Decision, ...]:
        """What follows from time passing on the call's clock."""
        return (*self._expire(now_ms), *self._weigh_again(now_ms))

    def dismiss(self, id_: str, now_ms: int, *, wants_less: bool = False) -> tuple[Decision, ...]:
        """The rep waved that suggestion away; it counts once. Of any but the newest nothing follows.

        `wants_less`: of its technique, and about its concern, for the rest of the call.
        """
        last = self._offers.last
        if last is None or last.suggestion.id != id_ or last.is_dismissed:
            return ()
        last.is_dismissed = True
        waved = last.suggestion
        self._restraint.note_dismissed(waved.technique, now_ms, waved.cue if wants_less else None)
        self._held_back.clear()
        return self._withdraw("dismissed", now_ms)

    def another(self, id_: str, now_ms: int) -> tuple[Decision, ...]:
        """The rep would see another in place of the one that stands: what waits, or another way of answering the same.

        Nothing follows where there is neither, or where another stands by now. The rep asked: no cool-down counts.
        """
        live, answered = self._offers.live, self._last_answered
        if live is None or live.suggestion.id != id_ or answered is None:
            return ()
        for candidate in (*self._ranked(self._fresh(now_ms), now_ms), answered):
            for phrase in self._ways(candidate):
                if not self._phrasing.is_said(phrase):
                    self._held_back.pop(candidate.key, None)
                    return self._show(phrase, candidate, now_ms)
        return ()

    def go_on(self, shown: int, live: str | None, now_ms: int) -> tuple[Decision, ...]:
        """Takes up where another left off, once all that was said before is heard: as `Offers.go_on`."""
        gone = self._offers.go_on(shown, live, now_ms)
        return () if gone is None else (Withdrawn(gone, "moved_on"),)

    def _hear_rep(self, words: Words, did: tuple[Did, ...], now_ms: int) -> tuple[Decision, ...]:
        if len(words.all) > MOST_NOD_WORDS:
            self._held_back.clear()  # they were answered in some way, and the moment is gone
        for done in did:
            if done.move is not None:
                self._restraint.note_rep(done.cues, done.move.kind, now_ms)
                if done.move.kind == "summary":
                    self._phrasing.note_said_back(done.start_ms)
        return self._end_by_rep(words, did, now_ms) if words.is_final else ()

    def _end_by_rep(self, words: Words, did: tuple[Did, ...], now_ms: int) -> tuple[Decision, ...]:
        live, use = self._offers.live, self._offers.used(words, did)
        if use is not None:
            offer, used = use
            self._restraint.note_used(offer.suggestion.technique)
            return (used, *self._withdraw("used", now_ms)) if offer is live else (used,)
        if live is not None and any(live.suggestion.cue in done.cues for done in did if done.move is not None):
            return self._withdraw("moved_on", now_ms)  # taken up in a way of their own
        return self._move_on(now_ms)

    def _forget_before(self, utterance: int) -> None:
        self._answered = {key for key in self._answered if key[0] >= utterance}
        self._unsettled = {number for number in self._unsettled if number >= utterance}
        self._waiting = {key: waiting for key, waiting in self._waiting.items() if key[0] >= utterance}
        self._held_back = {key: held for key, held in self._held_back.items() if key[0] >= utterance}

    def _take_back(self, gone: tuple[Cue, ...], words: Words, now_ms: int) -> tuple[Decision, ...]:
        gone_keys = {(words.utterance, cue.kind, cue.name) for cue in gone}
        # Heard again in settled words, such a cue may earn a suggestion after all.
        self._answered -= gone_keys
        for key in gone_keys:
            self._waiting.pop(key, None)
            self._held_back.pop(key, None)
        live = self._offers.live
        if live is None or live.key[0] != words.utterance:
            return ()
        shown = live.suggestion
        is_false_echo = shown.technique == "mirror" and not stands_in(shown.text, words.all)
        if live.key not in gone_keys and not is_false_echo:
            return ()
        self._unsettled.add(words.utterance)
        self._answered.discard(live.key)
        self._restraint.note_taken_back(shown.cue, shown.technique)
        return self._withdraw("words_changed", now_ms)

    def _move_on(self, now_ms: int) -> tuple[Decision, ...]:
        """The end of an offer when so much else was said meanwhile that it would come too late."""
        live = self._offers.live
        return self._withdraw("moved_on", now_ms) if live and live.is_past(self._policy) else ()

    def _due(self, new: tuple[Cue, ...], words: Words, now_ms: int) -> list[Candidate]:
        """What to weigh now: the cues just heard, and at a pause those that waited for it."""
        due = []
        for candidate in (Candidate(cue, words) for cue in new):
            self._waiting.pop(candidate.key, None)
            if self._awaits_pause(candidate, now_ms):
                self._waiting[candidate.key] = candidate
            else:
                due.append(candidate)
        if words.is_final:
            over = [key for key in self._waiting if key[0] == words.utterance]
            due += [Candidate(self._waiting.pop(key).cue, words) for key in over]
        return due

    def _awaits_pause(self, candidate: Candidate, now_ms: int) -> bool:
        """Whether it is answered once they stop talking: as the playbook says, or since all can be summed up then."""
        cue, held = candidate.cue, self._restraint
        is_unwanted = held.less_of("summary") or held.is_recent(cue.name, "summary", now_ms)
        can_sum_up = not is_unwanted and self._phrasing.can_sum_up(cue, candidate.words)
        return can_sum_up or self._phrasing.wordings(cue).at_pause

    def _weigh_all(self, candidates: list[Candidate], now_ms: int) -> list[Decision]:
        ranked = self._ranked(candidates, now_ms)
        return [decision for candidate in ranked for decision in self._weigh(candidate, now_ms)]

    def _weigh_again(self, now_ms: int) -> tuple[Decision, ...]:
        """Of what came too soon and is fresh still, the one worth most, once the cool-down is over."""
        if not self._held_back or now_ms < self._restraint.quiet_until_ms:
            return ()
        fresh = self._fresh(now_ms)
        self._held_back = {}
        for candidate in self._ranked(fresh, now_ms):
            decisions = self._weigh(candidate, now_ms)
            if any(isinstance(decision, Shown) for decision in decisions):
                return decisions
        return ()

    def _fresh(self, now_ms: int) -> list[Candidate]:
        return [c for c in self._held_back.values() if now_ms - c.cue.end_ms <= self._policy.fresh_ms]

    def _ranked(self, candidates: list[Candidate], now_ms: int) -> list[Candidate]:
        """Those worth most first."""
        return sorted(candidates, key=lambda c: -self._worth(c.cue, self._choose(c, now_ms)[0], now_ms))

    def _weigh(self, candidate: Candidate, now_ms: int) -> tuple[Decision, ...]:
        cue = candidate.cue
        if cue.speaker != "prospect" or candidate.key in self._answered:
            return ()
        phrase, stale = self._choose(candidate, now_ms)
        doubt = self._restraint.doubt(cue, candidate.words.utterance in self._unsettled)
        over = self._phrasing.over_for(cue)
        poor: Reason | None = "not_worth_it" if self._worth(cue, phrase, now_ms) < self._policy.least_worth else None
        reason = doubt or over or stale or poor or self._restraint.hush(cue, self._weight(cue), now_ms)
        if reason is None:
            return self._show(phrase, candidate, now_ms)
        if reason == "cool_down" and not self._offers.have_answered(candidate):
            self._held_back[candidate.key] = candidate
        return (Considered(phrase.technique, phrase.text, cue.name, phrase.quote, reason),)

    def _show(self, phrase: Phrase, candidate: Candidate, now_ms: int) -> tuple[Decision, ...]:
        cue, self._last_answered = candidate.cue, candidate
        replaced = self._withdraw("replaced", now_ms)
        id_, until_ms = self._offers.next_id(), now_ms + self._life_ms
        suggestion = Suggestion(id_, phrase.technique, phrase.text, cue.name, phrase.quote, phrase.end_ms, until_ms)
        self._offers.show(suggestion, candidate.key, now_ms)
        self._restraint.note_shown(cue, self._phrasing.hush_weight(phrase, cue), phrase.technique, now_ms)
        self._phrasing.note(phrase)
        self._answered.add(candidate.key)
        return (*replaced, Shown(suggestion))

    def _withdraw(self, reason: WithdrawalReason, now_ms: int) -> tuple[Decision, ...]:
        id_ = self._offers.end(now_ms)
        return () if id_ is None else (Withdrawn(id_, reason),)

    def _expire(self, now_ms: int) -> tuple[Decision, ...]:
        live = self._offers.live
        return self._withdraw("expired", now_ms) if live and now_ms >= live.suggestion.expires_ms else ()

    def _choose(self, candidate: Candidate, now_ms: int) -> tuple[Phrase, Reason | None]:
        """The first way of answering that nothing speaks against, else the first at all and what does."""
        cue = candidate.cue
        refused: tuple[Phrase, Reason] | None = None
        for phrase in self._ways(candidate):
            reason = self._staleness(phrase, cue, now_ms)
            if reason is None:
                return phrase, None
            refused = refused or (phrase, reason)
        return refused or (Phrase("label", "", cue.quote, cue.end_ms), "no_wording")

    def _ways(self, candidate: Candidate) -> list[Phrase]:
        """The ways of answering, best first; those that the rep wants less of come last."""
        was_labelled = self._restraint.was_labelled(candidate.cue.name)
        ways = self._phrasing.ways(candidate.cue, candidate.words, was_labelled) if candidate.words.all else []
        return sorted(ways, key=lambda phrase: self._restraint.less_of(phrase.technique))

    def _staleness(self, phrase: Phrase, cue: Cue, now_ms: int) -> Reason | None:
        if self._restraint.is_recent(cue.name, phrase.technique, now_ms):
            return "same_concern_recent"
        return "said_already" if self._phrasing.is_said(phrase) else None

    def _worth(self, cue: Cue, phrase: Phrase, now_ms: int) -> float:
        return self._restraint.worth(cue, self._weight(cue), phrase.technique, now_ms)

    def _weight(self, cue: Cue) -> int:
        return self._phrasing.wordings(cue).weight

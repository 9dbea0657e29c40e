"""The suggestion on the rep's screen and the few before it: whether they were said, whether talk has moved on; pure."""

from collections import deque

import msgspec
from msgspec.structs import replace

from assist.overlay_events import SaidHow, Technique
from assist.playbook_rules import Policy
from assist.rep_side import Did
from assist.talk.saying import LATE_MS, is_meant, is_said
from detectors.contract import Cue, CueKind
from streaming.types import Speaker, Words, text_of

Key = tuple[int, CueKind, str]
"""Utterance of the prospect, kind and name of the cue."""

OFFERS_KEPT = 3
"""A sentence read off the screen may be finished when a newer one stands there."""


class Candidate(msgspec.Struct, frozen=True):
    """A cue with the words it was last seen in."""

    cue: Cue
    words: Words

    @property
    def key(self) -> Key:
        return (self.words.utterance, self.cue.kind, self.cue.name)

    def seen_in(self, words: Words) -> "Candidate":
        """With these words, if they are its utterance's; else with its own, which stand at a pause no longer."""
        is_its_own = words.utterance == self.words.utterance
        return Candidate(self.cue, words if is_its_own else replace(self.words, is_final=False))


class Suggestion(msgspec.Struct, frozen=True):
    """Something to say now. `cue` is its name, `quote` the words that earned it, which ended at `end_ms`."""

    id: str
    technique: Technique
    text: str
    cue: str
    quote: str
    end_ms: int
    expires_ms: int


class Used(msgspec.Struct, frozen=True):
    """The rep said the one with this id, as it was shown or in words of their own: `text`, begun at `start_ms`."""

    id: str
    how: SaidHow
    text: str
    start_ms: int


class Offer(msgspec.Struct):
    """A suggestion from `shown_ms` to `gone_ms`; `said` counts the words begun meanwhile, by speaker and utterance."""

    suggestion: Suggestion
    key: Key
    shown_ms: int
    gone_ms: int | None = None
    is_used: bool = False
    is_dismissed: bool = False
    said: dict[tuple[Speaker, int], int] = {}

    def words_of(self, speaker: Speaker) -> int:
        """How many words of that speaker began while it stood."""
        return sum(count for (who, _), count in self.said.items() if who == speaker)

    def is_past(self, policy: Policy) -> bool:
        """Whether so much was said meanwhile that it would come too late."""
        rep, prospect = self.words_of("rep"), self.words_of("prospect")
        return rep >= policy.moved_on_rep_words or prospect >= policy.moved_on_prospect_words


class Offers:
    """One call's. At most one offer stands."""

    def __init__(self) -> None:
        self._offers: deque[Offer] = deque(maxlen=OFFERS_KEPT)
        self._named = 0

    @property
    def live(self) -> Offer | None:
        """The one that stands."""
        last = self.last
        return last if last is not None and last.gone_ms is None else None

    @property
    def last(self) -> Offer | None:
        """The newest, whether it stands or not."""
        return self._offers[-1] if self._offers else None

    def have_answered(self, candidate: Candidate) -> bool:
        """Whether the newest came of the same words: heard in two ways, they need one answer."""
        last = self.last
        if last is None or last.key[0] != candidate.key[0]:
            return False
        return candidate.cue.start_ms < last.suggestion.end_ms

    def next_id(self) -> str:
        """The name of one that is to be shown."""
        self._named += 1
        return f"s{self._named}"

    def go_on(self, shown: int, live: str | None, now_ms: int) -> str | None:
        """On the rep's screen so many were shown, and `live` stands. Gives that one if it is not the one known here."""
        self._named = max(self._named, shown)
        if self.live is not None and self.live.suggestion.id == live:
            return None
        self.end(now_ms)
        return live

    def show(self, suggestion: Suggestion, key: Key, now_ms: int) -> None:
        """It stands from now on; end the one before it first."""
        self._offers.append(Offer(suggestion, key, now_ms))

    def end(self, now_ms: int) -> str | None:
        """Takes down the one that stands, and gives its id."""
        live = self.live
        if live is None:
            return None
        live.gone_ms = now_ms
        return live.suggestion.id

    def note(self, words: Words) -> None:
        """Counts what is said while one stands."""
        if (live := self.live) is not None:
            since = sum(word.start_ms >= live.shown_ms for word in words.all)
            live.said[words.speaker, words.utterance] = since

    def used(self, words: Words, did: tuple[Did, ...]) -> tuple[Offer, Used] | None:
        """The newest suggestion that was said with a final utterance of the rep, told once."""
        for offer in reversed(self._offers):
            used = None if offer.is_used else _use(offer, words, did)
            if used is not None:
                offer.is_used = True
                return offer, used
        return None


def _use(offer: Offer, words: Words, did: tuple[Did, ...]) -> Used | None:
    shown, gone_ms = offer.suggestion, offer.gone_ms
    said = tuple(
        word
        for word in words.all
        if offer.shown_ms <= word.start_ms and (gone_ms is None or word.start_ms <= gone_ms + LATE_MS)
    )
    if said and is_said(shown.text, text_of(said)):
        return Used(shown.id, "said", text_of(said), said[0].start_ms)
    for done in did:
        is_in_time = offer.shown_ms <= done.start_ms and (gone_ms is None or done.start_ms <= gone_ms)
        if is_in_time and done.move is not None and is_meant(shown.technique, done.move):
            return Used(shown.id, "own_words", done.text, done.start_ms)
    return None

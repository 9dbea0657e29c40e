"""How the talk goes, in four readings that are told now and then: share, pace, monologue, silence; one call's, pure."""

from collections import Counter, deque

from assist.overlay_events import PulseChanged
from assist.playbook_rules import CoachingRules
from assist.rep_side import Did
from assist.talk.recent import Recent
from assist.talk.silence import next_word
from assist.talk.stretch import Stretch, stretch_of
from assist.talk.turns import MOST_NOD_WORDS
from streaming.types import Speaker, Words

APART_MS = 5_000
"""Readings come no oftener than this, but for the silence, which is over by then."""

LEAST_TALK_MS = 20_000
"""A share of less talk says nothing."""

SHARE_STEP = 0.05
PACE_STEP_WPM = 10
"""A figure that moves all the time draws the eye; in steps it stands still until something has changed."""

PACE_OVER_MS = 60_000
"""How much of the rep's last talk counts: a pace is how they talk now."""

LEAST_PACE_MS = 10_000
LEAST_MONOLOGUE_MS = 15_000
"""Anything shorter is a turn."""

LONGEST_LAG_MS = 3_000
"""Words are told so long after they ended at most; a silence in words is none before."""

HELD_AT_MOST = 2
"""The silence of a line that nobody speaks on any more is not held; so many times as long as it is worth."""


class Pulse:
    """One call's. `recent` has to have heard first what it is told.

    Memory stays bounded: two sums, the last utterances of the rep that make a minute, three times.
    """

    def __init__(self, recent: Recent, rules: CoachingRules) -> None:
        self._recent = recent
        self._hold_ms = rules.hold_silence.for_ms
        self._pause_ms = max(rules.monologue.pause_ms, LONGEST_LAG_MS)
        self._talk_ms: Counter[Speaker] = Counter()
        self._paced: deque[tuple[int, int]] = deque()
        """Words and ms of the rep's last utterances."""
        self._floor: tuple[int, int] | None = None
        """Where the rep's talk began that is not over, and up to where it was heard."""
        self._silence_from_ms: int | None = None
        self._told = PulseChanged(None, None, None, None, self._hold_ms)
        self._told_ms = 0

    def hear(self, words: Words, did: tuple[Did, ...]) -> None:
        """Takes an update of an utterance; `did` is what the rep did in it."""
        said = stretch_of(words.speaker, words.all)
        if said is None:
            return
        if words.is_final:
            self._note_talk(said)
        self._note_floor(said)
        acts = {done.act for done in did}
        if self._hold_ms and not acts.isdisjoint({"label", "mirror"}):
            self._silence_from_ms = said.end_ms
        if self._silence_from_ms is not None and next_word(self._recent.all, self._silence_from_ms) is not None:
            self._silence_from_ms = None

    def changed(self, now_ms: int) -> PulseChanged | None:
        """The readings where they have changed and are due; call it often."""
        if self._silence_from_ms is not None and now_ms - self._silence_from_ms >= HELD_AT_MOST * self._hold_ms:
            self._silence_from_ms = None
        is_urgent = self._silence_from_ms != self._told.silence_from_ms
        if not is_urgent and now_ms - self._told_ms < APART_MS:
            return None
        reading = PulseChanged(
            self._share(), self._pace(), self._monologue_from(now_ms), self._silence_from_ms, self._hold_ms
        )
        if reading == self._told:
            return None
        self._told, self._told_ms = reading, now_ms
        return reading

    def _note_talk(self, said: Stretch) -> None:
        spoken_ms = said.end_ms - said.start_ms
        self._talk_ms[said.speaker] += spoken_ms
        if said.speaker == "rep":
            self._paced.append((len(said.words), spoken_ms))
            while sum(ms for _, ms in self._paced) - self._paced[0][1] >= PACE_OVER_MS:
                self._paced.popleft()

    def _note_floor(self, said: Stretch) -> None:
        if said.speaker == "prospect":
            # Nods of the other end no talk.
            self._floor = None if len(said.words) > MOST_NOD_WORDS else self._floor
        elif self._floor is None or said.start_ms - self._floor[1] > self._pause_ms:
            self._floor = (said.start_ms, said.end_ms)
        else:
            self._floor = (self._floor[0], max(self._floor[1], said.end_ms))

    def _share(self) -> float | None:
        rep, prospect = self._talk_ms["rep"], self._talk_ms["prospect"]
        if not (rep and prospect) or rep + prospect < LEAST_TALK_MS:
            return None  # a side that has not spoken may not be on the line at all
        return round(round(rep / (rep + prospect) / SHARE_STEP) * SHARE_STEP, 2)

    def _pace(self) -> int | None:
        words, spoken_ms = (sum(column) for column in zip(*self._paced, strict=True)) if self._paced else (0, 0)
        if spoken_ms < LEAST_PACE_MS:
            return None
        return round(words * 60_000 / spoken_ms / PACE_STEP_WPM) * PACE_STEP_WPM

    def _monologue_from(self, now_ms: int) -> int | None:
        if self._floor is None:
            return None
        from_ms, heard_ms = self._floor
        is_on = now_ms - heard_ms <= self._pause_ms and now_ms - from_ms >= LEAST_MONOLOGUE_MS
        return from_ms if is_on else None

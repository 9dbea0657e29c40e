"""What keeps a suggestion back: doubt, haste, what the rep has in hand, what the rep waved away; one call's, pure."""

from collections import Counter
from typing import Literal

import msgspec

from assist.overlay_events import Technique
from assist.playbook import Pace
from assist.playbook_rules import Policy
from assist.talk.taking_up import UNDERSTOOD
from detectors.contract import Cue

Reason = Literal[
    "low_confidence",
    "not_yet_firm",
    "cool_down",
    "dismissed",
    "rep_is_on_it",
    "same_concern_recent",
    "said_already",
    "not_worth_it",
    "no_wording",
    "settled",
    "parting",
]


class _Quiet(msgspec.Struct, frozen=True):
    """Until `until_ms` only a cue heavier than `weight` is shown, and only if that is not outweighed by its age."""

    weight: int
    weight_then: float
    until_ms: int


class Restraint:
    """Memory stays bounded: times by cue and technique."""

    def __init__(self, pace: Pace, policy: Policy) -> None:
        self._pace = pace
        self._policy = policy
        self._quiet: _Quiet | None = None
        self._dismissed_until_ms = 0
        self._dismissed_in_a_row = 0
        self._dismissed: Counter[Technique] = Counter()
        self._less_of: Counter[Technique] = Counter()
        self._less_about: Counter[str] = Counter()
        self._tried_ms: dict[tuple[str, Technique], int] = {}
        self._taken_ms: dict[str, int] = {}
        self._last: Technique | None = None

    @property
    def quiet_until_ms(self) -> int:
        """When the cool-down after the last suggestion is over."""
        return self._quiet.until_ms if self._quiet else 0

    def doubt(self, cue: Cue, is_unsettled: bool) -> Reason | None:
        """What speaks against believing a cue; `is_unsettled`: its utterance made a fool of us before."""
        if cue.confidence < self._pace.min_confidence:
            return "low_confidence"
        if not cue.firm and (cue.confidence < self._pace.min_confidence_tentative or is_unsettled):
            return "not_yet_firm"
        return None

    def hush(self, cue: Cue, weight: int, now_ms: int) -> Reason | None:
        """What speaks against saying anything of a cue now."""
        taken_ms = self._taken_ms.get(cue.name)
        if taken_ms is not None and now_ms - taken_ms < self._policy.rep_on_it_ms:
            return "rep_is_on_it"
        if now_ms < self._dismissed_until_ms:
            return "dismissed"
        quiet = self._quiet
        if quiet is None or now_ms >= quiet.until_ms:
            return None
        is_heavier = weight > quiet.weight and self._weight_now(cue, weight, now_ms) > quiet.weight_then
        return None if is_heavier else "cool_down"

    def is_recent(self, name: str, technique: Technique, now_ms: int) -> bool:
        """Whether that was tried on this concern so lately that it is not tried again."""
        tried_ms = self._tried_ms.get((name, technique))
        return tried_ms is not None and now_ms - tried_ms < self._pace.same_concern_ms

    def was_labelled(self, name: str) -> bool:
        """Whether a label for this concern was shown, or said unasked."""
        return (name, "label") in self._tried_ms

    def worth(self, cue: Cue, weight: int, technique: Technique, now_ms: int) -> float:
        """The cue's weight, less what has grown stale, what would be more of the same, and what was waved away."""
        policy = self._policy
        same = policy.same_technique_costs if technique == self._last else 0
        dismissed = min(policy.dismissed_costs_most, policy.dismissed_costs * self._dismissed[technique])
        less = policy.less_costs * (self._less_of[technique] + self._less_about[cue.name])
        return self._weight_now(cue, weight, now_ms) - same - dismissed - less

    def less_of(self, technique: Technique) -> int:
        """How often the rep has asked for less of that in this call."""
        return self._less_of[technique]

    def _weight_now(self, cue: Cue, weight: int, now_ms: int) -> float:
        return weight - self._policy.stale_costs_per_s * max(0, now_ms - cue.end_ms) / 1000

    def note_shown(self, cue: Cue, weight: int, technique: Technique, now_ms: int) -> None:
        """A suggestion was shown."""
        self._quiet = _Quiet(weight, self._weight_now(cue, weight, now_ms), now_ms + self._pace.cool_down_ms)
        self._tried_ms[cue.name, technique] = now_ms
        self._last = technique

    def note_taken_back(self, name: str, technique: Technique) -> None:
        """It should not have been shown, so it silences nothing that comes after it."""
        self._quiet = None
        self._tried_ms.pop((name, technique), None)

    def note_rep(self, names: tuple[str, ...], technique: Technique, now_ms: int) -> None:
        """The rep took up these concerns. Of a label or a mirror they say that it is so and go on: that is their turn,
        and no breakthrough, which follows a summary."""
        taken = (*names, UNDERSTOOD) if technique in ("label", "mirror") else names
        self._taken_ms |= dict.fromkeys(taken, now_ms)
        if technique == "summary":
            self._taken_ms.pop(UNDERSTOOD, None)
        self._tried_ms |= {(name, technique): now_ms for name in names}

    def note_used(self, technique: Technique) -> None:
        """The rep said what was shown: it is welcome again."""
        self._dismissed_in_a_row = 0
        self._dismissed[technique] = max(0, self._dismissed[technique] - 1)

    def note_dismissed(self, technique: Technique, now_ms: int, less_about: str | None = None) -> None:
        """The rep waved a suggestion away: not now, and of that kind fewer.

        `less_about` names a concern: about it, and of that technique, the rep wants less for the rest of the call.
        """
        if less_about is not None:
            self._less_of[technique] += 1
            self._less_about[less_about] += 1
        self._dismissed_in_a_row += 1
        self._dismissed[technique] += 1
        quiet_ms = self._policy.dismissed_quiet_ms * self._dismissed_in_a_row
        self._dismissed_until_ms = now_ms + min(self._policy.dismissed_quiet_most_ms, quiet_ms)

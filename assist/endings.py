"""What came to its end with what they said last, so that a card would open it again or come too late; pure."""

from assist.judging import Judging, Over
from assist.playbook import Playbook
from detectors.contract import Cue
from detectors.meaning.listener import ANSWERED_MS
from streaming.types import Words, text_of

UNDERSTOOD = "thats_right"
"""The cue by which they say that their side was put into words."""


class Endings:
    """One call's; only the last turn of either is kept."""

    def __init__(self, playbook: Playbook, judge: Judging) -> None:
        self._policy = playbook.policy
        self._glad = (*playbook.summary.settles, UNDERSTOOD)
        self._judge = judge
        self._rep_said: Words | None = None
        self._newest = 0
        self.over: Over | None = None
        """With the prospect's last turn; nothing while they speak."""

    def hear(self, words: Words) -> None:
        """Takes an update of an utterance. One without words tells nothing, nor does one that is not the last."""
        if not words.all or (words.speaker == "prospect" and words.utterance < self._newest):
            return
        if words.speaker == "prospect":
            self._newest = words.utterance
            self.over = self._over_with(words) if words.is_final else None
        elif words.is_final:
            self._rep_said = words

    def over_for(self, cue: Cue) -> Over | None:
        """Why nothing is to be said to a cue, if so. What gladdens them is shared, unless they are gone."""
        return None if self.over == "settled" and cue.name in self._glad else self.over

    def _over_with(self, words: Words) -> Over | None:
        text, asked = text_of(words.all), self._rep_said
        is_answer = asked is not None and words.all[0].start_ms - asked.all[-1].end_ms < ANSWERED_MS
        before = text_of(asked.all) if asked is not None and is_answer else None
        outcome = self._judge.outcome(text, before)
        if outcome is None:
            return None
        if outcome.ends >= self._policy.parting_from:
            return "parting"
        # Who asks is not done, however glad.
        return "settled" if outcome.accepts >= self._policy.settled_from and not text.endswith("?") else None

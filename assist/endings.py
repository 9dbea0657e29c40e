"""What came to its end with what they said last, so that a card would open it again or come too late; pure."""

from assist.judging import Over
from assist.playbook import Playbook
from assist.readings import Readings
from assist.talk.taking_up import UNDERSTOOD
from detectors.contract import Cue
from streaming.types import Words, text_of


class Endings:
    """One call's. `readings` has to have heard first what it is told."""

    def __init__(self, playbook: Playbook, readings: Readings) -> None:
        self._policy = playbook.policy
        self._glad = (*playbook.summary.settles, UNDERSTOOD)
        self._readings = readings
        self._newest = 0
        self.over: Over | None = None
        """With the prospect's last turn; nothing while they speak."""

    def hear(self, words: Words) -> None:
        """Takes an update of an utterance. One without words tells nothing, nor does one that is not the last."""
        if words.speaker == "prospect" and words.all and words.utterance >= self._newest:
            self._newest = words.utterance
            self.over = self._over_with(words) if words.is_final else None

    def over_for(self, cue: Cue) -> Over | None:
        """Why nothing is to be said to a cue, if so. What gladdens them is shared, unless they are gone."""
        return None if self.over == "settled" and cue.name in self._glad else self.over

    def _over_with(self, words: Words) -> Over | None:
        reading = self._readings.of(words)
        if reading is None:
            return None
        if reading.ends >= self._policy.parting_from:
            return "parting"
        # Who asks is not done, however glad.
        is_asking = text_of(words.all).endswith("?")
        return "settled" if reading.accepts >= self._policy.settled_from and not is_asking else None

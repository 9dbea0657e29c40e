"""Which cases of a concern hold: by how the turn reads, what was said in it and before it; one call's, pure."""

from collections.abc import Iterator, Mapping

from assist.detection import Heard
from assist.playbook import Playbook
from assist.playbook_talk import Case, is_any_said
from assist.readings import Readings
from assist.talk.taking_up import UNDERSTOOD
from detectors.contract import Cue
from streaming.types import Words


class Cases:
    """Of each cue its last time is kept, until what gladdens them settles all; taken back, it was not voiced."""

    def __init__(self, playbook: Playbook, readings: Readings) -> None:
        self._cues = playbook.cues
        self._policy = playbook.policy
        self._pace = playbook.advice
        self._answers = {*playbook.summary.settles, UNDERSTOOD}
        self._readings = readings
        self._voiced_ms: dict[str, int] = {}

    def hear(self, heard: Heard) -> None:
        """Takes what was detected in an update of an utterance of the prospect's."""
        for cue in heard.gone:
            if self._voiced_ms.get(cue.name) == cue.end_ms:
                del self._voiced_ms[cue.name]
        plain = [cue for cue in heard.new if cue.confidence >= self._pace.min_confidence]
        if any(cue.name in self._answers for cue in plain):
            self._voiced_ms.clear()
        self._voiced_ms |= {cue.name: cue.end_ms for cue in plain}

    def holding(self, cue: Cue, words: Words, *texts: str) -> Iterator[Case]:
        """Those that hold for a cue in these words. What was said is looked for in these texts, which are settled.

        Cases that were not learnt come first, in the playbook's order; then the others, likeliest first, by how the
        words read as they stand: the card rests on the cue, and says nothing of theirs that may change.
        """
        entry = self._cues.get(cue.name)
        cases = {} if entry is None else entry.when
        likely = self._likely(cue, words) if cases else {}
        for name in sorted(cases, key=lambda name: -likely.get(name, 2.0)):
            if self._holds(cases[name], cue, texts, likely.get(name)):
                yield cases[name]

    def _holds(self, case: Case, cue: Cue, texts: tuple[str, ...], likely: float | None) -> bool:
        is_said = any(is_any_said(case.said, text) for text in texts)
        is_after = any(self._is_lately(name, cue) for name in case.after)
        if case.after and not is_after:
            return False
        if likely is not None:
            return likely >= (self._policy.case_from_said if is_said else self._policy.case_from)
        return is_said or (is_after and not case.said)

    def _is_lately(self, name: str, cue: Cue) -> bool:
        voiced_ms = self._voiced_ms.get(name)
        return voiced_ms is not None and 0 <= cue.start_ms - voiced_ms < self._pace.same_concern_ms

    def _likely(self, cue: Cue, words: Words) -> Mapping[str, float]:
        """By the name of the case; where nobody can tell, empty."""
        reading = self._readings.of(words)
        if reading is None:
            return {}
        prefix = f"{cue.name}."
        return {name.removeprefix(prefix): p for name, p in reading.cases.items() if name.startswith(prefix)}

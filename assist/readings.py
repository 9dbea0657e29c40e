"""How their turns read, heard as answers to what the rep said just before; one call's, pure."""

from collections import deque

from assist.judging import Judging
from detectors.meaning.judge import Reading
from detectors.meaning.listener import ANSWERED_MS
from streaming.types import Words, text_of

REP_TURNS_KEPT = 4


class Readings:
    """The rep's last turns are kept, for a turn may be read again later."""

    def __init__(self, judge: Judging) -> None:
        self._judge = judge
        self._rep_said: deque[Words] = deque(maxlen=REP_TURNS_KEPT)

    def hear(self, words: Words) -> None:
        """Takes an update of an utterance."""
        if words.speaker == "rep" and words.is_final and words.all:
            self._rep_said.append(words)

    def of(self, words: Words) -> Reading | None:
        """Of the prospect's words; None where there are none, or nobody can tell."""
        if not words.all:
            return None
        start_ms = words.all[0].start_ms
        asked = next((said for said in reversed(self._rep_said) if said.all[0].start_ms < start_ms), None)
        is_answer = asked is not None and start_ms - asked.all[-1].end_ms < ANSWERED_MS
        return self._judge.reading(text_of(words.all), text_of(asked.all) if asked is not None and is_answer else None)

"""One practice as it runs: whose turn it is, when the rep has finished one, and what is said next; pure.

All times are milliseconds on the call's clock. One step of `tick` tells at most one line.
"""

from assist.practice.course import Course, begin, follow, has_answer, is_over
from assist.practice.events import ProspectAnswered
from assist.practice.hearing import WORD_MS, Heard, heard_in, spoken
from assist.practice.scenario import Scenario
from assist.talk.stretch import Stretch, stretch_of
from assist.talk.turns import is_nod
from streaming.types import Word, Words

LEAD_MS = 600
ANSWER_AFTER_MS = 1_000
"""Once the rep's words stand and nothing more is being said, they answer: people leave each other about so long."""

SILENCE_MS = 4_500
"""So long a silence lets them go on: the four seconds that a label wants, and a moment."""

PATIENCE_MS = 25_000
"""So long they wait for a rep who thinks, where they have nothing more to say by themselves."""

NO_WORDS = Heard("silence", "")


class Session:
    """One call's. `speaks`: the rep answers by microphone, so that silence is one; else it must be told by `wait`."""

    def __init__(self, scenario: Scenario, speaks: bool) -> None:
        self._scenario = scenario
        self._speaks = speaks
        self._course: Course | None = None
        self._played_ms: int | None = None
        self._now_ms = self._changed_ms = 0
        self._heard: dict[int, Stretch] = {}
        self._unfinished: set[int] = set()
        self._typed = 0
        self._waits = False

    def hear(self, words: Words) -> None:
        """Takes an utterance of the rep's as it stands now, at the time of the last tick."""
        if words.speaker != "rep":
            return
        self._changed_ms = self._now_ms
        stretch = stretch_of("rep", words.all)
        if stretch is None or words.is_final:
            self._unfinished.discard(words.utterance)
        else:
            self._unfinished.add(words.utterance)
        # Somebody who types "okay" means it for an answer; aloud it is a sign of listening, and they go on.
        if stretch is not None and words.is_final and not (self._speaks and is_nod(stretch)):
            self._heard[words.utterance] = stretch

    def played(self, line: str, now_ms: int) -> None:
        """They have finished saying a line."""
        if self._course is not None and line == self._course.at and self._played_ms is None:
            self._played_ms = now_ms

    def say(self, text: str, now_ms: int) -> Words | None:
        """What the rep types, as words just said; None while the prospect speaks, or where there are none.

        It must be made known to the call, which tells it to `hear`.
        """
        if self._speaks or self._played_ms is None or not text.split():
            return None
        # It was said while it was typed; never before the prospect had finished.
        start_ms = max(self._played_ms, now_ms - WORD_MS * len(text.split()))
        said = spoken("rep", text, start_ms, max(now_ms, start_ms + 1))
        words = tuple(Word(word.text, word.start_ms, word.end_ms, 1.0) for word in said.words)
        self._typed += 1
        return Words("rep", self._typed - 1, words, (), True)

    def wait(self) -> None:
        """The rep says nothing, and lets them go on."""
        self._waits = self._played_ms is not None and not self._heard

    def tick(self, now_ms: int, waiting_ms: int = 0) -> ProspectAnswered | None:
        """What they begin to say now, if anything. `waiting_ms` of speech has not been put into words yet."""
        self._now_ms = now_ms
        if self._course is None:
            return self._tell(begin(self._scenario), None) if now_ms >= LEAD_MS else None
        if self._played_ms is None or is_over(self._scenario, self._course):
            return None
        heard = self._turn(now_ms, waiting_ms)
        if heard is None:
            return None
        return self._tell(follow(self._scenario, self._course, heard.tried), heard)

    def _turn(self, now_ms: int, waiting_ms: int) -> Heard | None:
        """What the rep's turn was, once it is over."""
        if self._waits:
            return NO_WORDS
        if self._unfinished or waiting_ms or self._played_ms is None or self._course is None:
            return None
        quiet_ms = now_ms - max(self._played_ms, self._changed_ms)
        if self._heard:
            said = sorted(self._heard.values(), key=lambda stretch: stretch.start_ms)
            turn = Stretch("rep", tuple(word for stretch in said for word in stretch.words))
            lines = self._scenario.lines
            before = " ".join(lines[name].says for name in sorted(self._course.said))
            return heard_in(turn, lines[self._course.at].says, before) if quiet_ms >= ANSWER_AFTER_MS else None
        goes_on = has_answer(self._scenario, self._course, "silence")
        return NO_WORDS if self._speaks and quiet_ms >= (SILENCE_MS if goes_on else PATIENCE_MS) else None

    def _tell(self, course: Course, heard: Heard | None) -> ProspectAnswered:
        self._course, self._played_ms, self._waits = course, None, False
        self._heard.clear()
        line = self._scenario.lines[course.at]
        tried, because = (heard.tried, heard.text) if heard else (None, "")
        return ProspectAnswered(course.at, line.says, line.openness, tried, because, line.ending)

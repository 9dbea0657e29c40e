"""The pulse tells what the talk is like, seldom, and the silence after a label at once."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.detection import Heard
from assist.overlay_events import PulseChanged
from assist.playbook import load
from assist.playbook_rules import CoachingRules
from assist.pulse import APART_MS, HELD_AT_MOST, LEAST_MONOLOGUE_MS, LEAST_TALK_MS, Pulse
from assist.rep_side import RepSide
from assist.talk.recent import Recent
from streaming.types import Speaker, Word, Words

RULES = load(None).coaching
HOLD_MS = RULES.hold_silence.for_ms
LABEL = "It seems like that was hard."
WORD_MS = 400  # 150 words a minute


class Call:
    """Talk and what the pulse tells of it; the clock is that of the words, which are told as they end."""

    def __init__(self, rules: CoachingRules = RULES) -> None:
        self._recent = Recent()
        self._side = RepSide(self._recent, rules.hold_silence.for_ms)
        self._pulse = Pulse(self._recent, rules)
        self.now_ms = 0
        self.told: list[tuple[int, PulseChanged]] = []
        self._count = 0

    def say(
        self, speaker: Speaker, text: str, after_ms: int = 500, is_final: bool = True, word_ms: int = WORD_MS
    ) -> PulseChanged | None:
        """What is told when that was said."""
        start_ms = self.now_ms + after_ms
        said = tuple(
            Word(word, start_ms + i * word_ms, start_ms + (i + 1) * word_ms, 0.9) for i, word in enumerate(text.split())
        )
        self.now_ms = said[-1].end_ms
        self._count += 1
        words = Words(speaker, self._count, said if is_final else (), () if is_final else said, is_final)
        self._recent.hear(words)
        self._pulse.hear(words, self._side.hear(words, Heard((), ())))
        return self._told()

    def wait(self, duration_ms: int) -> PulseChanged | None:
        """What is told while nobody speaks."""
        self.now_ms += duration_ms
        return self._told()

    def reading(self) -> PulseChanged:
        """The last that was told."""
        return self.told[-1][1]

    def _told(self) -> PulseChanged | None:
        reading = self._pulse.changed(self.now_ms)
        if reading is not None:
            self.told.append((self.now_ms, reading))
        return reading


@pytest.fixture
def call() -> Call:
    return Call()


def words(count: int) -> str:
    """So many words that do nothing."""
    return " ".join(["word"] * count)


def test_a_share_needs_both_sides_and_some_talk(call: Call) -> None:
    """A share of one sentence, or of a line on which only one is heard, says nothing."""
    assert 60 * WORD_MS >= LEAST_TALK_MS
    call.say("rep", words(60))
    call.wait(APART_MS)
    assert call.reading().rep_share is None
    call.say("prospect", words(20))
    call.wait(APART_MS)
    assert call.reading().rep_share == 0.75


def test_pace_is_that_of_the_last_minute_of_the_reps_own_talk(call: Call) -> None:
    """In steps of ten; how they talked before does not count any more."""
    for word_ms, pace_wpm in ((400, 150), (590, 100)):
        for _ in range(10):
            call.say("rep", words(25), word_ms=word_ms)
        call.wait(APART_MS)
        assert call.reading().pace_wpm == pace_wpm


def test_a_monologue_is_told_once_it_is_one_and_until_they_answer(call: Call) -> None:
    """A nod ends none; an answer does."""
    call.say("rep", words(LEAST_MONOLOGUE_MS // WORD_MS - 5))
    assert call.reading().monologue_from_ms is None
    call.say("prospect", "mm-hm yeah", after_ms=100)
    call.say("rep", words(15), after_ms=100)
    assert call.reading().monologue_from_ms == 500
    call.say("prospect", "so what would that cost us")
    call.wait(APART_MS)
    assert call.reading().monologue_from_ms is None


def test_a_pause_ends_a_monologue(call: Call) -> None:
    """They could have spoken; what follows is a new one."""
    reading = call.say("rep", words(50))
    assert reading is not None and reading.monologue_from_ms == 500
    call.wait(RULES.monologue.pause_ms + APART_MS)
    assert call.reading().monologue_from_ms is None
    from_ms = call.now_ms + 500
    call.say("rep", words(50))
    assert call.reading().monologue_from_ms == from_ms


def test_the_silence_after_a_label_is_told_at_once_and_so_is_its_end(call: Call) -> None:
    """Whoever ends it."""
    reading = call.say("rep", LABEL)
    assert reading is not None and (reading.silence_from_ms, reading.silence_for_ms) == (call.now_ms, HOLD_MS)
    assert call.wait(1_000) is None
    reading = call.say("prospect", "it was", after_ms=0, is_final=False)
    assert reading is not None and reading.silence_from_ms is None


def test_a_silence_that_nobody_ends_is_over_in_time(call: Call) -> None:
    """The line is dead, or words are late: the ring must not stand for ever."""
    call.say("rep", LABEL)
    assert call.wait(HELD_AT_MOST * HOLD_MS - 1) is None
    reading = call.wait(1)
    assert reading is not None and reading.silence_from_ms is None


def test_a_silence_that_was_filled_by_the_time_it_is_heard_of_is_none(call: Call) -> None:
    """The label became final after the answer had begun."""
    call.now_ms = 20_000
    call.say("prospect", "well yes", after_ms=3_500, is_final=False)
    call.now_ms = 21_000
    assert call.say("rep", LABEL, after_ms=0) is None


def test_a_team_that_turns_the_silence_off_sees_no_ring() -> None:
    """`for_ms = 0`."""
    call = Call(replace(RULES, hold_silence=replace(RULES.hold_silence, for_ms=0)))
    assert call.say("rep", LABEL) is None


turns = st.lists(
    st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(1, 40), st.integers(0, 6_000), st.booleans()),
    max_size=40,
)


@given(turns)
def test_readings_are_seldom_never_twice_and_within_bounds(said: list[tuple[Speaker, int, int, bool]]) -> None:
    """Whatever is said: but for the silence, none comes within five seconds of another."""
    call = Call()
    for speaker, count, after_ms, is_label in said:
        call.say(speaker, LABEL if is_label else words(count), after_ms)
        call.wait(20)
        call.wait(20)
    for (before_ms, before), (at_ms, reading) in pairwise(call.told):
        assert reading != before
        assert at_ms - before_ms >= APART_MS or reading.silence_from_ms != before.silence_from_ms
    for _, reading in call.told:
        assert reading.rep_share is None or 0 <= reading.rep_share <= 1
        assert reading.pace_wpm is None or reading.pace_wpm % 10 == 0

"""The rep is coached seldom, about one thing at a time, and no longer than it holds."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.coaching import JUST_NOW_MS, Coached, Coaching, Told
from assist.detection import Heard
from assist.playbook import load
from assist.playbook_rules import CoachingRules
from assist.rep_side import RepSide
from assist.talk.recent import Recent
from detectors.contract import Cue
from streaming.types import Speaker, Word, Words

PLAYBOOK = load(None)
RULES = PLAYBOOK.coaching
LABEL = "It seems like that was hard."
WORD_MS = 300


class Call:
    """Talk and what the coach says to it; the clock is that of the words, and stands where they were told."""

    def __init__(self, rules: CoachingRules = RULES) -> None:
        recent = Recent()
        self.side = RepSide(recent, rules.hold_silence.for_ms)
        self.coaching = Coaching(replace(PLAYBOOK, coaching=rules), recent, self.side)
        self._recent = recent
        self.now_ms = 0
        self._count = 0

    def say(self, speaker: Speaker, text: str, after_ms: int = 500, cue: str = "", is_final: bool = True) -> list[str]:
        """What is coached when that was said; `cue` is heard in it."""
        start_ms = self.now_ms + after_ms
        said = tuple(
            Word(word, start_ms + i * WORD_MS, start_ms + (i + 1) * WORD_MS, 0.9) for i, word in enumerate(text.split())
        )
        self.now_ms = max(self.now_ms, said[-1].end_ms)
        self._count += 1
        words = Words(speaker, self._count, said if is_final else (), () if is_final else said, is_final)
        cues = (Cue("objection", cue, "prospect", text, start_ms, said[-1].end_ms, 0.9, True),) if cue else ()
        self._recent.hear(words)
        did = self.side.hear(words, Heard(cues, ()))
        return told(self.coaching.hear(words, did, self.now_ms))

    def wait(self, duration_ms: int) -> list[str]:
        """What is coached while nobody speaks."""
        self.now_ms += duration_ms
        return told(self.coaching.tick(self.now_ms))


def told(coached: Told) -> list[str]:
    """The topics, with a minus before one that is over."""
    return [c.topic if isinstance(c, Coached) else f"-{c.topic}" for c in coached]


@pytest.fixture
def call() -> Iterator[Call]:
    yield Call()


def test_a_silence_after_a_label_is_to_be_held_for_four_seconds(call: Call) -> None:
    """Counted from its last word."""
    assert call.say("rep", LABEL) == ["hold_silence"]
    assert call.wait(3_999) == []
    assert call.wait(1) == ["-hold_silence"]


def test_the_words_are_the_playbooks(call: Call) -> None:
    """Headline, detail, and until when."""
    rule = RULES.hold_silence
    call.say("rep", LABEL)
    assert call.coaching._live == Coached("hold_silence", rule.headline, rule.detail, "", call.now_ms + rule.for_ms)


def test_the_silence_is_over_when_somebody_speaks(call: Call) -> None:
    """Whoever it is, from the first tentative word on."""
    call.say("rep", LABEL)
    assert call.say("prospect", "Well", 2_000, is_final=False) == ["-hold_silence"]
    call.say("prospect", "Well, it was.", 0)
    call.say("rep", LABEL)
    assert call.say("rep", "So what we do is this.", 1_000) == ["-hold_silence"]


def test_a_label_that_was_answered_before_it_was_written_leaves_no_silence(call: Call) -> None:
    """The prospect was quicker than the recogniser."""
    call.now_ms = 4_000
    call.say("prospect", "yes it was", is_final=False)
    assert call.say("rep", LABEL, -3_000) == []


def test_who_holds_silences_is_not_told_to_and_who_fills_one_is_told_again(call: Call) -> None:
    """After two in a row."""
    for _ in range(2):
        assert "hold_silence" in call.say("rep", LABEL)
        call.say("prospect", "Yes, it was hard for all of us.", 2_000)
    assert call.say("rep", LABEL) == []
    call.say("rep", "But we can help you there.", 1_000)
    call.say("prospect", "I am sure that you can.")
    assert call.say("rep", LABEL) == ["hold_silence"]


def test_a_label_that_runs_on_leaves_no_silence(call: Call) -> None:
    """It was filled before it began."""
    assert call.say("rep", f"{LABEL} But we can help you there.") == []


def test_talking_over_them(call: Call) -> None:
    """Over a sentence, with a sentence; it is shown for a moment and not again for a while."""
    call.say("prospect", "we lost five months with the last one and then", is_final=False)
    assert call.say("rep", "but it pays for itself in a month", -2_000) == ["talking_over"]
    assert call.wait(RULES.talking_over.for_ms) == ["-talking_over"]
    assert call.wait(RULES.apart_ms) == []


def test_turn_taking_is_no_talking_over(call: Call) -> None:
    """A word or a moment over the other's."""
    call.say("prospect", "we lost five months with the last one and then")
    assert call.say("rep", "but it pays for itself in a month", -900) == []
    call.say("prospect", "we lost five months with the last one and then")
    assert call.say("rep", "yeah right okay", -2_000) == []


def monologue(call: Call, utterances: int, after_ms: int = 500) -> list[str]:
    """Of ten words each, 3.5 s with the pause before it."""
    return [topic for _ in range(utterances) for topic in call.say("rep", "and so on " * 3 + "yes", after_ms)]


def test_a_monologue_is_told_of_once(call: Call) -> None:
    """Past ninety seconds, across pauses and nods of the other; the next one anew."""
    assert monologue(call, 13) == []
    call.say("prospect", "Mm-hm.", 0)
    assert monologue(call, 12) == []
    assert monologue(call, 2) == ["monologue"]
    assert monologue(call, 30) == ["-monologue"]
    assert call.say("prospect", "Okay, and what would that be for us?") == ["label_due"]
    assert monologue(call, 27) == ["-label_due", "monologue"]
    assert call.say("prospect", "Okay, and what would that be for us?") == ["-monologue"]


def test_one_long_utterance_is_a_monologue_too(call: Call) -> None:
    """Somebody who does not pause is never final."""
    assert call.say("rep", "and so on " * 110, is_final=False) == ["monologue"]


def test_a_pause_begins_a_monologue_anew(call: Call) -> None:
    """The other could have spoken."""
    monologue(call, 20)
    assert monologue(call, 1, RULES.monologue.pause_ms + 1) == []
    assert monologue(call, 20) == []


def test_who_has_fallen_silent_is_in_no_monologue(call: Call) -> None:
    """However long ago the turn began."""
    monologue(call, 20)
    assert call.wait(60_000) == []


def test_in_the_first_five_minutes_a_label_is_due_once(call: Call) -> None:
    """Gone when one is tried."""
    call.say("prospect", "We use the one from Acme.")
    assert call.wait(RULES.label_due.after_ms - call.now_ms - 1) == []
    assert call.wait(1) == ["label_due"]
    assert call.say("rep", LABEL) == ["-label_due", "hold_silence"]
    assert call.wait(600_000) == ["-hold_silence"]


def test_a_summary_closes_on_a_label_and_counts_as_one(call: Call) -> None:
    """Nothing takes the reminder's place; it is simply gone."""
    call.say("prospect", "We use the one from Acme.")
    assert call.wait(RULES.label_due.after_ms) == ["label_due"]
    assert call.say("rep", "Let me make sure I've got this. " + "You need fewer missed appointments. " * 4) == [
        "-label_due"
    ]


def test_no_label_is_due_when_one_was_tried_or_nobody_answers(call: Call) -> None:
    """Nor is one asked for twice."""
    assert Call().wait(400_000) == []
    call.say("prospect", "We use the one from Acme.")
    call.say("rep", LABEL)
    call.wait(4_000)
    assert call.wait(400_000) == []
    again = Call()
    again.say("prospect", "We use the one from Acme.")
    assert again.wait(RULES.label_due.after_ms) == ["label_due"]
    assert again.wait(RULES.label_due.for_ms) == ["-label_due"]
    assert again.wait(RULES.apart_ms) == []


def test_the_reminder_of_a_label_gives_way_to_what_is_graver(call: Call) -> None:
    """It stands for long, and must not keep that back."""
    call.say("prospect", "We use the one from Acme.")
    assert call.wait(RULES.label_due.after_ms) == ["label_due"]
    call.say("prospect", "we can not justify the cost", cue="price")
    assert call.wait(RULES.concern_open.after_ms) == ["-label_due", "concern_open"]


def test_after_five_minutes_nobody_is_reminded_of_a_label(call: Call) -> None:
    """Neither anew nor still."""
    late = Call()
    late.say("prospect", "We use the one from Acme.")
    assert late.wait(RULES.label_due.until_ms - late.now_ms) == []
    call.say("prospect", "We use the one from Acme.")
    assert call.wait(RULES.label_due.until_ms - 10_000 - call.now_ms) == ["label_due"]
    assert call.wait(9_999) == [] and call.wait(1) == ["-label_due"]


def test_a_concern_that_nobody_took_up_is_brought_back_once(call: Call) -> None:
    """With the prospect's words; gone when it is taken up."""
    call.say("prospect", "we can not justify the cost", cue="price")
    call.say("rep", "sure it is not that much")
    call.say("prospect", "okay and who else has it")
    assert call.wait(RULES.concern_open.after_ms) == ["concern_open"]
    assert call.coaching._live is not None and call.coaching._live.quote == "we can not justify the cost"
    assert call.say("rep", "It sounds like it is hard to justify the cost.") == ["-concern_open", "hold_silence"]
    call.say("prospect", "we can not justify the cost", cue="price")
    assert call.wait(2 * RULES.concern_open.after_ms) == []


def test_of_two_open_concerns_the_heavier_comes_first_and_light_ones_never(call: Call) -> None:
    """The other has to wait for its turn."""
    call.say("prospect", "it is a lot of work to set up", cue="effort")
    call.say("prospect", "it would need some proof for us", cue="trust")
    call.say("prospect", "I am a bit unsure about that", cue="hesitation")
    call.wait(RULES.concern_open.after_ms)
    assert call.coaching._live is not None and call.coaching._live.quote == "it would need some proof for us"
    call.wait(RULES.concern_open.for_ms)
    call.wait(RULES.apart_ms)
    assert call.coaching._live is not None and call.coaching._live.quote == "it is a lot of work to set up"
    call.wait(RULES.concern_open.for_ms)
    assert call.wait(RULES.apart_ms) == ["label_due"]


def test_right_after_a_summary_it_is_their_turn(call: Call) -> None:
    """Nothing else is said to the rep until what was named has been talked through."""
    call.say("prospect", "we can not justify the cost", cue="price")
    call.say("rep", "sure it is not that much")
    call.say("prospect", "okay and who else has it")
    call.wait(RULES.concern_open.after_ms - 30_000)
    summary = "Let me make sure I've got this. " + "You need fewer missed appointments. " * 20
    assert call.say("rep", summary) == []
    assert call.wait(1_000) == []
    assert call.say("prospect", "Some of that is so.", is_final=False) == []
    assert call.wait(PLAYBOOK.advice.same_concern_ms - 4_000) == []
    assert call.wait(4_000) == ["concern_open"]


def test_nobody_is_reminded_while_they_are_telling_something(call: Call) -> None:
    """The reminder waits until they are done, however long that is."""
    call.say("prospect", "we can not justify the cost", cue="price")
    call.say("rep", "sure it is not that much")
    call.now_ms = RULES.concern_open.after_ms
    story = "we switched two years ago and it took us five months to get over it"
    assert call.say("prospect", story, is_final=False) == []
    assert call.say("prospect", "and all of that typed in twice by hand") == []
    assert call.wait(JUST_NOW_MS) == [] and call.say("rep", "that is a long time", after_ms=1) == ["concern_open"]


def test_a_concern_that_was_taken_up_is_not_brought_back(call: Call) -> None:
    """At once, by a label."""
    call.say("prospect", "we can not justify the cost", cue="price")
    call.say("rep", LABEL)
    call.wait(4_000)
    assert call.wait(RULES.concern_open.after_ms) == []


def test_a_topic_can_be_turned_off() -> None:
    """By a team that does not want it."""
    call = Call(replace(RULES, hold_silence=replace(RULES.hold_silence, for_ms=0)))
    assert call.say("rep", LABEL) == []


LINES = st.lists(
    st.tuples(
        st.sampled_from(["rep", "prospect"]),
        st.sampled_from([LABEL, "Hard?", "and so on " * 40, "Mm-hm.", "we can not justify the cost", "What is it?"]),
        st.integers(-3_000, 30_000),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_whatever_is_said_one_topic_stands_at_a_time_and_seldom(lines: list[tuple[Speaker, str, int, bool]]) -> None:
    """Each ends before the next, none outlives its time, and but for silences they lie apart."""
    call, live, last_ms = Call(), None, -RULES.apart_ms
    for speaker, text, after_ms, has_cue in lines:
        for topic in [*call.say(speaker, text, after_ms, "price" if has_cue else ""), *call.wait(100)]:
            if topic.startswith("-"):
                assert topic == f"-{live}"
                live = None
                continue
            assert live is None
            live = topic
            if topic != "hold_silence":
                assert call.now_ms - last_ms >= RULES.apart_ms - 100
                last_ms = call.now_ms
        assert call.coaching._live is None or call.now_ms < call.coaching._live.until_ms
        assert (call.coaching._live is None) == (live is None)

"""What the rep did is told as it is done, with the concern it was about, once."""

from collections.abc import Iterator

import pytest

from assist import advising, settings
from assist.detection import Detection
from assist.rep_side import CONCERNS_KEPT, Did, RepSide
from assist.talk.recent import Recent
from streaming.types import Speaker, Word, Words

DETECTORS = advising.load(settings.load()).detectors
COST = "I just don't know if we can justify the cost right now."
ROLLOUT = "The implementation process looks disruptive to me."
PITCH = "Sure, it pays for itself in the first month, since you save some forty visits a week."
WORD_MS = 300
HOLD_MS = 4_000


class Heard:
    """Lines of talk and what the rep side makes of them; the clock goes on by what is said and by pauses."""

    def __init__(self) -> None:
        self.recent = Recent()
        self.side = RepSide(self.recent, HOLD_MS)
        self._detection = Detection(DETECTORS)
        self._now_ms = 0
        self._count = 0

    def say(self, speaker: Speaker, text: str, pause_ms: int = 500, is_final: bool = True) -> tuple[Did, ...]:
        start_ms = self._now_ms + pause_ms
        said = tuple(
            Word(word, start_ms + i * WORD_MS, start_ms + (i + 1) * WORD_MS, 0.9) for i, word in enumerate(text.split())
        )
        self._now_ms = said[-1].end_ms
        self._count += 1
        words = Words(speaker, self._count, said if is_final else (), () if is_final else said, is_final)
        heard = self._detection.hear(words)
        self.recent.hear(words)
        return self.side.hear(words, heard)

    def acts(self, text: str, pause_ms: int = 500) -> list[tuple[str, tuple[str, ...]]]:
        return [(done.act, done.cues) for done in self.say("rep", text, pause_ms)]

    @property
    def open(self) -> list[str]:
        return [concern.cue.name for concern in self.side.open_concerns]


@pytest.fixture
def call() -> Iterator[Heard]:
    yield Heard()


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("It seems like the return isn't clear yet.", "label"),
        ("Justify the cost?", "mirror"),
        ("How would you decide that?", "question"),
        ("Let me make sure I've got this. You like it, and you would have to defend what it costs.", "summary"),
    ],
)
def test_a_move_in_reply_takes_the_concern_up(call: Heard, said: str, act: str) -> None:
    """With its name; nothing is open any more."""
    call.say("prospect", COST)
    assert call.open == ["price"]
    assert call.acts(said) == [(act, ("price",))]
    assert call.open == []


def test_a_pitch_passes_it_over(call: Heard) -> None:
    """It stays open, and the pitch is told once however long it goes on."""
    call.say("prospect", COST)
    assert call.acts(PITCH) == [("pitch_over_concern", ("price",))]
    assert call.acts("And the set up is included, as is the training for all of your people.") == []
    assert call.open == ["price"]


def test_once_they_feel_understood_nothing_of_it_is_open(call: Heard) -> None:
    """Whether the summary named it or not; what they voice after that is new. A label that is right clears nothing."""
    call.say("prospect", COST)
    call.acts(PITCH)
    call.say("prospect", ROLLOUT)
    call.acts("It sounds like the implementation looks disruptive.")
    call.say("prospect", "That's right.")
    before = call.open
    call.acts(
        "Let me make sure I've got this. You want fewer calls, and the last one cost you the trust of your people."
    )
    call.say("prospect", "That's right.")
    assert before == ["price"] and call.open == []
    call.say("prospect", COST)
    call.acts(PITCH)
    call.say("prospect", ROLLOUT)
    call.acts("It sounds like the implementation looks disruptive.")
    call.say("prospect", "That's right.")
    assert call.open == ["price"]


def test_a_concern_can_be_taken_up_later(call: Heard) -> None:
    """In words that show that it was meant."""
    call.say("prospect", ROLLOUT)
    call.acts(PITCH)
    call.say("prospect", "Okay. We have twelve seats in all.")
    assert call.acts("It sounds like the implementation looks disruptive from where you sit.")[-1] == (
        "label",
        ("effort",),
    )


def test_a_concern_voiced_again_is_open_again(call: Heard) -> None:
    """Once, in the newer words."""
    call.say("prospect", COST)
    call.acts("It sounds like the price is a real concern.")
    call.say("prospect", "Well, it is just too expensive for us.")
    call.say("prospect", "And I can't justify the cost.")
    assert call.open == ["price"]
    assert "justify" in call.side.open_concerns[0].sentence


def test_habits_are_told(call: Heard) -> None:
    """Each with the sentence that shows it, in the order of their being said."""
    did = call.say("rep", "I understand. Why did you leave them? Was it the price that they asked?")
    assert [(done.act, done.text) for done in did] == [
        ("i_understand", "I understand."),
        ("why", "Why did you leave them?"),
        ("stacked_questions", "Was it the price that they asked?"),
    ]


def test_words_into_the_silence_after_a_label(call: Heard) -> None:
    """In the same breath or soon after it, but not once the silence was long enough, or the prospect broke it."""
    label = "It seems like the return isn't clear yet."
    assert call.acts(f"{label} But it pays for itself in a month.") == [("label", ()), ("filled_silence", ())]
    call.say("prospect", "We have twelve seats in all.")
    assert call.acts(label) == [("label", ())]
    assert call.acts("Because it does pay for itself.", 1_000) == [("filled_silence", ())]
    call.say("prospect", "We have twelve seats in all.")
    call.acts(label)
    assert call.acts("Because it does pay for itself.", HOLD_MS) == []
    call.say("prospect", "We have twelve seats in all.")
    call.acts(label)
    call.say("prospect", "We have twelve seats in all.")
    assert call.acts("Because it does pay for itself.") == []


def test_a_few_words_behind_a_label_belong_to_it(call: Heard) -> None:
    """As people talk."""
    assert call.acts("It seems like that was hard. A lot.") == [("label", ())]


def test_nothing_is_told_before_it_stands(call: Heard) -> None:
    """Tentative words and nods are no deeds."""
    assert call.say("rep", "It seems like a lot.", is_final=False) == ()
    call.say("prospect", COST)
    assert call.say("rep", "Mm-hm.") == ()


def test_a_question_for_a_fact_is_no_move(call: Heard) -> None:
    """Only what opens is told; the concern stays open."""
    call.say("prospect", COST)
    assert call.acts("When would you need it?") == []
    assert call.open == ["price"]


def test_memory_is_bounded(call: Heard) -> None:
    """A call of hours."""
    for _ in range(60):
        call.say("prospect", COST)
        call.acts("It seems like the return isn't clear yet. I understand. Why is that?")
    assert len(call.open) <= CONCERNS_KEPT and len(call.side._told) <= 64

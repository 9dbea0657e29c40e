"""Habits that hurt are heard, and what only sounds like them is not."""

import pytest

from assist.talk.habits import asks_why, claims_in, claims_to_understand, is_pitch, stacked_question
from assist.talk.moves import Move, moves_of
from assist.talk.stretch import Stretch
from tests.assist.debrief.scene import stretch

PITCH = "Sure, it pays for itself in the first month, since you save some forty visits a week."


def moves(said: str) -> tuple[Stretch, tuple[Move, ...]]:
    """A turn of the rep, and what was tried in it."""
    turn = stretch("rep", 0, said)
    return turn, moves_of([turn])


@pytest.mark.parametrize(
    "said",
    [
        "I understand.",
        "I totally understand, but it pays for itself.",
        "Okay, I get it.",
        "Yeah, I hear you.",
        "I know exactly how you feel.",
        "I completely get that.",
        "I know what you mean.",
    ],
)
def test_a_claim_to_understand(said: str) -> None:
    """In any of its dresses."""
    assert claims_to_understand(said)


@pytest.mark.parametrize(
    "said",
    [
        "Help me understand how you do it today.",
        "Did I understand that right?",
        "If I understand correctly, you call every patient.",
        "I want to make sure I understand.",
        "I understand from Lisa that you moved in spring.",
        "I understand you use a calendar already.",
        "I don't understand.",
        "You understand the market.",
        "I get a report every week.",
        "I can get you a discount on that.",
    ],
)
def test_what_is_no_claim(said: str) -> None:
    """A question, a check, a fact that was heard of, or the opposite."""
    assert not claims_to_understand(said)


def test_claims_are_found_by_sentence() -> None:
    """The rest of the turn is no part of them."""
    assert [c.text for c in claims_in(stretch("rep", 0, "Sure. I understand. It costs 5."))] == ["I understand."]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Why is that?", True), ("So why didn't it work?", True), ("Why don't we meet on Monday?", False)],
)
def test_why_accuses_and_why_not_proposes(said: str, expected: bool) -> None:
    """A proposal asks nobody to defend themselves."""
    (move,) = moves_of([stretch("rep", 0, said)])
    assert asks_why(move) is expected


def test_the_second_question_of_a_turn_is_one_too_many() -> None:
    """A tag is no question, and one question is fine."""
    _, two = moves("What do you use today? Is it the one from Acme? How many seats?")
    assert (second := stacked_question(two)) is not None and second.text == "Is it the one from Acme?"
    _, one = moves("It is included, right? What do you use today?")
    assert stacked_question(one) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (PITCH, True),
        (f"{PITCH} What do you think of that?", True),
        ("Sure, one moment.", False),
        (f"It sounds like the return isn't clear yet. {PITCH}", False),
        ("I can do that. Um, before you go, it seems like something here doesn't sit right with you.", False),
        ("Oh no, I am so sorry to hear that, it must have been a dreadful week for all of you.", False),
    ],
)
def test_a_pitch_talks_past_a_concern(said: str, expected: bool) -> None:
    """For many words, before it names or asks, if it ever does."""
    turn, tried = moves(said)
    assert is_pitch(turn, tried) is expected

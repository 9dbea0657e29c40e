"""A suggestion that was said is recognised, in whatever words."""

import pytest

from assist.talk.moves import Move, QuestionKind
from assist.talk.saying import is_meant, is_said


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Disruptive?", True), ("Disruptive, how?", True), ("That is disruptive for us all I am sure", False)],
)
def test_a_mirror_must_be_said_whole_and_alone(said: str, expected: bool) -> None:
    """In a long sentence the same word means something else."""
    assert is_said("Disruptive...?", said) is expected


def test_an_empty_suggestion_is_never_said() -> None:
    """There is nothing to say."""
    assert not is_said("...", "anything")


def test_people_drop_words_when_they_read_aloud() -> None:
    """Most of the sentence in its order is the sentence."""
    suggested = "It sounds like you're worried about the ROI, not just the initial price."
    assert is_said(suggested, "Sounds like you are worried about the ROI, not the price")
    assert not is_said(suggested, "It sounds like you're new to this")


@pytest.mark.parametrize(("asks", "expected"), [("open", True), ("why", False), ("fact", False), ("yes_no", False)])
def test_a_question_is_meant_only_by_an_open_one(asks: QuestionKind, expected: bool) -> None:
    """The others ask for something else."""
    assert is_meant("question", Move("question", "?", 0, 1, 0, asks)) is expected


def test_another_technique_is_not_meant() -> None:
    """A mirror is no label."""
    assert is_meant("label", Move("label", "It seems like a lot.", 0, 1, 0))
    assert not is_meant("label", Move("mirror", "A lot?", 0, 1, 0))

"""The rules tell a label or a calibrated question from what only looks like one."""

import pytest

from assist.sentence_rules import LONGEST_WORDS, faults_of_label, faults_of_no_question, faults_of_question, starter_of


@pytest.mark.parametrize(
    "text",
    [
        "It seems like something is holding you back.",
        "It sounds like you're worried about the ROI, not just the initial price.",
        "It looks like this isn't it.",
        "It feels like one more thing would be one too many.",
        "It seems like the button, buttered, is important.",  # "but" and "us" only as part of a word
    ],
)
def test_a_label_has_no_faults(text: str) -> None:
    """A neutral starter and a feeling or concern is all it takes."""
    assert faults_of_label(text) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You seem worried.", "does not start"),
        ("it seems like you're worried.", "does not start"),
        ("It seems that you're worried.", "does not start"),
        ("It seems like", "does not start"),
        ("It seems like I upset you.", "of the rep"),
        ("It seems like what I'm saying is new.", "of the rep"),
        ("It seems like I\u2019m early.", "of the rep"),
        ("It sounds like we're too expensive.", "of the rep"),
        ("It sounds like our price is high.", "of the rep"),
        ("It sounds like you'd rather not work with us.", "of the rep"),
        ("It sounds like you're worried?", "asks"),
        ("It sounds like " + "so " * 14, "more than 16"),
        ("It sounds like it's costly, but it pays.", "argues"),
        ("It seems like this is easy to understand.", "understand"),
        ("It seems like you feel misunderstood, understood too late.", "understand"),
        ("It seems like you ask yourself why.", "accuses"),
    ],
)
def test_each_rule_of_a_label(text: str, fault: str) -> None:
    """Starter, person, no question, length, no argument, no claim to understand, no accusation."""
    faults = faults_of_label(text)
    assert len(faults) == 1
    assert fault in faults[0]


def test_all_faults_are_told_at_once() -> None:
    """Whoever edits a playbook mends it in one go."""
    assert len(faults_of_label("I understand, but why?")) == 6


def test_sixteen_words_are_not_too_many() -> None:
    """The bound itself is allowed."""
    assert faults_of_label("It sounds like" + " so" * (LONGEST_WORDS - 3)) == ()


def test_a_calibrated_question_has_no_faults() -> None:
    """It opens with what or how and asks once."""
    assert faults_of_question("What would have to change?") == ()
    assert faults_of_question("How would you like to go on?") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Would you buy it?", "does not start"),
        ("However you like?", "does not start"),
        ("What would help", "question mark"),
        ("What? How?", "question mark"),
        ("What is " + "so " * 14 + "big?", "more than 16"),
        ("What is it, and why do you ask?", "accuses"),
        ("What makes you ask, why?", "accuses"),
    ],
)
def test_each_rule_of_a_question(text: str, fault: str) -> None:
    """Opening, one question mark at the end, length, no accusation."""
    faults = faults_of_question(text)
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_question_to_say_no_to_has_no_faults() -> None:
    """Saying no to it is safe, and goes on with the talk."""
    assert faults_of_no_question("Have you given up on this?") == ()
    assert faults_of_no_question("Would it be a bad idea to start small?") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Do you want to buy?", "does not start"),
        ("Would it be good to start?", "nothing to say no to"),
        ("Is it a bad idea", "question mark"),
        ("Is it a bad idea " + "so " * 14 + "?", "more than 16"),
        ("Is it a bad idea, and why?", "accuses"),
    ],
)
def test_each_rule_of_a_question_to_say_no_to(text: str, fault: str) -> None:
    """Opening, what is refused, one question mark, length, no accusation."""
    assert any(fault in told for told in faults_of_no_question(text))


def test_the_starter_is_what_a_listener_notices() -> None:
    """Two words."""
    assert starter_of("It sounds like that hurts.") == "It sounds"
    assert starter_of("") == ""

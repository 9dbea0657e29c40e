"""Wordings with slots and accusation audits are judged before a call, like all others."""

import pytest

from assist.playbook_talk import faults_of_audit, faults_of_foretold, faults_of_own, filled, is_any_said, slots_in


def test_a_slot_is_filled_with_their_words() -> None:
    """As they are, braces and backslashes too."""
    assert (
        filled("It sounds like {topic} hurts.", "the {new} \\1 system") == "It sounds like the {new} \\1 system hurts."
    )
    assert slots_in("It sounds like {topic} hurts.") == ["topic"]


def test_phrases_are_found_as_whole_words_in_any_case() -> None:
    """With either apostrophe, and nowhere inside another word."""
    assert is_any_said(("afford", "don't pick"), "We DON\u2019T pick that.")
    assert not is_any_said(("afford", "cash"), "An affordable cashier.")
    assert not is_any_said((), "anything")


def test_a_good_wording_has_no_faults() -> None:
    """One slot that there is, and a label around it."""
    assert faults_of_own("It sounds like {topic} hurts.") == ()
    assert faults_of_audit("It may sound like a lot at first.") == ()
    assert faults_of_audit("It'll probably seem like one more bill.") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("It sounds like that hurts.", "has not one slot"),
        ("It sounds like {topic} and {doing} hurt.", "has not one slot"),
        ("It sounds like {weather} hurts.", "has not one slot"),
        ("I hear that {topic} hurts.", "does not start"),
        ("It sounds like {topic} " + "so " * 12 + "hurts.", "more than 16"),
    ],
)
def test_each_fault_of_a_wording_with_a_slot(text: str, fault: str) -> None:
    """With what would be right."""
    assert any(fault in told for told in faults_of_own(text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [("It sounds like a lot.", "does not start"), ("It may sound like our price is high.", "of the rep")],
)
def test_each_fault_of_an_audit(text: str, fault: str) -> None:
    """It speaks of what is to come, and is a label in all else."""
    assert any(fault in told for told in faults_of_audit(text))


def test_a_wording_for_a_thought_takes_a_thing_or_a_clause() -> None:
    """And is an audit around it."""
    assert faults_of_foretold("It may seem like this could mean {thing}.") == ()
    assert faults_of_foretold("It might feel like {clause}.") == ()
    assert "has not one slot of {thing}, {clause}" in faults_of_foretold("It might feel like {topic}.")
    assert any("does not start" in told for told in faults_of_foretold("You may fear {thing}."))
    assert any("of the rep" in told for told in faults_of_foretold("It may seem like our {thing}."))

"""Each slot finds its part in what they said, and nothing where there is none."""

import pytest

from assist.grammar.plain import plain
from assist.grammar.slots import SLOTS, found
from assist.grammar.tree import Parse


@pytest.mark.parametrize(
    ("text", "slot", "expected"),
    [
        ("You lost me at the setup fee.", "cost", "the setup fee"),
        ("We are, uh, right in the middle of a reorg.", "event", "the reorg"),
        ("hmm maybe after Ramadan", "event", "Ramadan"),
        ("We'd have to get through the merger first.", "event", "the merger"),
        ("Nobody here signs anything until the grapes are in.", "until", "the grapes are in"),
        ("I'd have to run it by my boss.", "decider", "your boss"),
        ("procurement runs these now", "decider", "procurement"),
        ("My team can't take any more.", "crew", "your team"),
        ("Our current setup does everything we need.", "current", "your current setup"),
        ("We've used the same provider for ten years.", "current", "the same provider"),
        ("the last rollout nearly killed us", "past", "the last rollout"),
        ("The migration would be a nightmare.", "topic", "the migration"),
        ("I'm not sure about the contract.", "topic", "the contract"),
        ("The onboarding scares me.", "topic", "the onboarding"),
        ("we'd have to shut the line", "doing", "shutting the line"),
        ("I'm scared of making the wrong choice.", "doing", "making the wrong choice"),
        ("I'd have to stop the line to fit it", "doing", "stopping the line"),
        ("I've stopped holding my breath every payday", "doing", "holding your breath every payday"),
        ("if the cloud goes down on a Saturday night I am done", "if", "the cloud goes down on a Saturday night"),
    ],
)
def test_finds_its_part(parse: Parse, text: str, slot: str, expected: str) -> None:
    """In their words, turned round."""
    tree = parse(plain(text))
    assert tree is not None
    assert found(tree)[slot] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thursday is fine, after two.",
        "I'm the office manager.",  # nobody who would have to be asked
        "there is no fee",
        "we'd love to have that",
        "they keep moving the goalposts on us",  # not what we do
        "We would not shut anything.",
        "I must have an app.",
        "changing it is like nothing else",
        "if the dose says once and you write eleven somebody dies",  # half a condition
        "they'd have our heads if we lost that grant",  # "what happens if you lost it" is no English
        "third firm that told me their app stops the double bookings",  # whose app?
        "the price of that seat is a season ticket",  # buys nothing
        "if your box tells the bridge there's deep water we run aground",  # tells it what?
        "the dean likes it",  # and is won already
        "I rent the chair here.",  # that one decides nothing
        "I keep looking at him.",  # who?
        "our kids do the deliveries on bikes",  # people are no "it"
        "I run a funeral parlour.",  # theirs to run, not to replace
        "our old phones still work",  # "the old phones does the job"
        "both are on the data centre move until I'd say spring",
        "we laughed till we were sick",
        "it would have to go through the museum",  # a gate, no time
        "I'd have to get forty landlords to say yes",
        "See me after Diwali sir, now the whole furnace is booked for lamps.",
        "If that thing decides the oven is off when the oven is on, I lose the whole night's bread.",
        "the roofer can't come till the snow's off",
        "that's three systems we'd have to run side by side",  # run what?
        "our own rates are what they are",  # "the rates is in the way"
    ],
)
def test_finds_nothing_where_there_is_none(parse: Parse, text: str) -> None:
    """Rather a fixed wording than a wrong one."""
    tree = parse(plain(text))
    assert tree is not None
    assert set(found(tree)) <= {"decider"} - {"decider"} | ({"doing"} if "changing" in text else set())


def test_a_last_occasion_let_nobody_down(parse: Parse) -> None:
    """A meeting is when something was said, and no rollout that left a mark."""
    tree = parse("At the last meeting it was somebody else.")
    assert tree is not None
    assert "past" not in found(tree)


def test_every_slot_is_tried() -> None:
    """The playbook's manual names these."""
    assert set(SLOTS) == {"cost", "event", "until", "decider", "crew", "current", "past", "topic", "doing", "if"}

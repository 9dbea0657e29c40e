"""Clauses as they could be said back, or none."""

import pytest

from assist.grammar.clauses import FEWEST_WORDS, MOST_WORDS, clauses
from assist.grammar.tree import Parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We're two drivers down every January.", ["you're two drivers down every January"]),
        ("My team is tired and the audit starts on Monday.", ["your team is tired", "the audit starts on Monday"]),
        ("The phone doesn't stop.", ["the phone doesn't stop"]),
        ("There's a hiring freeze.", ["there's a hiring freeze"]),
        ("They can't do it before June.", []),  # who?
        ("It takes us a whole day.", []),  # what?
        ("You said it was free.", []),  # about the rep
        ("We can't order.", []),  # a scrap
        ("Well, they say the council wants a tender.", ["the council wants a tender"]),
        ("I don't think the council wants a tender.", ["you don't think the council wants a tender"]),
        ("Nobody knows whether the council wants a tender.", ["nobody knows whether the council wants a tender"]),
        ("If the link drops every Friday, we can't take any orders.", []),  # the one is supposed, the other hangs on it
        ("We can't pour the floor till it's dry.", []),
        ("Once my contract runs out I can look at other systems.", []),
        ("My drivers have been burned before.", ["your drivers have been burned before"]),
        ("Do we have to sign a contract for three years?", []),
        ("Would my team have to learn another system.", []),  # a recogniser's full stop
        ("You told me the setup costs three thousand.", []),  # the rep's words
        ("How much is %?", []),
        ("Two are not on speaking terms.", []),  # two what?
        ("Two of my nurses are off sick.", ["two of your nurses are off sick"]),
        ("The agencies that we have are eighteen.", []),  # per cent
        ("Then I'm keying everything two times.", []),  # in what the rep proposes
        ("The other thing is we can't be shut.", ["you can't be shut"]),
        ("I can't see us typing all of that.", []),  # "you can't see you typing"
        ("You're only pulling my leg, and I'm only pulling your leg.", []),  # "the leg"
        ("We've not got a penny more for those people.", []),  # whom?
        ("We'd hate not to have it.", []),  # what?
        ("My nurses say they can't cope.", ["your nurses say they can't cope"]),
        ("There's one of my vans off the road.", ["there's one of your vans off the road"]),
        ("We need to be there by June.", []),  # where?
        ("What a day for all of us.", []),  # nothing is said of anybody
    ],
)
def test_what_could_be_said_back(parse: Parse, text: str, expected: list[str]) -> None:
    """Whole, with the person turned round; what they say that others think or say, by itself."""
    tree = parse(text)
    assert tree is not None
    assert [clause.text for clause in clauses(tree)] == expected


@pytest.mark.parametrize("words", range(FEWEST_WORDS - 1, MOST_WORDS + 2))
def test_neither_a_scrap_nor_a_speech(parse: Parse, words: int) -> None:
    """Of four to sixteen words."""
    tree = parse(f"We need {'very ' * (words - 3)}nurses.")
    assert tree is not None
    assert bool(list(clauses(tree))) == (FEWEST_WORDS <= words <= MOST_WORDS)


def test_the_words_of_a_clause_are_told(parse: Parse) -> None:
    """By their places."""
    tree = parse("Well, we need more nurses.")
    assert tree is not None
    (clause,) = clauses(tree)
    assert [tree.tokens[at].text for at in clause.indices] == ["we", "need", "more", "nurses"]

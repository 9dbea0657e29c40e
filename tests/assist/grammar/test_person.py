"""Their words, as the rep would say them to them."""

import re

import pytest

from assist.grammar.person import flipped, flipped_words
from assist.grammar.tree import Parse


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("my team is stretched thin", "your team is stretched thin"),
        ("I'm worried about our data", "you're worried about your data"),
        ("I was the one who picked it", "you were the one who picked it"),
        ("we'd go through all of that again", "you'd go through all of that again"),
        ("it fell back on me", "it fell back on you"),
        ("My boss was furious", "your boss was furious"),
        ("the IT team was late", "the IT team was late"),
        ("Karen runs it", "Karen runs it"),
        ("we blame ourselves", "you blame yourselves"),
        ("your platform seems great", "the platform seems great"),  # theirs to us: ours, which a label does not say
        ("i am tired", "you are tired"),
        ("im two drivers short", "you're two drivers short"),
        ("I keep asking meself", "you keep asking yourself"),
        ("well The auctions are done and Our van is late", "well the auctions are done and your van is late"),
    ],
)
def test_flips(parse: Parse, said: str, told: str) -> None:
    """Pronouns, possessives, and the verb that goes with "I"."""
    tree = parse(said)
    assert tree is not None
    assert flipped(tree, range(len(tree.tokens))) == told
    assert flipped_words(tree)[0] == re.findall(r"\w+", told.lower())[0]


@pytest.mark.parametrize("said", ["you keep calling us", "your own engineer told us", "that is on y'all"])
def test_what_is_about_the_rep_is_not_turned(parse: Parse, said: str) -> None:
    """A label speaks of them alone."""
    tree = parse(said)
    assert tree is not None
    assert flipped(tree, range(len(tree.tokens))) is None

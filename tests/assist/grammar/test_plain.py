"""What is only sounded goes, what is said stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.grammar.plain import plain


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("It's, it's really frustrating, to be honest with you.", "it's really frustrating."),
        ("um, the the thing that worries me", "the thing that worries me"),
        (
            "our fiscal turns over in July and till then, uh, till then it's",
            "our fiscal turns over in July and till then it's",
        ),
        ("It's overwhelming, you know?", "It's overwhelming."),
        ("everybody is just, completely overwhelmed", "everybody is completely overwhelmed"),
        ("it's, like, a mess", "it's a mess"),
        ("kind of stuck", "stuck"),
        ("I\u2019m worried about the water though.", "I'm worried about the water."),
        ("We had had enough umbrellas.", "We had enough umbrellas."),
        ("It's, like, um, like,", "It's"),
        ("", ""),
        ("um, uh", ""),
    ],
)
def test_plain(said: str, meant: str) -> None:
    """Hesitations, stutters, empty phrases."""
    assert plain(said) == meant


@given(st.lists(st.sampled_from(["um,", "the", "well", "I", "you know,", "cost.", "cost", "like,", "...", "It's,"])))
def test_is_plain_once_and_for_all(words: list[str]) -> None:
    """Nothing is left to take away, and nothing is made up."""
    said = " ".join(words)
    once = plain(said)
    assert plain(once) == once
    assert set(re.findall(r"[\w']+", once)) <= set(re.findall(r"[\w']+", said))

"""Talking over somebody is told from taking a turn and from nodding."""

import pytest

from assist.talk.overlap import LEAST_OVERLAP_MS, overlap_ms
from tests.assist.debrief.scene import stretch

THEIRS = stretch("prospect", 1_000, "we lost five months with the last one and then")  # to 4000


@pytest.mark.parametrize(
    ("start_ms", "said", "expected"),
    [
        (2_000, "but it pays for itself in a month", 2_000),
        (2_000, "but it pays", 900),
        (1_400, "but it pays for itself", 0),
        (4_001 - LEAST_OVERLAP_MS, "but it pays for itself", 0),
        (2_000, "but it", 0),
        (2_000, "yeah right okay", 0),
        (5_000, "but it pays for itself", 0),
    ],
)
def test_how_long_it_was_said_over_them(start_ms: int, said: str, expected: int) -> None:
    """Over most of a sentence; not begun together, at the end, with two words, with a nod, or after them."""
    assert overlap_ms(THEIRS, stretch("rep", start_ms, said)) == expected


def test_nobody_talks_over_themselves() -> None:
    """Two utterances of one speaker are one speaker's."""
    assert overlap_ms(THEIRS, stretch("prospect", 2_000, "I mean it was hard")) == 0

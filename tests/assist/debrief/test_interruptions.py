"""Talking over somebody is told from taking turns and from nods."""

import pytest

from assist.debrief.interruptions import interruptions_of
from tests.assist.debrief.scene import stretch

THEIRS = stretch("prospect", 1_000, "we lost a nurse in May and all of us were tired")  # to 4.6 s


@pytest.mark.parametrize(
    ("said", "start_ms", "count"),
    [
        ("But it pays for itself", 2_500, 1),
        ("But it pays for itself", 4_000, 0),
        ("But it pays for itself", 4_700, 0),
        ("But it pays for itself", 1_200, 0),
        ("Mm-hm, okay, sure.", 2_500, 0),
        ("Wow, five!", 2_500, 0),
    ],
    ids=["over them", "a turn taken early", "after them", "both at once", "a nod", "two words"],
)
def test_what_counts(said: str, start_ms: int, count: int) -> None:
    """Only a sentence begun well inside theirs."""
    assert len(interruptions_of([THEIRS, stretch("rep", start_ms, said)])) == count


def test_it_says_who_when_and_over_what() -> None:
    """Of either side."""
    (cut,) = interruptions_of([stretch("rep", 0, "so with us the reminders go out"), THEIRS])
    assert (cut.by, cut.at_ms, cut.overlap_ms, cut.said) == ("prospect", 1_000, 1_100, THEIRS.text)

"""Concerns in the prospect's words, and whether they were taken up."""

import pytest

from assist.debrief.analysis import analyse
from assist.debrief.concerns import Concern
from tests.assist.debrief.scene import Line, record

PRICE: Line = ("prospect", 0, "Thanks for that. I just don't know if we can justify the cost right now.")


def concerns(*lines: Line) -> list[Concern]:
    """Of a call with these lines."""
    return list(analyse(record(*lines)).concerns)


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        ("It sounds like the value isn't clear yet.", "named"),
        ("The cost right now?", "named"),
        ("What would make it worth it for you?", "asked"),
        ("It pays for itself in the first month.", "talked_past"),
        ("Is it the setup fee?", "talked_past"),
    ],
)
def test_how_it_was_taken(reply: str, taken: str) -> None:
    """Naming comes before asking, asking before talking; a yes-or-no question is no ear."""
    (concern,) = concerns(PRICE, ("rep", 7_000, reply))
    assert concern.taken == taken and concern.reply == reply
    assert concern.is_addressed is (taken != "talked_past")


def test_it_is_told_in_a_whole_sentence_of_theirs() -> None:
    """Not the greeting before it, and not the quote alone."""
    (concern,) = concerns(PRICE)
    assert concern.text == "I just don't know if we can justify the cost right now."
    assert concern.quote in concern.text and concern.names == ("price",)
    assert concern.taken == "unanswered" and concern.reply_ms is None


def test_it_may_be_named_later() -> None:
    """By a label or summary that speaks of it."""
    later: Line = ("rep", 20_000, "It sounds like you cannot justify the cost before you see it work.")
    lines: tuple[Line, ...] = (
        PRICE,
        ("rep", 7_000, "It pays for itself fast."),
        ("prospect", 12_000, "If you say so I guess it does."),
    )
    (concern, *_) = concerns(*lines, later)
    assert concern.taken == "named_later" and concern.by == later[2] and concern.by_ms == 20_000
    (concern, *_) = concerns(*lines, ("rep", 20_000, "It sounds like Thursday works."))
    assert concern.taken == "talked_past"


def test_gladness_and_agreement_are_no_concern() -> None:
    """Nor is anything that the rep says."""
    assert concerns(("prospect", 0, "That's actually such a relief."), ("prospect", 4_000, "You're right.")) == []
    assert concerns(("rep", 0, "I'm worried that we can't justify the cost.")) == []


def test_the_gap_is_from_their_last_word_to_the_reps_first() -> None:
    """Negative when the rep did not wait."""
    end_ms = 300 * len(PRICE[2].split())
    (concern,) = concerns(PRICE, ("rep", end_ms + 1_200, "It pays for itself."))
    assert concern.gap_ms == 1_200
    (concern,) = concerns(PRICE, ("rep", end_ms - 900, "It pays for itself."))
    assert concern.gap_ms == -900

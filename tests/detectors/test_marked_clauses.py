"""What is marked worth saying back and over is in order, and what judges is not among what is learnt from."""

import pytest

from tests.detectors import marked_clauses


@pytest.mark.parametrize("part", [*marked_clauses.LEARNING, marked_clauses.FROZEN])
def test_every_turn_has_words_and_a_mark(part: str) -> None:
    """Of calls all turns are there, as what is over is marked in them."""
    for turn in marked_clauses.read(part):
        assert turn.text.strip() and (turn.clauses or turn.call is not None)


def test_each_mark_is_taught_and_judged_often_enough() -> None:
    """A figure of a handful says nothing."""
    for parts, least in ((marked_clauses.LEARNING, 50), ((marked_clauses.FROZEN,), 20)):
        turns = [turn for part in parts for turn in marked_clauses.read(part)]
        marks = [mark for turn in turns for mark in (turn.over, *turn.clauses.values())]
        assert all(marks.count(mark) >= least for mark in ("situation", "offer", "accepts", "ends", None))


def test_no_turn_that_judges_is_learnt_from() -> None:
    """But for those of a word or two that everybody says."""
    learnt = {turn.text for part in marked_clauses.LEARNING for turn in marked_clauses.read(part)}
    both = [turn.text for turn in marked_clauses.read(marked_clauses.FROZEN) if turn.text in learnt]
    assert [text for text in both if len(text.split()) > 3] == []

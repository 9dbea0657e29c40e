"""The turns are in order: known cues, and what judges is not among what is learnt from."""

import pytest

from assist import playbook
from streaming.agreement import spoken_form
from tests.detectors import marked_lines, spoken_turns

KNOWN = frozenset(name for detector in marked_lines.detectors() for name in detector.names)


@pytest.mark.parametrize("part", [*spoken_turns.LEARNING, *spoken_turns.JUDGING])
def test_every_turn_has_words_and_known_cues(part: str) -> None:
    """And each cue is in the sets that are to judge or teach it."""
    turns = spoken_turns.read(part)
    assert all(turn.text.strip() and turn.cues <= KNOWN for turn in turns)


def test_the_cases_that_hold_are_the_playbooks() -> None:
    """Of cues that are in the turn."""
    cues = playbook.load(None).cues
    for turn in (turn for part in (*spoken_turns.LEARNING, *spoken_turns.JUDGING) for turn in spoken_turns.read(part)):
        assert turn.holds.keys() <= turn.cues, turn.text
        assert all(case in cues[name].when for name, cases in turn.holds.items() for case in cases), turn.text


def test_each_cue_is_judged_and_taught_often_enough() -> None:
    """A figure of a handful of turns says nothing."""
    for parts, least in ((spoken_turns.LEARNING, 40), ((spoken_turns.FROZEN,), 18)):
        turns = [turn for part in parts for turn in spoken_turns.read(part)]
        assert {name for name in KNOWN if sum(name in turn.cues for turn in turns) < least} == set()


def test_no_turn_that_judges_is_learnt_from() -> None:
    """But for those of a word or two that everybody says."""
    learnt = {spoken_form(turn.text) for part in spoken_turns.LEARNING for turn in spoken_turns.read(part)}
    judging = [turn for part in spoken_turns.JUDGING for turn in spoken_turns.read(part)]
    both = [turn.text for turn in judging if spoken_form(turn.text) in learnt]
    assert [text for text in both if len(text.split()) > 3] == []

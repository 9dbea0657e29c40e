"""A concern is taken up when it is named or asked about, at once, or later in words that show it was meant."""

import pytest

from assist.talk.moves import Move
from assist.talk.taking_up import is_concern, way_taken
from detectors.contract import Cue, CueKind
from streaming.types import Speaker

CONCERN = "The implementation process looks disruptive."
LABEL = Move("label", "It sounds like a rough start could spoil it.", 0, 1, 0)
OWN = Move("label", "It sounds like the implementation could be disruptive.", 0, 1, 0)
HOW = Move("question", "How would you want it done?", 0, 1, 0, "open")
WHEN = Move("question", "When would that be?", 0, 1, 0, "fact")


@pytest.mark.parametrize(
    ("move", "is_reply", "way"),
    [
        (LABEL, True, "named"),
        (HOW, True, "asked"),
        (WHEN, True, None),
        (OWN, False, "named_later"),
        (LABEL, False, None),
        (HOW, False, None),
    ],
)
def test_the_way_a_move_takes_a_concern_up(move: Move, is_reply: bool, way: str | None) -> None:
    """In reply any label or open question does; later only one that has its words."""
    assert way_taken(move, CONCERN, is_reply) == way


@pytest.mark.parametrize(
    ("kind", "name", "speaker", "expected"),
    [
        ("objection", "price", "prospect", True),
        ("emotion", "worry", "prospect", True),
        ("emotion", "relief", "prospect", False),
        ("agreement", "thats_right", "prospect", False),
        ("objection", "price", "rep", False),
    ],
)
def test_what_stands_in_their_way(kind: CueKind, name: str, speaker: Speaker, expected: bool) -> None:
    """Objections and bad feelings of the prospect."""
    assert is_concern(Cue(kind, name, speaker, "q", 0, 1, 0.9, True)) is expected

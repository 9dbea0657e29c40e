"""Agreement: "that's right" after a summary is told from a fact confirmed and from "you're right"."""

import pytest

from detectors.agreement import create
from detectors.contract import Cue, Turn
from tests.detectors import marked_lines
from tests.detectors.marked_lines import Marked

CLASSES = frozenset({"thats_right", "youre_right"})


def heard(text: str, rep: str | None = None) -> tuple[Cue, ...]:
    """The agreement heard in the text, said after `rep`."""
    before = () if rep is None else (Turn("rep", rep, 0, 1),)
    return marked_lines.heard_in(text, (create(marked_lines.CACHE_DIR),), before)


@pytest.mark.parametrize(
    "line", marked_lines.read("tune.txt") + marked_lines.read("frozen.txt"), ids=lambda line: line.text
)
def test_a_line_raises_what_it_is_marked_with_and_nothing_else(line: Marked) -> None:
    """Each marked line is a rule of its own."""
    assert {cue.name for cue in heard(line.text)} == line.must & CLASSES


@pytest.mark.parametrize(
    "rep",
    [
        "So it sounds like every empty slot is money that you never get back. Is that right?",
        "It seems like you've been carrying this alone.",
        "Let me make sure I've got this. You need fewer missed visits, but the last rollout cost you five months.",
        "You're worried it would make things worse before it makes them better.",
    ],
)
def test_after_a_summary_or_a_label_it_is_sure(rep: str) -> None:
    """They feel understood: the moment the rep works for."""
    (cue,) = heard("That's right.", rep)
    assert (cue.name, cue.confidence) == ("thats_right", 1.0)


@pytest.mark.parametrize(
    "rep",
    [
        "So your zip is 94110?",
        "And your last name is spelled with a K, is that right?",
        "So that's four clinics?",
        "You're in Ohio?",
    ],
)
def test_after_a_plain_question_it_is_hardly_likely(rep: str) -> None:
    """A fact confirmed is no breakthrough."""
    assert all(cue.confidence < 0.5 for cue in heard("That's right.", rep))


def test_youre_right_ends_a_pitch_and_confirms_a_fact() -> None:
    """It is a brush-off after anything but a plain question."""
    assert [cue.name for cue in heard("You're right.")] == ["youre_right"]
    assert [cue.name for cue in heard("You're right.", "You'd save forty hours a month with us, every month.")] == [
        "youre_right"
    ]
    assert heard("You're right.", "So your zip is 94110?") == ()

"""Which labels name a gladness that is not there; none that may be right is refused."""

import re

import pytest

from assist import playbook
from assist.practice.mislabel import is_mislabel
from assist.practice.scenario_files import scenarios

LINE = "I have to walk this into a room with two owners who, um, who hate surprises."
LABELS = tuple(
    label
    for kept in scenarios(None).values()
    for line in kept.scenario.lines.values()
    for label in re.findall(r"It (?:seems|sounds|looks|feels) like [^\"]+", line.hint)
)


@pytest.mark.parametrize(
    "label",
    [
        "It sounds like you're really excited about this.",
        "It seems like you love the idea.",
        "It sounds like a huge relief.",
        "It looks like you're looking forward to it.",
    ],
)
def test_gladness_is_no_label_to_the_worried(label: str) -> None:
    """It is one to whoever has just said so."""
    assert is_mislabel(label, LINE)
    assert not is_mislabel(label, "Oh, I love it. I am so excited.")


@pytest.mark.parametrize(
    "label",
    [
        "It sounds like it would be a relief to have that off your desk.",
        "It seems like nobody is excited about another rollout.",
        "It sounds like you were excited once, and it let you down.",
        "It seems like you're worried that they love the old one.",
        "It sounds like this landed heavier than you expected.",
    ],
)
def test_what_is_missing_may_be_named(label: str) -> None:
    """So may what was, and whatever no pattern knows."""
    assert not is_mislabel(label, LINE)


def test_no_label_that_we_suggest_is_taken_for_one() -> None:
    """Those of the scenarios' hints, and those of the playbook for what is no gladness."""
    cues = playbook.load(None).cues
    labels = [label for name, cue in cues.items() if name not in ("excitement", "relief") for label in cue.labels]
    assert len(LABELS) > 20 and len(labels) > 50
    assert [label for label in (*LABELS, *labels) if is_mislabel(label, LINE)] == []

"""What is worth saying back and what is over, of turns that nobody taught it."""

import numpy as np
import pytest

from detectors.meaning import heads
from detectors.meaning.encoder import Encoded, Encoder
from detectors.meaning.evidence import WIDTH
from detectors.meaning.judge import CASES, MANIFEST, NAMES, Judge, Rows, Worth, shipped
from detectors.meaning.sense import Sense, sense
from streaming.errors import EngineFailed
from tests.detectors.marked_lines import CACHE_DIR

JUDGE = Judge(sense(CACHE_DIR), shipped(MANIFEST), shipped(CASES))


def worth(clause: str) -> Worth:
    found = JUDGE.worth(clause)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("clause", "is_answerable"),
    [
        ("you're short of nurses on every ward", False),
        ("you've lost two drivers since Christmas", False),
        ("you'd have to ask your board", True),
        ("you can't see what you'd use it for", True),
    ],
)
def test_what_weighs_on_them_is_worth_saying_back(clause: str, is_answerable: bool) -> None:
    """And it is told what an answer could settle."""
    found = worth(clause)
    assert found.worth > 0.5
    assert (found.answerable > 0.5) == is_answerable


@pytest.mark.parametrize(
    "clause", ["you'll give it a read tonight", "you were in Spain last week", "you like the blue one"]
)
def test_small_talk_is_not(clause: str) -> None:
    """Nor what they will do next, nor what pleases them."""
    assert worth(clause).worth < 0.4


@pytest.mark.parametrize(
    ("turn", "asked", "accepts", "ends"),
    [
        (
            "Oh, that's all right then. Yes, put me down for Thursday.",
            "We do the move for you, on a Sunday.",
            True,
            False,
        ),
        ("Right, thanks for that. Bye now, bye.", "I'll send it over today.", False, True),
        ("I'd have to ask my board.", "Shall we put you down for Thursday?", False, False),
    ],
)
def test_what_is_over(turn: str, asked: str, accepts: bool, ends: bool) -> None:
    """They take an answer, or go."""
    reading = JUDGE.reading(turn, asked)
    assert reading is not None
    assert (reading.accepts > 0.5, reading.ends > 0.5) == (accepts, ends)


@pytest.mark.parametrize(
    ("turn", "case"),
    [
        ("Eleven hundred a month? I bought my first van for less than that.", "price.steep"),
        ("There's three of us and one's off sick, so who would set all that up?", "effort.short_handed"),
        ("The committee votes on it, all nine of them, and they meet on the last Wednesday.", "authority.assembly"),
        ("It's me that signs it, so if it goes wrong it's my name in the paper.", "risk.blamed"),
    ],
)
def test_what_a_concern_is_about(turn: str, case: str) -> None:
    """Of the cases of that cue it is the likeliest."""
    reading = JUDGE.reading(turn, None)
    assert reading is not None
    of_cue = {name: p for name, p in reading.cases.items() if name.startswith(case.partition(".")[0] + ".")}
    assert max(of_cue, key=lambda name: of_cue[name]) == case and of_cue[case] > 0.3


class Failing(Encoder):
    """A model that cannot be run."""

    def __init__(self) -> None:
        pass

    def encode(self, text: str, asked: str | None = None) -> Encoded:
        raise EngineFailed("the sentence model failed")


def test_a_model_that_fails_judges_nothing() -> None:
    """The call goes on without."""
    judge = Judge(Sense(Failing(), heads.shipped()), shipped(MANIFEST), shipped(CASES))
    assert judge.worth("you need more nurses") is None
    assert judge.reading("We need more nurses.", None) is None


def test_a_likelihood_is_the_logistic_of_its_score() -> None:
    """Each name has a row of its own, in their order."""
    axes = np.eye(WIDTH, dtype=np.float32)
    rows = Rows(NAMES, axes[:4], np.array([0.0, 0.0, 0.0, -1.0], np.float32))
    likely = rows.likelihoods(2 * axes[1] + axes[3])
    assert likely == pytest.approx({"worth": 0.5, "answerable": 1 / (1 + np.exp(-2)), "accepts": 0.5, "ends": 0.5})

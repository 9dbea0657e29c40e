"""How a row of figures is made of answers."""

import numpy as np
import pytest

from streaming.short_window.evaluate import Answer, frames_for, scored
from streaming.short_window.heard import Heard


def _heard(passage: str, seconds: float, text: str | None) -> Heard:
    return Heard(passage, np.zeros(int(seconds * 16_000), np.float32), text)


def _answer(text: str, is_loop: bool = False, nobody: float = 0.0) -> Answer:
    return Answer(text, is_loop, nobody, wall_s=0.5, cpu_s=0.25)


@pytest.mark.parametrize(
    "seconds, size, frames",
    [
        (2, "+0", 200),
        (2, "+64", 264),
        (0.96, "+64", 162),
        (2, "1000", 1000),
        (12, "1000", 1264),
        (2, "3000", 3000),
        (40, "+64", 3000),
    ],
)
def test_a_window_is_the_speech_and_more_or_a_least_length(seconds: float, size: str, frames: int) -> None:
    """Never one that is misread (160), never above 30 s, and a fixed one grows with long speech."""
    assert frames_for(np.zeros(int(seconds * 16_000), np.float32), size) == frames


def test_words_are_counted_against_the_human_text() -> None:
    """After normalisation: case, marks and numbers in words make no error."""
    crops = [_heard("a", 2, "twenty dollars please"), _heard("b", 2, "yes")]
    row = scored(crops, [_answer("$20, please."), _answer("No.")], [])
    assert row["wer"] == pytest.approx(1 / 3, abs=0.001)
    assert "disagreement" not in row


def test_pieces_of_a_passage_are_scored_as_one_text() -> None:
    """Where a piece ends is nobody's error."""
    crops = [_heard("a", 2, "one fine day we left"), _heard("a", 2, None)]
    row = scored(crops, [_answer("One fine"), _answer("day we left.")], ["One fine day", "we left"])
    assert (row["wer"], row["disagreement"]) == (0, 0)


def test_loops_words_and_cost_are_summed() -> None:
    """Cost is per second of sound; an answer that says nobody speaks adds no words to the gated count."""
    crops = [_heard("a", 2, None), _heard("b", 3, None)]
    row = scored(crops, [_answer("thank you", is_loop=True), _answer("you", nobody=0.9)], ["thank you", "bye"])
    assert (row["loops"], row["words"], row["words_unless_nobody"]) == (1, 3, 2)
    assert (row["wall_s_per_s"], row["cpu_s_per_s"]) == (0.2, 0.1)
    assert row["disagreement"] == pytest.approx(1 / 3, abs=0.001)
    assert "wer" not in row

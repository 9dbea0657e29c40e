"""A lesson changes the weights that it names and no others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.meaning.lesson import DOWN, REACH, STEPS, UP, WEIGHT, Array, taught
from streaming.errors import ModelMismatch

MATRIX, BIAS = "layer.0.dense", "layer.0.dense.bias"
KNOWN = {MATRIX + WEIGHT: np.arange(6, dtype=np.float32).reshape(2, 3), BIAS: np.zeros(2, np.float32)}


def test_only_what_is_named_is_changed() -> None:
    """A whole weight; a matrix by its pair; and how far its inputs reach, which is new."""
    lesson = {BIAS: np.ones(2), MATRIX + REACH: np.full(3, 4.0)}
    found = taught(KNOWN, lesson)
    assert found.keys() == {*KNOWN, MATRIX + REACH}
    assert np.array_equal(found[BIAS], [1, 1])
    assert found[MATRIX + WEIGHT] is KNOWN[MATRIX + WEIGHT]
    assert not KNOWN[BIAS].any()


@given(st.lists(st.integers(-127, 127), min_size=5, max_size=5), st.floats(2**-20, 2**-7, width=32))
def test_a_matrix_becomes_its_sum_with_the_narrow_pair(numbers: list[int], step: float) -> None:
    """Weights are kept as output x input; pairs are written the way that they are multiplied."""
    down, up = np.array(numbers[:3], np.int8)[:, None], np.array(numbers[3:], np.int8)[None]
    lesson: dict[str, Array] = {MATRIX + DOWN: down, MATRIX + STEPS: np.array([step], np.float32), MATRIX + UP: up}
    found = taught(KNOWN, lesson)[MATRIX + WEIGHT]
    wanted = [[KNOWN[MATRIX + WEIGHT][o, i] + step * numbers[i] * numbers[3 + o] for i in range(3)] for o in range(2)]
    assert np.allclose(found, wanted)


@pytest.mark.parametrize(
    "lesson",
    [
        {"nobody.bias": np.zeros(3)},
        {BIAS: np.zeros(7)},
        {"nobody" + DOWN: np.zeros((2, 2))},
        {MATRIX + DOWN: np.zeros((3, 1)), MATRIX + UP: np.zeros((1, 2))},
        {MATRIX + DOWN: np.zeros((4, 1)), MATRIX + STEPS: np.ones(1), MATRIX + UP: np.zeros((1, 2))},
    ],
)
def test_a_lesson_of_another_model_is_refused(lesson: dict[str, np.ndarray]) -> None:
    """Before anything is told by it."""
    with pytest.raises(ModelMismatch, match="another sentence model"):
        taught(KNOWN, lesson)

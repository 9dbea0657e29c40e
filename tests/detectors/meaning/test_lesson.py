"""A lesson changes the weights that it names and no others, in the model's bytes, where the model heeds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.meaning import heads, model
from detectors.meaning.encoder import Encoder
from detectors.meaning.evidence import direction
from detectors.meaning.lesson import DOWN, QUANTISED, SCALE, UP, taught
from detectors.meaning.onnx_weights import weights
from streaming.errors import ModelMismatch

SHIPPED = model.find()[model.MODEL_FILE].read_bytes()
KNOWN = weights(SHIPPED)
BIAS = "inner.encoder.layer.5.output.LayerNorm.bias"
MATRIX = next(name.removesuffix(QUANTISED) for name in KNOWN if name.startswith("val_") and name.endswith(QUANTISED))
ROWS, COLUMNS = KNOWN[MATRIX + QUANTISED].shape


def pair(strength: float) -> dict[str, np.ndarray]:
    """A narrow pair for one matrix."""
    chance = np.random.default_rng(3)
    down = chance.normal(size=(ROWS, 2)).astype(np.float32)
    return {MATRIX + DOWN: down, MATRIX + UP: np.full((2, COLUMNS), strength, np.float32)}


def changed_by(lesson: dict[str, np.ndarray]) -> set[str]:
    """The names of the weights that it changes."""
    found = weights(taught(SHIPPED, lesson))
    return {name for name, value in found.items() if not np.array_equal(value, KNOWN[name])}


def meaning(lesson: dict[str, np.ndarray]) -> np.ndarray:
    """Where a sentence points after it."""
    encoder = Encoder(taught(SHIPPED, lesson), model.find()[model.TOKENIZER_FILE])
    return direction(encoder.encode("one two three").vectors)


def test_only_what_is_named_is_changed() -> None:
    """A whole weight, or a matrix with its scale."""
    assert changed_by({BIAS: np.ones_like(KNOWN[BIAS])}) == {BIAS}
    assert changed_by(pair(0.1)) == {MATRIX + QUANTISED, MATRIX + SCALE}


def test_the_model_heeds_a_changed_matrix() -> None:
    """ONNX Runtime folds matrices as it loads: weights given beside the file came too late, and nobody noticed."""
    plain = meaning({})
    assert meaning(pair(0.0)) @ plain > 0.9999
    assert meaning(pair(0.1)) @ plain < 0.99
    assert meaning({MATRIX + DOWN: np.zeros((ROWS, 1)), MATRIX + UP: np.zeros((1, COLUMNS))}) @ plain > 0.9999


def test_the_shipped_lesson_is_heeded() -> None:
    """All of it: the heads fit no other model."""
    lesson = dict(heads.shipped().lessons)
    norms = {name: value for name, value in lesson.items() if not name.endswith((DOWN, UP))}
    assert changed_by(lesson) >= {name.removesuffix(DOWN) + QUANTISED for name in lesson if name.endswith(DOWN)}
    assert meaning(norms) @ meaning(lesson) < 0.99


@given(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4))
def test_a_matrix_becomes_its_sum_with_the_narrow_pair(numbers: list[float]) -> None:
    """To half a step of its column's scale."""
    down = np.full((ROWS, 1), numbers[0], np.float32)
    up = np.resize(np.array(numbers[1:], np.float32), (1, COLUMNS))
    found = weights(taught(SHIPPED, {MATRIX + DOWN: down, MATRIX + UP: up}))
    wanted = KNOWN[MATRIX + QUANTISED] * KNOWN[MATRIX + SCALE] + down @ up
    made = found[MATRIX + QUANTISED] * found[MATRIX + SCALE]
    assert (np.abs(made - wanted) <= found[MATRIX + SCALE] * 0.501 + 1e-6).all()


@pytest.mark.parametrize(
    "lesson", [{"nobody.bias": np.zeros(3)}, {BIAS: np.zeros(7)}, {"nobody" + DOWN: np.zeros((2, 2))}]
)
def test_a_lesson_of_another_model_is_refused(lesson: dict[str, np.ndarray]) -> None:
    """Before anything is told by it."""
    with pytest.raises(ModelMismatch, match="another sentence model"):
        taught(SHIPPED, lesson)

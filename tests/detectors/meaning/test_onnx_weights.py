"""Weights are found in the bytes of a model, as views of them, and bytes that are none are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.meaning import model
from detectors.meaning.onnx_weights import weights
from streaming.errors import ModelMismatch

SHIPPED = model.find()[model.MODEL_FILE].read_bytes()


def test_the_shipped_models_weights_are_found() -> None:
    """Six layers of six matrices, each with a scale a column."""
    found = weights(SHIPPED)
    matrices = [name for name in found if name.startswith("val_") and name.endswith("_q")]
    assert len(matrices) == 36
    assert all(found[f"{name.removesuffix('_q')}_scale"].shape == (1, found[name].shape[1]) for name in matrices)


def test_what_is_written_to_a_weight_is_written_to_the_model() -> None:
    """In its place, and nowhere else."""
    changed = bytearray(SHIPPED)
    name = "inner.encoder.layer.5.output.LayerNorm.bias"
    weights(changed)[name][...] = 9
    assert (weights(bytes(changed))[name] == 9).all()
    assert sum(a != b for a, b in zip(changed, SHIPPED, strict=True)) <= 4 * 384


@given(st.binary(max_size=200) | st.integers(1, 5000).map(lambda size: SHIPPED[:size]))
def test_other_bytes_give_one_error_or_nothing(raw: bytes) -> None:
    """A torn download."""
    try:
        assert len(weights(raw)) < 36
    except ModelMismatch as fault:
        assert "no ONNX model" in str(fault)


def test_a_torn_model_is_refused() -> None:
    """Its graph is longer than what is there."""
    with pytest.raises(ModelMismatch):
        weights(SHIPPED[: len(SHIPPED) // 2])

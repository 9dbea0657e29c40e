"""Made once from a model's folder, and another for another model."""

from pathlib import Path

import numpy as np
import pytest

from streaming.errors import ModelMismatch
from streaming.whisper.onnx_files import ABOUT, DECODER, ENCODER, About, floats_of, prepared, read_about
from tests.streaming.whisper import small


def test_a_network_is_made_once(tmp_path: Path) -> None:
    """The second start finds it."""
    model = small.folder_of(small.weights(), tmp_path / "model")
    folder = prepared(model, tmp_path / "made")
    made_ns = (folder / DECODER).stat().st_mtime_ns
    assert prepared(model, tmp_path / "made") == folder
    assert (folder / DECODER).stat().st_mtime_ns == made_ns
    assert {path.name for path in folder.iterdir()} >= {ENCODER, DECODER, ABOUT}


def test_what_was_damaged_is_made_again(tmp_path: Path) -> None:
    """A byte more is enough."""
    model = small.folder_of(small.weights(), tmp_path / "model")
    decoder = prepared(model, tmp_path / "made") / DECODER
    whole = decoder.read_bytes()
    decoder.write_bytes(whole + b"x")
    prepared(model, tmp_path / "made")
    assert decoder.read_bytes() == whole


def test_another_model_has_another_folder(tmp_path: Path) -> None:
    """One weight is enough."""
    weights = small.weights()
    one = small.folder_of(weights, tmp_path / "one")
    other = small.folder_of({**weights, "encoder/conv1/bias": -weights["encoder/conv1/bias"]}, tmp_path / "other")
    assert prepared(one, tmp_path / "made") != prepared(other, tmp_path / "made")


@pytest.mark.parametrize(
    ("config", "heads"), [({"alignment_heads": [[0, 1], [1, 0]]}, ((0, 1), (1, 0))), ({}, ((1, 0), (1, 1)))]
)
def test_it_is_known_what_it_is(tmp_path: Path, config: object, heads: tuple[tuple[int, int], ...]) -> None:
    """Where the model does not say which heads go along with the sound, those of its later layers do."""
    folder = prepared(small.folder_of(small.weights(), tmp_path / "model", config), tmp_path / "made")
    found = read_about(folder)
    assert found == About(small.BANDS, small.TOKENS, small.LAYERS, small.WIDTH // 64, heads)
    assert not found.is_multilingual


def test_a_file_that_is_no_model_is_refused_and_nothing_left(tmp_path: Path) -> None:
    """The error names it."""
    model = small.folder_of(small.weights(), tmp_path / "model")
    (model / "model.bin").write_bytes(b"not a model")
    with pytest.raises(ModelMismatch, match=r"model\.bin"):
        prepared(model, tmp_path / "made")
    assert list((tmp_path / "made").iterdir()) == []


def test_int8_matrices_are_as_they_were() -> None:
    """CTranslate2's converter multiplies each row by its scale, so that it fills eight bits."""
    matrix = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    scale = 127 / np.abs(matrix).max(axis=1)
    given = {
        "a/weight": np.rint(matrix * scale[:, None]).astype(np.int8),
        "a/weight_scale": scale.astype(np.float32),
        "a/bias": matrix[0],
    }
    found = floats_of(given)
    assert np.abs(found["a/weight"] - matrix).max() < np.abs(matrix).max() / 100
    assert found["a/bias"] is given["a/bias"]

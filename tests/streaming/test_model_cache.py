"""A folder is made once, whole or not at all."""

import hashlib
from pathlib import Path

import pytest

from streaming import model_cache

CONTENT = b"weights"
WANTED = {"model.bin": hashlib.sha256(CONTENT).hexdigest()}


def fill(folder: Path) -> None:
    """Writes what is wanted."""
    (folder / "model.bin").write_bytes(CONTENT)


def test_a_folder_is_filled_once(tmp_path: Path) -> None:
    """The second call finds it, and nothing else is left beside it."""
    target = tmp_path / "cache" / "model"
    assert model_cache.made(target, WANTED, fill) == target
    assert model_cache.made(target, WANTED, lambda _: pytest.fail("filled again")) == target
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["model"]


def test_a_damaged_folder_is_made_anew(tmp_path: Path) -> None:
    """A disk that was full at the wrong moment must not stop the server for ever."""
    target = model_cache.made(tmp_path / "model", WANTED, fill)
    (target / "model.bin").write_bytes(b"weigh")
    assert (model_cache.made(target, WANTED, fill) / "model.bin").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_what_nobody_knew_beforehand_is_made_once_too(tmp_path: Path) -> None:
    """And made anew where it was damaged, or where what tells so was."""
    target = model_cache.made(tmp_path / "model", None, fill)
    model_cache.made(target, None, lambda _: pytest.fail("filled again"))
    for file in ("model.bin", model_cache.SUMS):
        (target / file).write_bytes(b"weigh")
        assert (model_cache.made(target, None, fill) / "model.bin").read_bytes() == CONTENT
    (target / model_cache.SUMS).unlink()
    model_cache.made(target, None, fill)
    model_cache.made(target, None, lambda _: pytest.fail("filled again"))


def test_a_fill_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Half a model is worse than none."""

    def half(folder: Path) -> None:
        (folder / "model.bin").write_bytes(CONTENT[:2])
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        model_cache.made(tmp_path / "model", WANTED, half)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_process_has_put_there_meanwhile_is_kept(tmp_path: Path) -> None:
    """The one who comes second gives way if what is there is right."""
    target = tmp_path / "model"

    def overtaken(folder: Path) -> None:
        fill(folder)
        target.mkdir()
        fill(target)
        (target / "of the other").touch()

    assert model_cache.made(target, WANTED, overtaken) == target
    assert (target / "of the other").exists()


def test_no_file_has_no_hash(tmp_path: Path) -> None:
    """Neither where the folder is missing."""
    assert model_cache.sha256_of(tmp_path / "none" / "model.bin") is None

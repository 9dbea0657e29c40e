"""Numbers are used only as they were released."""

from pathlib import Path

import pytest

from detectors.meaning import heads, judge
from detectors.meaning.released import released
from streaming.errors import ModelMismatch


@pytest.mark.parametrize(
    ("manifest", "file"), [(heads.MANIFEST, "heads.npz"), (judge.MANIFEST, "judge.npz"), (judge.CASES, "cases.npz")]
)
def test_numbers_other_than_the_released_are_refused(tmp_path: Path, manifest: str, file: str) -> None:
    """A half-updated checkout would tell nonsense."""
    folder = Path(heads.__file__).parent
    for name in (manifest, file):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert released(tmp_path, manifest) == (folder / file).read_bytes()
    (tmp_path / file).write_bytes((folder / file).read_bytes() + b"!")
    with pytest.raises(ModelMismatch, match=f"{file} is not as released: reinstall"):
        released(tmp_path, manifest)

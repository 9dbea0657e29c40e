"""Folders made from a model that somebody brought, each made once, whole or not at all, and checked by SHA-256."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

Sha256 = Mapping[str, str]
"""hashes in hex, by file name"""


SUMS = "SHA256SUMS.json"


def made(target: Path, wanted: Sha256 | None, fill: Callable[[Path], None]) -> Path:
    """`target`, filled by `fill(folder)` unless it is there already with the wanted files.

    `wanted` None: what `fill` makes is not known beforehand. Its sums are kept beside it, so that damage is noticed.

    Two processes may do this at once; both get the same folder, and neither sees it half written. Where `fill` raises,
    nothing is left behind.
    """
    if _has(target, wanted):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".partial-") as name:
        partial = Path(name) / "folder"
        partial.mkdir()
        fill(partial)
        if wanted is None:
            sums = {path.name: sha256_of(path) for path in partial.iterdir()}
            (partial / SUMS).write_text(json.dumps(sums))
        _publish(partial, target, wanted)
    return target


def sha256_of(path: Path) -> str | None:
    """None where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _has(folder: Path, wanted: Sha256 | None) -> bool:
    try:
        sums = json.loads((folder / SUMS).read_bytes()) if wanted is None else wanted
        return all(sha256_of(folder / file) == sha256 for file, sha256 in sums.items())
    except (FileNotFoundError, NotADirectoryError, ValueError, AttributeError):
        return False


def _publish(partial: Path, target: Path, wanted: Sha256 | None) -> None:
    """Renames `partial` to `target`, unless another process has put the same there in the meantime."""
    for attempt in range(2):
        try:
            partial.rename(target)
            return
        except OSError:
            if _has(target, wanted):
                return
            if attempt:
                raise
            # What is there was damaged; move it out of the way in one step, for others may be looking.
            os.replace(target, partial.with_name("damaged"))

"""Numbers that ship: a file beside the manifest that says where they come from, used only as it was released."""

import hashlib
from collections.abc import Mapping
from importlib.resources.abc import Traversable

import msgspec

from streaming.errors import ModelMismatch


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the numbers come from. `sha256` is of `file`, which lies beside the manifest."""

    file: str
    sha256: str
    licence: str
    model: str
    trained_on: tuple[str, ...]
    seed: int
    command: str
    measured: Mapping[str, float]


def released(folder: Traversable, manifest: str) -> bytes:
    """The file beside a manifest; raises ModelMismatch where it is not the one that was released."""
    told = msgspec.toml.decode(folder.joinpath(manifest).read_bytes(), type=Manifest)
    raw = folder.joinpath(told.file).read_bytes()
    if hashlib.sha256(raw).hexdigest() != told.sha256:
        raise ModelMismatch(f"detectors/meaning/{told.file} is not as released: reinstall this package")
    return raw

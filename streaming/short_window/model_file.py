"""Reads and writes CTranslate2's `model.bin`, version 6: tensors by name, in the order of the file."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from streaming.errors import ModelMismatch

VERSION = 6

Tensor = npt.NDArray[Any]

# numpy has no bfloat16, the last: its bits, which are the upper half of a float32's.
_TYPES = (np.dtype("<f4"), np.dtype("<i1"), np.dtype("<i2"), np.dtype("<i4"), np.dtype("<f2"), np.dtype("<u2"))


class ModelFile(msgspec.Struct, frozen=True):
    """What a `model.bin` holds. Tensors are read-only views of the bytes that were read."""

    specification: str
    revision: int
    tensors: Mapping[str, Tensor]
    aliases: tuple[tuple[str, str], ...]
    """(alias, name of the tensor it stands for)"""


class _Reader:
    def __init__(self, raw: bytes, path: Path) -> None:
        self._raw = memoryview(raw)
        self._at = 0
        self._path = path

    def bytes(self, size: int) -> memoryview:
        if self._at + size > len(self._raw):
            raise ModelMismatch(f"{self._path} ends at byte {len(self._raw)} in the middle of a field: fetch it again")
        self._at += size
        return self._raw[self._at - size : self._at]

    def integer(self, form: str) -> int:
        return int(struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))[0])

    def text(self) -> str:
        return bytes(self.bytes(self.integer("H"))[:-1]).decode()

    def tensor(self) -> Tensor:
        shape = [self.integer("I") for _ in range(self.integer("B"))]
        code = self.integer("B")
        if code >= len(_TYPES):
            raise ModelMismatch(
                f"{self._path} has a tensor of type {code}; types 0 to {len(_TYPES) - 1} are known here"
            )
        return np.frombuffer(self.bytes(self.integer("I")), _TYPES[code]).reshape(shape)

    def is_at_end(self) -> bool:
        return self._at == len(self._raw)


def parse(raw: bytes, path: Path) -> ModelFile:
    """The model in `raw`, the bytes of the file at `path` (named in errors only).

    Raises ModelMismatch where it is cut short, goes on too long, or is of another version.
    """
    reader = _Reader(raw, path)
    version = reader.integer("I")
    if version != VERSION:
        raise ModelMismatch(f"{path} is a model.bin of version {version}; this reads version {VERSION}")
    specification, revision = reader.text(), reader.integer("I")
    tensors: dict[str, Tensor] = {}
    for _ in range(reader.integer("I")):
        name = reader.text()
        tensors[name] = reader.tensor()
    aliases = tuple((reader.text(), reader.text()) for _ in range(reader.integer("I")))
    if not reader.is_at_end():
        raise ModelMismatch(f"{path} goes on after its last field: it is not a model.bin of version {VERSION}")
    return ModelFile(specification, revision, tensors, aliases)


def render(model: ModelFile) -> bytes:
    """The bytes of a `model.bin`; `parse` of them gives the model back."""
    parts = [struct.pack("<I", VERSION), _text(model.specification)]
    parts.append(struct.pack("<II", model.revision, len(model.tensors)))
    for name, tensor in model.tensors.items():
        parts.append(_text(name) + struct.pack(f"<B{tensor.ndim}I", tensor.ndim, *tensor.shape))
        parts.append(struct.pack("<BI", _TYPES.index(tensor.dtype), tensor.nbytes) + tensor.tobytes())
    parts.append(struct.pack("<I", len(model.aliases)))
    parts += [_text(alias) + _text(name) for alias, name in model.aliases]
    return b"".join(parts)


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<H", len(encoded) + 1) + encoded + b"\0"

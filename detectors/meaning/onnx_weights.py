"""The weights in the bytes of an ONNX file, by name; as much of protobuf as that takes; pure.

The fields are those of onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto.dims 1, data_type 2,
name 8, raw_data 9.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from streaming.errors import ModelMismatch

Array = npt.NDArray[Any]

_KINDS: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 3: np.dtype("i1"), 7: np.dtype("<i8")}
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def weights(model: bytes | bytearray) -> dict[str, Array]:
    """Every initialiser kept as raw bytes of float32, int8 or int64; ModelMismatch on bytes that are no model.

    They are views: what is written to those of a bytearray is written into the model.
    """
    try:
        graphs = [value for number, value in _fields(memoryview(model)) if number == 7]
        tensors = [_tensor(value) for graph in graphs for number, value in _fields(graph) if number == 5]
    except (IndexError, ValueError, TypeError) as error:
        raise ModelMismatch(f"this is no ONNX model ({error})") from None
    return {name: array for name, array in tensors if array is not None}


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Number and value of each field, in order."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        length = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind)
        if kind == _LENGTH:
            length, at = _varint(message, at)
        if length is None or at + length > len(message):
            raise ValueError(f"a field of kind {kind} at byte {at}")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _tensor(message: memoryview) -> tuple[str, Array | None]:
    dims: list[int] = []
    name, kind = "", 0
    raw: memoryview | None = None
    for number, value in _fields(message):
        if number == 1:
            dims += [value] if isinstance(value, int) else _packed(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = bytes(value).decode()
        elif number == 9:
            raw = value
    if raw is None or kind not in _KINDS:
        return name, None
    return name, np.frombuffer(raw, _KINDS[kind]).reshape(dims)


def _packed(values: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(values):
        value, at = _varint(values, at)
        found.append(value)
    return found

"""ONNX nodes and constants as they are added by name, with the few kinds that transformers are made of; pure.

Matrices are kept in whole steps of a scale a column, what goes into them is made so as it comes.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]


class Steps(msgspec.Struct, frozen=True):
    """In which whole numbers a matrix is kept: from `zero` so many down and up."""

    highest: int
    zero: int
    dtype: type[np.integer[Any]]


SEVEN_BITS = Steps(63, 0, np.int8)
"""Fast for many rows. Not eight: the sum of two products must fit in 16 bits on processors that add them there."""

EIGHT_BITS = Steps(127, 128, np.uint8)
"""Closer, and as fast where there are so few rows that reading the matrix is what takes time."""

TINY, NORM_EPSILON = 1e-4, 1e-5
OPSET, IR = 20, 9


class Graph:
    """A network that grows. Each method names what it adds, and gives that name back."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._given: list[Any] = []
        self._told: list[Any] = []

    def given(self, name: str, shape: Sequence[int | str], of: int = TensorProto.FLOAT) -> str:
        """An input. Sides with the same name are as long as one another."""
        self._given.append(helper.make_tensor_value_info(name, of, shape))
        return name

    def told(self, name: str, shape: Sequence[int | str], of: int = TensorProto.FLOAT) -> str:
        """Makes a node's value an output."""
        self._told.append(helper.make_tensor_value_info(name, of, shape))
        return name

    def constant(self, name: str, value: Array | Sequence[int]) -> str:
        """A value that is kept in the file."""
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def op(self, kind: str, given: Sequence[str], name: str, domain: str = "", **settings: Any) -> str:
        """A node of ONNX's operator `kind`."""
        return self.ops(kind, given, [name], domain, **settings)[0]

    def ops(
        self, kind: str, given: Sequence[str], names: Sequence[str], domain: str = "", **settings: Any
    ) -> Sequence[str]:
        """A node with several values."""
        self._nodes.append(helper.make_node(kind, given, names, domain=domain, **settings))
        return names

    def quantised(self, given: str, matrix: Array, bias: Array | None, name: str, kept_in: Steps) -> str:
        """`given` (... x n) times `matrix` (n x m), and `bias` (m) added."""
        steps = np.maximum(np.abs(matrix).max(axis=0), TINY) / kept_in.highest
        parts = {
            "quantised": (np.rint(matrix / steps) + kept_in.zero).astype(kept_in.dtype),
            "steps": floats(steps),
            "zeros": np.full(len(steps), kept_in.zero, kept_in.dtype),
        }
        if bias is not None:
            parts["bias"] = floats(bias)
        constants = [self.constant(f"{name}/{part}", value) for part, value in parts.items()]
        return self.op("DynamicQuantizeMatMul", [given, *constants], name, "com.microsoft")

    def normed(self, given: str, factors: Array, bias: Array, name: str) -> str:
        """Layer norm over the last side."""
        shares = [self.constant(f"{name}/factors", floats(factors)), self.constant(f"{name}/bias", floats(bias))]
        return self.op("LayerNormalization", [given, *shares], name, axis=-1, epsilon=NORM_EPSILON)

    def model(self, name: str) -> bytes:
        """All of it, as the bytes of a file."""
        graph = helper.make_graph(self._nodes, name, self._given, self._told, list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=IR).SerializeToString()
        return made


def floats(value: Array) -> Array:
    """As float32."""
    return value.astype(np.float32)

"""What the sentence model was taught, a few numbers, written into the bytes of its file; pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.meaning.onnx_weights import weights
from streaming.errors import ModelMismatch

Array = npt.NDArray[Any]

DOWN, UP = "/down", "/up"
QUANTISED, SCALE = "_q", "_scale"
HIGHEST = 127
TINY = 1e-12
"""A column of nothing but zeros has a scale all the same."""


def taught(model: bytes, lesson: Mapping[str, Array]) -> bytes:
    """The model after the lesson. Raises ModelMismatch where the lesson is of another model.

    A lesson has whole weights by their names and, for a matrix (n x m, kept as int8 with a scale a column), what is
    added to it as the product of a narrow pair, `<matrix>/down` (n x r) and `<matrix>/up` (r x m): Hu et al. 2021,
    "LoRA". The sum is made int8 again.

    The bytes are changed because ONNX Runtime folds the matrices before it looks at weights that are given beside them.
    """
    changed = bytearray(model)
    known = weights(changed)
    try:
        for name, value in lesson.items():
            if name.endswith(DOWN):
                matrix = name.removesuffix(DOWN)
                _add(known[matrix + QUANTISED], known[matrix + SCALE], value @ lesson[matrix + UP])
            elif not name.endswith(UP):
                known[name][...] = value
    except (KeyError, ValueError) as fault:
        raise ModelMismatch(f"the lesson fits another sentence model ({fault})") from None
    return bytes(changed)


def _add(quantised: Array, scale: Array, added: Array) -> None:
    """In place: both are views of the model's bytes."""
    whole = quantised * scale + added
    step = np.maximum(np.abs(whole).max(axis=0), TINY) / HIGHEST
    scale[...] = step.reshape(scale.shape)
    quantised[...] = np.rint(whole / step)

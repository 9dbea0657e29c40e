"""What the sentence model was taught, a few numbers, made part of its weights; pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from streaming.errors import ModelMismatch

Array = npt.NDArray[Any]

WEIGHT, DOWN, UP, STEPS, REACH = ".weight", "/down", "/up", "/steps", "/reach"


def taught(weights: Mapping[str, Array], lesson: Mapping[str, Array]) -> dict[str, Array]:
    """The weights after the lesson, by name, and the reaches; raises ModelMismatch where it is of another model.

    A lesson has whole weights by their names and, for a matrix (m x n, `<name>.weight`), what is added to it as the
    product of a narrow pair, `<name>/down` (n x r) and `<name>/up` (r x m): Hu et al. 2021, "LoRA". Both are whole
    numbers up to 127; `<name>/steps` (r) is what one times one is worth. `<name>/reach` (n) is how far from nothing the
    matrix's inputs came while the lesson was learnt; the network is made with it.
    """
    changed = dict(weights)
    try:
        for name, value in lesson.items():
            if name.endswith(DOWN):
                matrix = name.removesuffix(DOWN)
                pair = value, lesson[matrix + STEPS], lesson[matrix + UP]
                changed[matrix + WEIGHT] = _added(weights[matrix + WEIGHT], *pair)
            elif name.endswith(REACH):
                changed[name] = value
            elif not name.endswith((UP, STEPS)):
                changed[name] = np.broadcast_to(value, weights[name].shape)
    except (KeyError, ValueError) as fault:
        raise ModelMismatch(f"the lesson fits another sentence model ({fault})") from None
    return changed


def _added(whole: Array, down: Array, steps: Array, up: Array) -> Array:
    # In double precision, so that every machine makes the same model of it.
    added: Array = (down * steps.astype(np.float64)) @ up.astype(np.float64)
    return whole + added.T

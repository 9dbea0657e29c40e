"""What the sentence model learnt, rounded to what ships (lesson.py), and numbers to go on teaching from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from detectors.meaning.lesson import DOWN, STEPS, UP

MOST = 127
"""The greatest whole number of a narrow pair."""


def as_kept(learnt: Mapping[str, Any]) -> dict[str, Any]:
    """What was learnt in half precision, and narrow pairs as whole numbers with their steps (lesson.py)."""
    kept: dict[str, Any] = {}
    for name, value in learnt.items():
        matrix, _, part = name.rpartition("/")
        if f"/{part}" == DOWN:
            steps, upper = np.abs(value).max(axis=0) / MOST, np.abs(learnt[matrix + UP]).max(axis=1) / MOST
            kept[name] = np.rint(value / steps).astype(np.int8)
            kept[matrix + UP] = np.rint(learnt[matrix + UP] / upper[:, None]).astype(np.int8)
            kept[matrix + STEPS] = (steps * upper).astype(np.float32)
        elif f"/{part}" != UP:
            kept[name] = value.astype(np.float16)
    return kept


def as_read(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same as numbers to go on from, a pair's step shared evenly between its two sides."""
    learnt = {name: value.astype(np.float32) for name, value in kept.items() if not name.endswith(STEPS)}
    for name in [name for name in kept if name.endswith(STEPS)]:
        matrix, steps = name.removesuffix(STEPS), np.sqrt(kept[name])
        learnt[matrix + DOWN] *= steps
        learnt[matrix + UP] *= steps[:, None]
    return learnt

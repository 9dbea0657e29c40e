"""One utterance -> the numbers that the heads judge by; pure."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import msgspec
import numpy as np

from detectors.meaning.encoder import Encoded, Vectors
from detectors.phrasebook import LONGEST_QUOTE_WORDS
from streaming.types import Word, text_of

WIDTH = 768
LEAST_PIECES = 3
"""A clause of fewer pieces means nothing by itself."""

_CLAUSE_END = re.compile(r"[.?!,;:]+\s")


class Evidence(msgspec.Struct, frozen=True):
    """`said` (768) is the whole utterance, `clauses` (n x 768) its parts in their place; each of length 1, or zeros."""

    said: Vectors
    clauses: Vectors


def evidence(text: str, said: Encoded) -> Evidence:
    """What the heads are given; `said` is `text` encoded."""
    parts = telling(text, said.spans)
    whole = direction(said.vectors)
    return Evidence(whole, np.stack([direction(said.vectors[part]) for part in parts]) if parts else whole[None])


def telling(text: str, spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The pieces of each clause that means something by itself."""
    return [part for part in _clauses(text, spans) if len(part) >= LEAST_PIECES]


def direction(vectors: Vectors) -> Vectors:
    """Where the mean of the vectors points: length 1, or zeros where there are none."""
    if not len(vectors):
        return np.zeros(WIDTH, np.float32)
    mean = vectors.mean(axis=0)
    unit: Vectors = (mean / (np.linalg.norm(mean) + 1e-9)).astype(np.float32)
    return unit


def _clauses(text: str, spans: Sequence[tuple[int, int]]) -> Sequence[list[int]]:
    """The pieces of each clause, which ends at a mark."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    parts: list[list[int]] = [[] for _ in range(len(ends) + 1)]
    for piece, (begin, _) in enumerate(spans):
        parts[sum(begin >= end for end in ends)].append(piece)
    return parts


def strongest_run(said: tuple[Word, ...], encoded: Encoded, towards: Vectors) -> tuple[int, int]:
    """The words that speak most for the direction `towards`, from the first to the last, both included.

    They stand in one clause, the one that points there most, and are no more than a quote may have.
    """
    text = text_of(said)
    clauses = [part for part in _clauses(text, encoded.spans) if part]
    if not clauses:
        return max(0, len(said) - LONGEST_QUOTE_WORDS), len(said) - 1
    clause = max(
        clauses, key=lambda part: float(direction(encoded.vectors[part]) @ towards) * (len(part) >= LEAST_PIECES)
    )
    # By where each begins in the text: a word may have a space in it.
    begins = list(accumulate((len(word.text) + 1 for word in said[:-1]), initial=0))
    weights: dict[int, float] = {}
    for piece in clause:
        word = bisect_right(begins, encoded.spans[piece][0]) - 1
        weights[word] = weights.get(word, 0.0) + float(encoded.vectors[piece] @ towards)
    words = sorted(weights)
    # Words without a piece of their own stand between: a run is as long as it would be quoted.
    runs = [[word for word in words if first <= word < first + LONGEST_QUOTE_WORDS] for first in words]
    run = max(runs, key=lambda run: sum(weights[word] for word in run))
    return run[0], run[-1]

"""Finds a likely text, a token at a time, over some beams; pure.

As CTranslate2 searches, with its defaults: a text that ends is put by, the others go on, and the search is over when as
many have ended as there are beams. The best is the one with the best mean over its tokens: the end counts in the sum
and not in the number, and a text without a token comes last.
"""

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]


class Next(msgspec.Struct, frozen=True):
    """What may follow each beam's text: `log_probabilities` and `tokens` are beams x candidates, the best first.

    There are twice as many candidates as beams are kept, so that some are left when all the others end the text.
    """

    log_probabilities: Floats
    tokens: Tokens


class Found(msgspec.Struct, frozen=True):
    """A text without its end; `log_probability` is its sum over the number of tokens."""

    tokens: tuple[int, ...]
    log_probability: float


class _Beam(msgspec.Struct, frozen=True):
    tokens: tuple[int, ...]
    total: float


Step = Callable[[Sequence[int], Sequence[int]], Next]
"""Goes on: (which beam each of the new ones comes from, the token that each has got) -> what may follow."""


def search(first: Next, step: Step, beams: int, most_tokens: int, end: int) -> Found:
    """The best text of those that ended and, where the search came to `most_tokens`, those that did not."""
    kept, ended, following = [_Beam((), 0.0)], list[Found](), first
    while True:
        going: list[tuple[int, _Beam]] = []
        for rank, (parent, token, total) in enumerate(_ranked(kept, following, 2 * beams)):
            if token != end:
                going.append((parent, _Beam((*kept[parent].tokens, token), total)))
            elif rank < beams:
                ended.append(_found(_Beam(kept[parent].tokens, total)))
        kept = [beam for _, beam in going[:beams]]
        if len(ended) >= beams:
            break
        if len(kept[0].tokens) >= most_tokens:
            ended += [_found(beam) for beam in kept]
            break
        following = step([parent for parent, _ in going[:beams]], [beam.tokens[-1] for beam in kept])
    return max(ended, key=lambda found: found.log_probability)


def _found(beam: _Beam) -> Found:
    return Found(beam.tokens, beam.total / len(beam.tokens) if beam.tokens else -math.inf)


def _ranked(kept: Sequence[_Beam], following: Next, count: int) -> list[tuple[int, int, float]]:
    """(beam, token, total log probability) of the best ways to go on, the best first."""
    totals = following.log_probabilities.astype(np.float64) + np.array([[beam.total] for beam in kept])
    best = np.argsort(-totals, axis=None, kind="stable")[:count]
    parents, columns = np.unravel_index(best, totals.shape)
    return [
        (int(parent), int(following.tokens[parent, column]), float(totals[parent, column]))
        for parent, column in zip(parents, columns, strict=True)
    ]

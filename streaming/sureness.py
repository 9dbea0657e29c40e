"""How sure each word of a hypothesis is to stand in the end; pure.

Three things tell: how far behind it the sound goes on, how many passes in a row have said it (LocalAgreement, Liu et
al. 2020, asks for two), and the recogniser's own confidence. Their weights are a logistic regression over 10,800 words
of passes over calls and talks, each held against the final words, made when words were committed by agreement alone.
`python -m tests.bench.sureness` tells how true they are, and what a new fit would give.
"""

import math
from collections.abc import Sequence

import msgspec

from streaming.agreement import Seen

EDGE_MS = 60  # a word that ends this close to the edge of the sound is likely cut by it
FAR_MS = 1_200  # sound further behind a word tells no more about it
STALE_MS = 3_000  # a word this far behind holds nobody back, be it written in turns in two ways ("25", "twenty five")

BIAS = 0.42
AT_EDGE = -0.58
PER_S_BEHIND = 1.41
SECOND_PASS = 0.70
THIRD_PASS = 0.40
PER_LOGIT = 0.44


def evidence(seen: Seen, heard_ms: int) -> tuple[float, ...]:
    """What tells of a word when sound was heard to `heard_ms`, in the order of the weights."""
    behind_ms = heard_ms - seen.word.end_ms
    confidence = min(0.99, max(0.01, seen.word.confidence))
    return (
        1.0,
        float(behind_ms < EDGE_MS),
        min(FAR_MS, max(0, behind_ms)) / 1000,
        float(seen.passes > 1),
        float(seen.passes > 2),
        math.log(confidence / (1 - confidence)),
    )


WEIGHTS = (BIAS, AT_EDGE, PER_S_BEHIND, SECOND_PASS, THIRD_PASS, PER_LOGIT)


def sureness(seen: Seen, heard_ms: int) -> float:
    """The chance, 0..1, that a word stands when sound was heard to `heard_ms`."""
    score = sum(weight * value for weight, value in zip(WEIGHTS, evidence(seen, heard_ms), strict=True))
    return 1 / (1 + math.exp(-score))


class Demand(msgspec.Struct, frozen=True):
    """What is asked of a word before something is done with it."""

    sureness: float
    passes: int
    """that have said it in a row"""
    old_ms: int
    """A word this far behind is as sure as it will ever be: it must not hold back those after it."""


def sure_prefix(words: Sequence[Seen], heard_ms: int, demand: Demand) -> int:
    """How many words at the front are each sure enough, or old, and said by so many passes in a row, or stale."""

    def is_sure(seen: Seen) -> bool:
        behind_ms = heard_ms - seen.word.end_ms
        is_agreed = seen.passes >= demand.passes or behind_ms >= STALE_MS
        return is_agreed and (behind_ms >= demand.old_ms or sureness(seen, heard_ms) >= demand.sureness)

    return next((i for i, word in enumerate(words) if not is_sure(word)), len(words))

"""Who talked over whom; pure."""

from collections.abc import Sequence

import msgspec

from assist.debrief.record import Stretch
from assist.debrief.turns import is_nod
from streaming.types import Speaker

LEAST_OVERLAP_MS = 700
"""Less is how people take turns, and the times of words are exact to some 300 ms at either end."""

UNDER_WAY_MS = 500
"""Who begins earlier than this after the other began at the same time; nobody cut in."""

LEAST_WORDS = 3
"""Fewer are a nod or its like."""


class Interruption(msgspec.Struct, frozen=True):
    """`by` began at `at_ms` with `said`, while the other went on for `overlap_ms`; `cut` is what was talked over."""

    by: Speaker
    at_ms: int
    overlap_ms: int
    cut: str
    said: str


def interruptions_of(utterances: Sequence[Stretch]) -> tuple[Interruption, ...]:
    """Each in order, of either side."""
    return tuple(
        Interruption(
            by=second.speaker,
            at_ms=second.start_ms,
            overlap_ms=min(first.end_ms, second.end_ms) - second.start_ms,
            cut=first.text,
            said=second.text,
        )
        for second in utterances
        if len(second.words) >= LEAST_WORDS and not is_nod(second)
        for first in utterances
        if first.speaker != second.speaker and _cuts(first, second)
    )


def _cuts(first: Stretch, second: Stretch) -> bool:
    return first.start_ms + UNDER_WAY_MS <= second.start_ms <= first.end_ms - LEAST_OVERLAP_MS

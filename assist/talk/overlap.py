"""Who talked over whom; pure."""

from assist.talk.stretch import Stretch
from assist.talk.turns import is_nod

LEAST_OVERLAP_MS = 700
"""Less is how people take turns, and the times of words are exact to some 300 ms at either end."""

UNDER_WAY_MS = 500
"""Who begins earlier than this after the other began at the same time; nobody cut in."""

LEAST_WORDS = 3
"""Fewer are a nod or its like."""


def overlap_ms(first: Stretch, second: Stretch) -> int:
    """For how long the second utterance, begun while the first was under way, was said over it; 0 where it was not."""
    if first.speaker == second.speaker or len(second.words) < LEAST_WORDS or is_nod(second):
        return 0
    if not first.start_ms + UNDER_WAY_MS <= second.start_ms <= first.end_ms - LEAST_OVERLAP_MS:
        return 0
    return min(first.end_ms, second.end_ms) - second.start_ms

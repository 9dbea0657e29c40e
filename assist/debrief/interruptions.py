"""Who talked over whom; pure."""

from collections.abc import Sequence

import msgspec

from assist.talk.overlap import overlap_ms
from assist.talk.stretch import Stretch
from streaming.types import Speaker


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
        Interruption(second.speaker, second.start_ms, over_ms, first.text, second.text)
        for second in utterances
        for first in utterances
        if (over_ms := overlap_ms(first, second))
    )

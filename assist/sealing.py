"""The sound of a call on its way to be kept -> the same with silence where nobody may hear it; pure.

What may be heard is known later than the sound: a number is hidden once its words are understood. Until then the sound
is held back.
"""

from collections import deque
from collections.abc import Iterator

import msgspec

from assist.weaving import Samples
from streaming.redaction.redactor import Stretch
from streaming.types import SAMPLE_RATE_HZ

MOST_HELD_MS = 60_000
"""So long sound waits until it is known what is said in it, 4 MB of two sides; then it is silenced unheard."""


class Known(msgspec.Struct, frozen=True):
    """What a call knows of its own sound: before `until_ms` nobody may hear the hidden stretches, and all else."""

    until_ms: int
    hidden: tuple[Stretch, ...]


class Sealing:
    """Blocks of a call's sound, of shape (samples, sides), in order from the call's beginning."""

    def __init__(self) -> None:
        self.silenced_ms = 0
        """Of sound of which it was not known in time, or not at the end, what is said in it."""
        self._held: deque[Samples] = deque()
        self._held_samples = 0
        self._first = 0

    def add(self, block: Samples, known: Known) -> Iterator[Samples]:
        """Takes the next block; gives all that may be kept by now, and silence for what waited too long."""
        self._held.append(block)
        self._held_samples += len(block)
        until = _samples(known.until_ms)
        while self._held and self._first + len(self._held[0]) <= until:
            yield self._sealed(known)
        while self._held_samples > _samples(MOST_HELD_MS):
            yield self._sealed(known)

    def rest(self, known: Known) -> Iterator[Samples]:
        """All that is left; silence for that of which it is still not known."""
        while self._held:
            yield self._sealed(known)

    def _sealed(self, known: Known) -> Samples:
        block = self._held.popleft()
        first, self._first = self._first, self._first + len(block)
        self._held_samples -= len(block)
        for stretch in known.hidden:
            block[_within(stretch.start_ms, first) : _within(stretch.end_ms, first)] = 0
        unknown = block[_within(known.until_ms, first) :]
        if unknown.any():
            self.silenced_ms += len(unknown) * 1000 // SAMPLE_RATE_HZ
        unknown[:] = 0
        return block


def _within(at_ms: int, first: int) -> int:
    return max(0, _samples(at_ms) - first)


def _samples(at_ms: int) -> int:
    return at_ms * SAMPLE_RATE_HZ // 1000

"""Frames of each side, as they come -> one sound with a channel a side, in blocks, in order; pure."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from streaming.types import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame, Speaker

Samples = npt.NDArray[np.int16]

OPEN_MS = 2_000
"""One side may come so much later than the other; what comes later still is left out."""

BLOCK_MS = 200
LONGEST_HOLE_MS = 3_600_000


class HoleTooLong(Exception):
    """The sound leaps by more than an hour: no call has such a hole, and to write one would take for ever."""


class Weaving:
    """The last two seconds of all sides, where frames are still laid into their place; what nobody sent is silence.

    Blocks have the shape (samples, sides).
    """

    def __init__(self, speakers: tuple[Speaker, ...]) -> None:
        self.left_out = 0
        """Frames that came too late."""
        self._column = {speaker: column for column, speaker in enumerate(speakers)}
        self._open = np.zeros((_samples(OPEN_MS + BLOCK_MS), len(speakers)), np.int16)
        self._first = 0
        self._end = 0

    def add(self, frame: AudioFrame) -> Iterator[Samples]:
        """Lays a frame into its place; what lies two seconds behind it is done. Raises HoleTooLong."""
        first = _samples(frame.start_ms)
        if first - self._end > _samples(LONGEST_HOLE_MS):
            raise HoleTooLong
        if first < self._first or len(frame.pcm) != FRAME_BYTES:
            self.left_out += 1
            return
        while first + FRAME_SAMPLES > self._first + len(self._open):
            yield self._shift(_samples(BLOCK_MS))
        place = first - self._first
        self._open[place : place + FRAME_SAMPLES, self._column[frame.speaker]] = np.frombuffer(frame.pcm, "<i2")
        self._end = max(self._end, first + FRAME_SAMPLES)

    def rest(self) -> Samples:
        """All that is left, to the end of the last frame."""
        return self._shift(max(0, self._end - self._first))

    def _shift(self, count: int) -> Samples:
        done = self._open[:count].copy()
        self._open[: -count or None] = self._open[count:]
        self._open[len(self._open) - count :] = 0
        self._first += count
        return done


def _samples(at_ms: int) -> int:
    return at_ms * SAMPLE_RATE_HZ // 1000

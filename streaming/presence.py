"""Whether a channel carries any sound at all, so that a dead microphone is said and not mistaken for silence; pure."""

import numpy as np

from streaming.types import FRAME_MS

SILENT_AFTER_MS = 15_000  # shorter is a pause on a line that is muted between words
FAINTEST = 24  # of 32767: below this is digital silence or the last bit's hiss


class Presence:
    """One channel. A channel counts as carrying sound until it has carried none for long."""

    def __init__(self) -> None:
        self._silent_ms = 0
        self.has_sound = True

    def hear(self, pcm: bytes) -> bool:
        """Takes a frame; true when `has_sound` changed with it."""
        samples = np.frombuffer(pcm, "<i2")
        is_silent = int(samples.max()) < FAINTEST and int(samples.min()) > -FAINTEST
        self._silent_ms = self._silent_ms + FRAME_MS if is_silent else 0
        had_sound, self.has_sound = self.has_sound, self._silent_ms < SILENT_AFTER_MS
        return had_sound != self.has_sound

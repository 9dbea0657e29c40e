"""Whether a source that is still connected has stopped sending; pure."""

STALLED_S = 6.0
"""No frame for so long is no network's jitter."""


class Stall:
    """Told of each frame, and asked now and then; times are of one monotonic clock, in seconds."""

    def __init__(self, now_s: float) -> None:
        self._last_frame_s = now_s
        self._is_stalled = False

    def is_over(self, now_s: float) -> bool:
        """A frame came; true where it is the first after a stall."""
        was_stalled, self._is_stalled, self._last_frame_s = self._is_stalled, False, now_s
        return was_stalled

    def begins(self, now_s: float) -> bool:
        """True once for each stall."""
        if self._is_stalled or now_s - self._last_frame_s < STALLED_S:
            return False
        self._is_stalled = True
        return True

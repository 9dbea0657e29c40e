"""One speaker's packets with the source's own times, in any order -> frames and gaps on the call's clock; pure.

A packet that is missing is waited for as long as others of the stream can overtake it, then it is a gap; one that
comes twice, or too late, is let go.
"""

from streaming.pcm import BYTES_PER_SAMPLE, SILENCE, Encoding, PcmReader
from streaming.types import FRAME_MS, AudioFrame, Gap, Speaker

REORDER_MS = 200
LATE_START_MS = 30_000  # a speaker whose sound begins this late was not sent before, rather than lost
ROUNDING_MS = 1.0  # times are whole milliseconds, samples are not


class Timeline:
    """One speaker. Times are in milliseconds since the start of the call."""

    def __init__(self, speaker: Speaker, encoding: Encoding, sample_rate_hz: int) -> None:
        self._reader = PcmReader((speaker,), encoding, sample_rate_hz)
        self._silence = SILENCE[encoding]
        self._sample_bytes = BYTES_PER_SAMPLE[encoding]
        self._samples_per_ms = sample_rate_hz / 1000
        self._waiting: dict[int, bytes] = {}
        self._end_ms = 0.0
        self._has_begun = False

    @property
    def end_ms(self) -> int:
        """Where the sound placed so far ends."""
        return int(self._end_ms)

    def duration_ms(self, sound: bytes) -> float:
        """How long a packet is."""
        return len(sound) / self._sample_bytes / self._samples_per_ms

    def take(self, at_ms: int, sound: bytes) -> None:
        """Holds a packet until `settle`."""
        if sound:
            self._waiting[at_ms] = sound

    def settle(self, newest_ms: float) -> list[AudioFrame | Gap]:
        """What is certain now that sound up to `newest_ms` is here, of whichever speaker."""
        told: list[AudioFrame | Gap] = []
        for at_ms in sorted(self._waiting):
            is_next = at_ms - self._end_ms <= self._slack_ms(self._waiting[at_ms])
            if not is_next and newest_ms - at_ms < REORDER_MS:
                break
            told += self._place(at_ms, self._waiting.pop(at_ms))
        return told

    def finish(self) -> list[AudioFrame | Gap]:
        """What still waits, then the last frame, filled up with silence."""
        return [*self.settle(float("inf")), *self._reader.finish()]

    def _slack_ms(self, sound: bytes) -> float:
        # Half a packet: less is no packet missing, and none that came twice. At most a frame, so that the clock holds.
        return min(FRAME_MS, max(ROUNDING_MS, self.duration_ms(sound) / 2))

    def _place(self, at_ms: int, sound: bytes) -> list[AudioFrame | Gap]:
        hole_ms = at_ms - self._end_ms
        told: list[AudioFrame | Gap] = []
        if hole_ms > self._slack_ms(sound):
            told += self._fill(at_ms)
        elif hole_ms < -self._slack_ms(sound):
            sound = sound[self._bytes(-hole_ms) :]
        self._has_begun = True
        return told + self._append(sound)

    def _fill(self, at_ms: int) -> list[AudioFrame | Gap]:
        told: list[AudioFrame | Gap] = []
        frame_ms = at_ms // FRAME_MS * FRAME_MS
        is_late_start = not self._has_begun and at_ms <= LATE_START_MS
        if not is_late_start and frame_ms - self._end_ms >= FRAME_MS:
            told += self._reader.leap(frame_ms)
            self._end_ms = frame_ms
        missing = self._bytes(at_ms - self._end_ms) // self._sample_bytes
        return told + self._append(self._silence * missing)

    def _append(self, sound: bytes) -> list[AudioFrame | Gap]:
        self._end_ms += self.duration_ms(sound)
        return list(self._reader.read(sound))

    def _bytes(self, duration_ms: float) -> int:
        return round(duration_ms * self._samples_per_ms) * self._sample_bytes

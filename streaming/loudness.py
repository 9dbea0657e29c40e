"""One channel's loudness by frequency band, 20 ms by 20 ms, for as long as words of it may still be told; pure."""

import numpy as np
import numpy.typing as npt

from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame

KEPT_MS = 60_000  # the longest backlog of the recogniser, and an utterance before it
KEPT_FRAMES = KEPT_MS // FRAME_MS
# Finer where voices differ by their harmonics; nothing outside a telephone's band.
EDGES_HZ = (150, 250, 350, 450, 550, 650, 750, 850, 1000, 1150, 1350, 1550, 1800, 2100, 2450, 2850, 3300, 3800)
BANDS = len(EDGES_HZ) - 1

AT_ONCE = 50  # frames: a second of them at once costs a tenth of one after the other
FLOOR_SHARE = 0.2
FLOOR_STEP = 8  # of so many frames one is looked at for it

Levels = npt.NDArray[np.float32]

_EDGES = np.array(EDGES_HZ) * FRAME_SAMPLES // SAMPLE_RATE_HZ
_WINDOW = np.hanning(FRAME_SAMPLES).astype(np.float32)


class Loudness:
    """Give it every frame; `between` has what was heard, in dB above one step of 16 bits."""

    def __init__(self) -> None:
        self._waiting: list[AudioFrame] = []
        self._levels = np.zeros((KEPT_FRAMES, BANDS), np.float32)
        self._heard = np.full(KEPT_FRAMES, -1)
        self._taken = 0
        self._floor = np.zeros(BANDS, np.float32)
        self._floor_due = 0

    def hear(self, frame: AudioFrame) -> None:
        """Takes the next frame, or one behind a gap."""
        self._waiting.append(frame)
        if len(self._waiting) >= AT_ONCE:
            self._take()

    def between(self, first: int, end: int) -> Levels:
        """Levels of the frames from one number to another, shape (frames, bands); 0 where none was heard or is kept."""
        self._take()
        numbers = np.arange(first, end)
        places = numbers % KEPT_FRAMES
        levels: Levels = np.where((self._heard[places] == numbers)[:, None], self._levels[places], np.float32(0))
        return levels

    @property
    def floor(self) -> Levels:
        """The level that each band has where nobody speaks: one frame in five is no louder."""
        self._take()
        if self._taken >= self._floor_due:
            kept = self._levels[self._heard >= 0][::FLOOR_STEP]
            self._floor = np.quantile(kept, FLOOR_SHARE, axis=0).astype(np.float32) if len(kept) else self._floor
            self._floor_due = self._taken + AT_ONCE
        return self._floor

    def _take(self) -> None:
        if not self._waiting:
            return
        numbers = np.array([frame.start_ms // FRAME_MS for frame in self._waiting])
        pcm = np.frombuffer(b"".join(frame.pcm for frame in self._waiting), "<i2").reshape(-1, FRAME_SAMPLES)
        self._taken += len(self._waiting)
        self._waiting.clear()
        power = np.square(np.abs(np.fft.rfft(pcm * _WINDOW, axis=1)))[:, : _EDGES[-1]]
        self._levels[numbers % KEPT_FRAMES] = 10 * np.log10(np.add.reduceat(power, _EDGES[:-1], axis=1) + 1)
        self._heard[numbers % KEPT_FRAMES] = numbers

"""A crop of sound at a window of a given length, as Whisper's encoder takes it."""

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor

Sound = npt.NDArray[np.float32]
"""16 kHz mono, -1 to 1"""

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 160  # a mel frame is 10 ms
FULL_FRAMES = 3000
LEAST_FRAMES = 20  # one step of the encoder is two frames; below this there is nothing to tell apart

_EXTRACTOR = FeatureExtractor()


def frames_of(sound: Sound) -> int:
    """Mel frames that hold all of `sound`."""
    return -(-len(sound) // FRAME_SAMPLES)


def allowed(frames: int) -> int:
    """The nearest length not below `frames` that CTranslate2 reads rightly, 30 s at most.

    An encoder output of exactly 80 steps (159 or 160 frames) has the shape of mel itself, and is encoded again.
    """
    at_least = max(LEAST_FRAMES, frames)
    return min(FULL_FRAMES, 162 if at_least in (159, 160) else at_least)


def mel(sound: Sound, frames: int) -> npt.NDArray[np.float32]:
    """Log-mel (80, frames) of `sound`, filled up with zeros: zeros of sound, for zero in mel is a hiss."""
    filled = np.zeros(frames * FRAME_SAMPLES, np.float32)
    filled[: len(sound)] = sound[: len(filled)]
    spectrum: npt.NDArray[np.float32] = _EXTRACTOR(filled, padding=0)[:, :frames]
    return spectrum

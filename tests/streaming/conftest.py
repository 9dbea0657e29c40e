"""Sound for the tests of streaming: recorded clips with speech in them."""

from pathlib import Path

import numpy as np
import pytest

from streaming import recording
from streaming.types import SAMPLE_RATE_HZ, AudioFrame, Speaker

RECORDINGS = Path(__file__).parents[1] / "recordings"


@pytest.fixture(scope="session")
def spoken() -> bytes:
    """A second of silence, about three of speech, a second of silence: 16 kHz s16le."""
    clip = recording.read((RECORDINGS / "justify_the_cost.ogg",), 1).samples[:, 0]
    silence = np.zeros(SAMPLE_RATE_HZ, np.int16)
    return np.concatenate([silence, clip, silence]).astype("<i2").tobytes()


def frames_of(pcm: bytes, speaker: Speaker = "prospect") -> list[AudioFrame]:
    """Whole frames of a piece of sound, from time 0."""
    return [AudioFrame(speaker, i // 32, pcm[i : i + 640]) for i in range(0, len(pcm) - 639, 640)]

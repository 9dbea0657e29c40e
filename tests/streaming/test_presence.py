"""A dead channel is told from a quiet one."""

import numpy as np

from streaming.presence import FAINTEST, SILENT_AFTER_MS, Presence
from streaming.types import FRAME_SAMPLES


def frame(level: int) -> bytes:
    """20 ms of a square wave at a level."""
    return (np.where(np.arange(FRAME_SAMPLES) % 8 < 4, 1, -1) * level).astype("<i2").tobytes()


def test_long_silence_is_told_once_and_so_is_its_end() -> None:
    """Changes are told, not states."""
    presence = Presence()
    silence = [presence.hear(frame(0)) for _ in range(SILENT_AFTER_MS // 20 + 50)]
    assert silence.count(True) == 1 and silence.index(True) == SILENT_AFTER_MS // 20 - 1
    assert not presence.has_sound
    assert presence.hear(frame(500)) and presence.has_sound
    assert not presence.hear(frame(500))


def test_the_faintest_line_noise_is_sound() -> None:
    """A live line is never all zeros."""
    presence = Presence()
    assert not any(presence.hear(frame(FAINTEST)) for _ in range(SILENT_AFTER_MS // 10))

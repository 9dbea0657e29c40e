"""Windows: lengths that CTranslate2 reads rightly, filled with sound that is silent."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from streaming.short_window.window import FULL_FRAMES, allowed, frames_of, mel


@given(st.integers(0, 5000))
@example(159)
@example(160)
def test_no_window_is_one_that_ctranslate2_misreads(frames: int) -> None:
    """159 and 160 frames give 80 steps, the shape of mel; every other length stays as asked within 0.2 to 30 s."""
    found = allowed(frames)
    assert (found + 1) // 2 != 80
    assert 20 <= found <= FULL_FRAMES
    assert found == min(max(frames, 20), FULL_FRAMES) or frames in (159, 160)


@given(st.integers(0, 1000))
def test_frames_hold_the_whole_sound(samples: int) -> None:
    """Rounded up: no sample is left out."""
    assert 0 <= frames_of(np.zeros(samples, np.float32)) * 160 - samples < 160


def test_a_window_is_filled_up_with_silence() -> None:
    """The same as of sound with the zeros already behind it, and of the length asked for."""
    sound = np.sin(np.arange(8000) / 20).astype(np.float32)
    found = mel(sound, 100)
    assert found.shape == (80, 100)
    np.testing.assert_array_equal(found, mel(np.pad(sound, (0, 8000)), 100))


def test_sound_beyond_the_window_is_left_out() -> None:
    """A window never grows."""
    sound = np.sin(np.arange(8000) / 20).astype(np.float32)
    np.testing.assert_array_equal(mel(sound, 30), mel(sound[:4800], 30))

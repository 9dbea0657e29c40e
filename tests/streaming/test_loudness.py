"""Levels by band and frame: of what was heard, at its place, for a minute."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streaming.loudness import BANDS, EDGES_HZ, KEPT_FRAMES, Loudness
from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame


def tone(number: int, hz: float, amplitude: float) -> AudioFrame:
    """A frame of a tone."""
    at = (np.arange(FRAME_SAMPLES) + number * FRAME_SAMPLES) / SAMPLE_RATE_HZ
    return AudioFrame("rep", number * FRAME_MS, (amplitude * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes())


def heard(*frames: AudioFrame) -> Loudness:
    """What has heard these."""
    loudness = Loudness()
    for frame in frames:
        loudness.hear(frame)
    return loudness


def test_a_tone_is_loud_in_its_band_alone() -> None:
    """And a tenth of it is 20 dB weaker."""
    for band, (low, high) in enumerate(pairwise(EDGES_HZ)):
        hz = (low + high) / 2
        loud, weak = heard(tone(0, hz, 8_000), tone(1, hz, 800)).between(0, 2)
        assert int(loud.argmax()) == int(weak.argmax()) == band
        assert 19 < loud[band] - weak[band] < 21


def test_what_was_not_heard_has_no_level() -> None:
    """Before the call, in a gap, and what is to come."""
    loudness = heard(tone(0, 1_000, 8_000), tone(3, 1_000, 8_000))
    levels = loudness.between(-2, 6)
    assert levels.shape == (8, BANDS)
    assert [bool(level.any()) for level in levels] == [False, False, True, False, False, True, False, False]
    assert not Loudness().between(0, 3).any() and not Loudness().floor.any()


@given(batches=st.lists(st.integers(1, 120), max_size=6))
def test_when_it_is_asked_changes_nothing(batches: list[int]) -> None:
    """Frames are taken many at once, or as they come."""
    frames = [tone(n, 300 + 40 * n, 100 + 50 * n) for n in range(sum(batches))]
    asked = Loudness()
    first = 0
    for count in batches:
        for frame in frames[first : first + count]:
            asked.hear(frame)
        first += count
        asked.between(0, first)
    assert np.allclose(asked.between(0, first), heard(*frames).between(0, first), atol=1e-3)


def test_memory_is_bounded() -> None:
    """A minute is kept; an older frame's place is a newer one's."""
    loudness = heard(*(tone(n, 1_000, 8_000) for n in range(KEPT_FRAMES + 10)))
    levels = loudness.between(0, KEPT_FRAMES + 10).max(axis=1) > 0
    assert not levels[:10].any() and levels[10:].all()


def test_the_floor_is_what_is_heard_where_nobody_speaks() -> None:
    """Speech in most of the time does not raise it."""
    frames = [tone(n, 1_075, 8_000 if n % 3 else 20) for n in range(600)]
    quiet = heard(tone(0, 1_075, 20)).between(0, 1)[0]
    band = int(quiet.argmax())
    assert abs(heard(*frames).floor[band] - quiet[band]) < 1

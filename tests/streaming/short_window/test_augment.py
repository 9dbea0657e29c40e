"""Augmentation: what each step does to sound, and that none makes it unusable."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.short_window.augment import (
    Surroundings,
    at_rate,
    augmented,
    excerpt,
    in_room,
    telephone,
    unspoken,
    with_noise,
)
from streaming.short_window.window import Sound

TIME_S = np.arange(16_000) / 16_000
LOW: Sound = (0.5 * np.sin(2 * np.pi * 440 * TIME_S)).astype(np.float32)
HIGH: Sound = (0.5 * np.sin(2 * np.pi * 6000 * TIME_S)).astype(np.float32)
ROOM: Sound = np.concatenate([np.zeros(50), [1.0], np.exp(-np.arange(2000) / 400) * 0.2]).astype(np.float32)
AROUND = Surroundings(np.random.default_rng(0).standard_normal(4000).astype(np.float32), (ROOM,))


def _power(sound: Sound) -> float:
    return float(np.mean(np.square(sound)))


@settings(deadline=None)
@given(st.integers(0, 300))
def test_augmented_sound_is_sound(seed: int) -> None:
    """Finite, within -1 to 1, in single precision, and at most 6 % longer or shorter."""
    found = augmented(LOW, AROUND, np.random.default_rng(seed))
    assert found.dtype == np.float32
    assert np.isfinite(found).all() and np.abs(found).max() <= 1
    assert 0.94 < len(found) / len(LOW) < 1.06


@settings(deadline=None)
@given(st.integers(0, 300))
def test_what_nobody_speaks_in_is_sound_too(seed: int) -> None:
    """Half a second to six, whichever of the kinds the draw falls on."""
    found = unspoken(AROUND, np.random.default_rng(seed))
    assert found.dtype == np.float32
    assert np.isfinite(found).all() and np.abs(found).max() <= 1
    assert 8_000 <= len(found) <= 96_000


def test_the_same_dice_give_the_same_sound() -> None:
    """A course can be run again."""
    one, other = (augmented(LOW, AROUND, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_telephone_passes_speech_and_nothing_above_four_kilohertz() -> None:
    """A low tone keeps its power and place, a high one is gone."""
    assert _power(telephone(HIGH, is_mu_law=False)) < 1e-6
    np.testing.assert_allclose(telephone(LOW, is_mu_law=False), LOW, atol=0.02)


def test_mu_law_adds_its_steps_and_no_more() -> None:
    """About 37 dB below speech, as G.711 has it."""
    error = telephone(LOW, is_mu_law=True) - telephone(LOW, is_mu_law=False)
    assert 30 < 10 * np.log10(_power(LOW) / _power(error)) < 45


def test_noise_lies_as_far_below_as_asked() -> None:
    """The ratio is of powers over the whole crop."""
    noisy = with_noise(LOW, excerpt(AROUND.noise, len(LOW), np.random.default_rng(0)), 20)
    assert abs(10 * np.log10(_power(LOW) / _power(noisy - LOW)) - 20) < 0.1


def test_a_room_makes_nothing_later_or_louder() -> None:
    """The direct sound stays where it was; what comes out lasts as long and has the same power."""
    click = np.zeros(8000, np.float32)
    click[1000] = 0.5
    found = in_room(click, ROOM)
    assert int(np.abs(found).argmax()) == 1000
    assert len(found) == len(click)
    assert abs(_power(found) / _power(click) - 1) < 0.01


def test_a_faster_rate_is_shorter_and_higher() -> None:
    """As a tape is."""
    found = at_rate(LOW, 1.05)
    assert len(found) == int(16_000 / 1.05)
    peak_hz = int(np.abs(np.fft.rfft(found, 16_000)).argmax())
    assert abs(peak_hz - 462) <= 2

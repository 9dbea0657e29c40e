"""Damage is what it says, and the same each time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.pcm import PcmReader
from streaming.recording import Samples
from streaming.types import FRAME_SAMPLES
from tests.bench.damage import Line, clean, encode_mulaw, leaked, lossy, mulaw, noisy, room, speech_power

RANDOM = np.random.default_rng(7)
SPEECH = np.concatenate([RANDOM.normal(0, 3000, 16_000), np.zeros(48_000)]).astype(np.int16)
NOISE = RANDOM.normal(0, 50, 40_000).astype(np.int16)


@given(st.binary(min_size=1, max_size=300))
def test_every_mulaw_code_comes_back(codes: bytes) -> None:
    """Encoding what the product decodes gives the same code, but for the second zero of the standard."""
    reader = PcmReader(("rep",), "mulaw", 16_000)
    frames = [*reader.read(codes), *reader.finish()]
    samples = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2").astype(np.int16)[: len(codes)]
    assert encode_mulaw(samples).tobytes() == codes.replace(b"\x7f", b"\xff")


def test_mulaw_costs_little_and_not_nothing() -> None:
    """A tone below 4 kHz survives with the distortion of 8 bits, some 35 dB down."""
    seconds = np.arange(16_000) / 16_000
    tone = (8000 * np.sin(2 * np.pi * 440 * seconds)).astype(np.int16)
    heard = mulaw(tone).samples
    error = (heard.astype(float) - tone)[800:-800]
    assert len(heard) == len(tone)
    assert 10 < np.sqrt(np.mean(error**2)) < 300


def test_lost_packets_are_silent_and_all_others_whole() -> None:
    """Of 10,000 packets some 500."""
    samples = np.full(10_000 * FRAME_SAMPLES, 5, np.int16)
    line = lossy(samples, 0.05, seed=3)
    packets = line.samples.reshape(-1, FRAME_SAMPLES)
    assert (packets[line.lost] == 0).all()
    assert (packets[~line.lost] == 5).all()
    assert 0.04 < line.lost.mean() < 0.06


def test_noise_lies_at_its_ratio_to_the_speech() -> None:
    """Pauses do not lower the level of what is spoken."""
    line = noisy(SPEECH, NOISE, 10, seed=1)
    added = line.samples.astype(float) - SPEECH
    assert 10 * np.log10(speech_power(SPEECH) / np.mean(added**2)) == pytest.approx(10, abs=0.2)


def test_silent_noise_is_no_noise() -> None:
    """Rather than a division by zero."""
    with pytest.raises(ValueError, match="silent"):
        noisy(SPEECH, np.zeros(10, np.int16), 10, seed=1)


@given(st.integers(0, 2_000), st.integers(0, 99))
def test_damage_is_the_same_each_time_and_keeps_the_length(length: int, seed: int) -> None:
    """Live and offline must hear the same."""
    samples = SPEECH[:length]
    for one, other in zip(*(_each(samples, seed) for _ in range(2)), strict=True):
        assert np.array_equal(one.samples, other.samples)
        assert len(one.samples) == len(one.lost) * FRAME_SAMPLES
        assert 0 <= len(one.samples) - length < FRAME_SAMPLES


def _each(samples: Samples, seed: int) -> tuple[Line, ...]:
    return lossy(samples, 0.05, seed), noisy(samples, NOISE, 10, seed), clean(samples), mulaw(samples)


@pytest.mark.parametrize(("level_db", "delay_ms"), [(-15.0, 50), (-30.0, 250)])
def test_a_leak_is_as_weak_and_as_late_as_is_said(level_db: float, delay_ms: int) -> None:
    """Nothing comes sooner; where the speech is steady, the level is that."""
    leak = leaked(SPEECH, room(seed=3), level_db, delay_ms).astype(np.float64)
    first = delay_ms * 16
    assert len(leak) == len(SPEECH) and not leak[: first - 1].any()
    steady, source = leak[first + 8_000 : 16_000], SPEECH[8_000 : 16_000 - first].astype(np.float64)
    assert abs(10 * np.log10((steady**2).mean() / (source**2).mean()) - level_db) < 1.5

"""Any split of a stream gives the same frames, on the call's clock, in every encoding and rate."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.pcm import Encoding, PcmReader
from streaming.types import FRAME_BYTES, AudioFrame, Speaker

BOTH: tuple[Speaker, ...] = ("rep", "prospect")


def frames_of(reader: PcmReader, data: bytes, cuts: list[int]) -> list[AudioFrame]:
    """What the reader gives for `data` cut at the given places."""
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    frames = [f for a, b in pairwise(edges) for f in reader.read(data[a:b])]
    return frames + reader.finish()


@given(
    seed=st.integers(0, 99),
    cuts=st.lists(st.integers(0, 100_000), max_size=30),
    encoding=st.sampled_from(["pcm_s16le", "mulaw"]),
    rate_hz=st.sampled_from([8_000, 16_000, 44_100, 48_000]),
    speakers=st.sampled_from([BOTH, ("prospect",)]),
)
def test_any_split_gives_the_same_frames(
    seed: int, cuts: list[int], encoding: Any, rate_hz: int, speakers: Any
) -> None:
    """Packet borders, odd bytes included, leave no trace in the frames."""
    data = np.random.default_rng(seed).bytes(9_001)
    whole = frames_of(PcmReader(speakers, encoding, rate_hz), data, [])
    assert frames_of(PcmReader(speakers, encoding, rate_hz), data, cuts) == whole


@pytest.mark.parametrize("encoding, silence", [("pcm_s16le", b"\x00\x00"), ("mulaw", b"\xff")])
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_the_clock_counts_samples(encoding: Encoding, silence: bytes, rate_hz: int) -> None:
    """One second of silence is fifty frames of silence, 20 ms apart, for each speaker."""
    frames = frames_of(PcmReader(BOTH, encoding, rate_hz), silence * 2 * rate_hz, [])
    for speaker in BOTH:
        mine = [f for f in frames if f.speaker == speaker]
        assert [f.start_ms for f in mine] == list(range(0, 1_000, 20))
        assert all(f.pcm == bytes(FRAME_BYTES) for f in mine)


def test_mulaw_follows_the_standard() -> None:
    """Known codes of G.711 give their known values, and the two halves mirror each other."""
    frames = frames_of(PcmReader(("rep",), "mulaw", 16_000), bytes([0x00, 0x80, 0x7F, 0xFF, 0x8F, 0x0F]), [])
    values = np.frombuffer(frames[0].pcm, "<i2")[:6].tolist()
    assert values == [-32124, 32124, 0, 0, 16764, -16764]


def test_channels_are_kept_apart() -> None:
    """The first channel is the first speaker, the second the second."""
    sound = np.stack([np.full(640, 7), np.full(640, -9)], axis=1).astype("<i2").tobytes()
    for frame in frames_of(PcmReader(BOTH, "pcm_s16le", 16_000), sound, [3, 5]):
        assert set(np.frombuffer(frame.pcm, "<i2")) == ({7} if frame.speaker == "rep" else {-9})


def test_a_tone_survives_resampling() -> None:
    """1 kHz sent at 8 kHz is 1 kHz at 16 kHz, at the same loudness."""
    tone = (8_000 * np.sin(2 * np.pi * 1_000 * np.arange(8_000) / 8_000)).astype("<i2")
    pcm = b"".join(f.pcm for f in frames_of(PcmReader(("rep",), "pcm_s16le", 8_000), tone.tobytes(), []))
    spectrum = np.abs(np.fft.rfft(np.frombuffer(pcm, "<i2")[:16_000]))
    assert int(spectrum.argmax()) == 1_000
    assert spectrum[1_000] / 8_000 == pytest.approx(8_000, rel=0.02)


def test_half_a_sample_waits_for_its_other_half() -> None:
    """Odd bytes are counted and joined with the next message."""
    reader = PcmReader(BOTH, "pcm_s16le", 16_000)
    reader.read(bytes(1281))
    assert reader.unread_bytes == 1

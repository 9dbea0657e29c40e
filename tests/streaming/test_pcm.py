"""Any split of a stream gives the same frames, on the call's clock, in every encoding and rate."""

from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.pcm import Encoding, PcmReader
from streaming.types import FRAME_BYTES, FRAME_MS, AudioFrame, Gap, Speaker

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


@pytest.mark.parametrize("encoding, codec", [("mulaw", "pcm_mulaw"), ("alaw", "pcm_alaw")])
def test_every_code_of_g711_is_as_ffmpeg_has_it(encoding: Encoding, codec: str) -> None:
    """All 256 of both laws, against another's decoder."""
    codes = bytes(range(256))
    decoder = av.CodecContext.create(codec, "r")
    decoder.sample_rate, decoder.layout = 16_000, "mono"
    theirs = np.concatenate([f.to_ndarray().ravel() for f in decoder.decode(av.Packet(codes))])
    ours = b"".join(frame.pcm for frame in frames_of(PcmReader(("rep",), encoding, 16_000), codes, []))
    assert np.array_equal(np.frombuffer(ours, "<i2")[:256], theirs)


def test_network_order_is_turned_round() -> None:
    """Big-endian samples have the same values."""
    values = np.array([1, -2, 32_767, -32_768], np.int16)
    frames = frames_of(PcmReader(("rep",), "pcm_s16be", 16_000), values.astype(">i2").tobytes(), [3])
    assert np.frombuffer(frames[0].pcm, "<i2")[:4].tolist() == values.tolist()


@given(before=st.integers(0, 2_000), lost_frames=st.integers(1, 500), rate_hz=st.sampled_from([8_000, 16_000, 48_000]))
def test_a_leap_fills_the_frame_begun_and_tells_the_rest(before: int, lost_frames: int, rate_hz: int) -> None:
    """Frames and gaps follow one another without a hole, and what comes after stands where it was said."""
    reader = PcmReader(BOTH, "pcm_s16le", rate_hz)
    border_ms = -(-before * 1000 // rate_hz // 20) * 20
    to_ms = border_ms + 20 * lost_frames
    told = [
        *reader.read(bytes(4 * before + 1)),
        *reader.leap(to_ms),
        *reader.read(bytes(4 * rate_hz)),
        *reader.finish(),
    ]
    for speaker in BOTH:
        now_ms = 0
        for event in (e for e in told if e.speaker == speaker):
            assert event.start_ms == now_ms
            now_ms += 20 if isinstance(event, AudioFrame) else event.duration_ms
        assert abs(now_ms - to_ms - 1_000) <= 20
    lost_ms = sum(event.duration_ms for event in told if isinstance(event, Gap) and event.speaker == "rep")
    assert abs(lost_ms - 20 * lost_frames) <= 20


def test_half_a_sample_before_a_leap_does_not_shift_what_follows() -> None:
    """Its other half was lost."""
    reader = PcmReader(("rep",), "pcm_s16le", 16_000)
    reader.read(bytes(641))
    assert reader.leap(60) == [Gap("rep", 20, 40)]
    (frame,) = reader.read(np.full(320, 7, "<i2").tobytes())
    assert frame.start_ms == 60 and set(np.frombuffer(frame.pcm, "<i2")) == {7}


@given(
    encoding=st.sampled_from(["pcm_s16le", "mulaw"]),
    rate_hz=st.sampled_from([8_000, 11_025, 16_000, 44_100, 48_000]),
    before=st.integers(0, 3_000),
    missing=st.integers(1, 9_000),
    after=st.integers(0, 3_000),
)
def test_what_is_skipped_is_a_gap_and_the_clock_runs_on(
    encoding: Encoding, rate_hz: int, before: int, missing: int, after: int
) -> None:
    """Frames and gaps follow one another without a hole, and what comes behind is where it was said."""
    reader = PcmReader(("rep",), encoding, rate_hz)
    sample = b"\x11" * (2 if encoding == "pcm_s16le" else 1)
    events: list[AudioFrame | Gap] = list(reader.read(sample * before + sample[1:]))
    events += reader.skip(missing)
    assert reader.taken_samples == before + missing
    events += [*reader.read(sample * after), *reader.finish()]
    now_ms = 0
    for event in events:
        assert event.start_ms == now_ms
        now_ms += FRAME_MS if isinstance(event, AudioFrame) else event.duration_ms
    assert abs(now_ms - (before + missing + after) * 1000 / rate_hz) < 2 * FRAME_MS
    assert sum(e.duration_ms for e in events if isinstance(e, Gap)) <= missing * 1000 / rate_hz


def test_what_is_skipped_is_exact_to_the_sample() -> None:
    """Half a second lost after 30 ms: a gap from the next whole frame on, silence up to the sample that is next."""
    reader = PcmReader(("rep",), "pcm_s16le", 16_000)
    events: list[AudioFrame | Gap] = list(reader.read(b"\1\1" * 480))
    events += [*reader.skip(8_007), *reader.read(b"\2\2" * 480), *reader.finish()]
    assert [e for e in events if isinstance(e, Gap)] == [Gap("rep", 40, 480)]
    sound = b"".join(e.pcm for e in events if isinstance(e, AudioFrame) and e.start_ms >= 520)
    assert sound.index(b"\2\2") == 2 * (480 + 8_007 - 520 * 16)
    assert sound.count(b"\2\2") == 480

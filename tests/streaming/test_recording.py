"""Recordings of any kind become the same 16 kHz samples, and what cannot be read is named."""

import wave
from pathlib import Path

import numpy as np
import pytest

from streaming.recording import Recording, RecordingUnreadable, read

RECORDINGS = Path(__file__).parents[1] / "recordings"


def written(path: Path, samples: np.ndarray, rate_hz: int = 16_000) -> Path:
    """A WAV file of samples (n, channels)."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def test_samples_at_our_rate_are_untouched(tmp_path: Path) -> None:
    """Every sample of both channels, in its place."""
    samples = np.arange(6_000, dtype=np.int16).reshape(-1, 2)
    assert np.array_equal(read((written(tmp_path / "a.wav", samples),), 2).samples, samples)


def test_one_file_a_party_is_put_together(tmp_path: Path) -> None:
    """First file first channel; the shorter one is filled up with silence."""
    first, second = np.full((100, 1), 7, np.int16), np.full((160, 1), 9, np.int16)
    paths = (written(tmp_path / "rep.wav", first), written(tmp_path / "prospect.wav", second))
    samples = read(paths, 2).samples
    assert samples.shape == (160, 2)
    assert samples[:100, 0].tolist() == [7] * 100 and not samples[100:, 0].any()
    assert samples[:, 1].tolist() == [9] * 160


@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
def test_other_rates_keep_their_length_and_pitch(tmp_path: Path, rate_hz: int) -> None:
    """A second stays a second, and a tone of 440 Hz stays one."""
    tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)).astype(np.int16)[:, None]
    recording = read((written(tmp_path / "tone.wav", tone, rate_hz),), 1)
    assert abs(recording.duration_ms - 1_000) <= 5
    spectrum = np.abs(np.fft.rfft(recording.samples[:16_000, 0], 16_000))
    assert int(spectrum.argmax()) == 440


def test_compressed_files_are_read() -> None:
    """Ogg, as the clips of these tests are."""
    assert 3_000 < read((RECORDINGS / "justify_the_cost.ogg",), 1).duration_ms < 5_000


def test_an_empty_recording_is_no_fault(tmp_path: Path) -> None:
    """It is a call of no length."""
    assert read((written(tmp_path / "empty.wav", np.zeros((0, 2), np.int16)),), 2).duration_ms == 0


def test_length_is_counted_in_whole_milliseconds() -> None:
    """Of samples a channel."""
    assert Recording(np.zeros((1_615, 2), np.int16)).duration_ms == 100


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With what is the matter with it."""
    with pytest.raises(RecordingUnreadable, match=r"absent\.wav cannot be read as sound"):
        read((tmp_path / "absent.wav",), 1)


def test_what_is_no_sound_is_named(tmp_path: Path) -> None:
    """Text, an empty file and a folder."""
    text = tmp_path / "notes.txt"
    text.write_text("not a recording\n" * 50)
    nothing = tmp_path / "nothing.wav"
    nothing.touch()
    for path in (text, nothing, tmp_path):
        with pytest.raises(RecordingUnreadable, match=path.name):
            read((path,), 1)


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    """A file that can be opened, but holds no sound."""
    picture = tmp_path / "dot.ppm"
    picture.write_bytes(b"P6 2 2 255\n" + bytes(12))
    with pytest.raises(RecordingUnreadable, match="no sound in it"):
        read((picture,), 1)


@pytest.mark.parametrize(("has", "named"), [(1, 2), (2, 1)])
def test_channels_must_be_as_named(tmp_path: Path, has: int, named: int) -> None:
    """The text says how many there are and which options say who is on them."""
    path = written(tmp_path / "call.wav", np.zeros((100, has), np.int16))
    with pytest.raises(RecordingUnreadable, match=f"has {has} channel.*--channels.*--rep"):
        read((path,), named)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_may_tell_its_channels_itself(tmp_path: Path, channels: int) -> None:
    """One or two."""
    samples = np.arange(600, dtype=np.int16).reshape(-1, channels)
    assert np.array_equal(read((written(tmp_path / "a.wav", samples),)).samples, samples)


def test_more_than_two_channels_are_too_many(tmp_path: Path) -> None:
    """What would be on them?"""
    path = written(tmp_path / "room.wav", np.zeros((100, 4), np.int16))
    with pytest.raises(RecordingUnreadable, match=r"has 4 channel.*one or two"):
        read((path,))


def test_two_channels_with_one_sound_are_one() -> None:
    """As a mono call in a stereo file is, to what a codec makes of it; any two voices are two."""
    voice = read((RECORDINGS / "justify_the_cost.ogg",), 1).samples[:, 0]
    other = read((RECORDINGS / "thats_right.ogg",), 1).samples[:, 0]
    codec = np.random.default_rng(1).normal(0, 8, len(voice)).astype(np.int16)
    both = np.zeros((len(voice), 2), np.int16)
    both[:, 0] = voice
    both[: len(other), 1] = other[: len(voice)]
    assert Recording(voice[:, None]).is_one_sound
    assert Recording(np.stack([voice, voice + codec], axis=1)).is_one_sound
    assert not Recording(both).is_one_sound
    assert not Recording(np.stack([voice, np.zeros_like(voice)], axis=1)).is_one_sound
    assert not Recording(np.stack([voice, voice // 4], axis=1)).is_one_sound

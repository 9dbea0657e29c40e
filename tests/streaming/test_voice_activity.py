"""Speech is heard on a telephone line; silence, tones, music and noise are not speech."""

from pathlib import Path

import numpy as np
import pytest

from streaming import recording
from streaming.voice_activity import GRID_MS, WARM_UP_MS, VoiceActivity

FRAME = 640


def speech_share(pcm: bytes) -> float:
    """The share of frames that count as speech."""
    activity = VoiceActivity()
    heard = [activity.is_speech(pcm[i : i + FRAME]) for i in range(0, len(pcm) - FRAME + 1, FRAME)]
    return sum(heard) / len(heard)


def test_speech_is_heard_where_it_is(spoken: bytes) -> None:
    """Silence before and after is not speech, most of what lies between is."""
    activity = VoiceActivity()
    heard = [activity.is_speech(spoken[i : i + FRAME]) for i in range(0, len(spoken) - FRAME + 1, FRAME)]
    assert not any(heard[:45])
    assert not any(heard[-20:])
    assert sum(heard[50:-50]) / len(heard[50:-50]) > 0.5


def test_the_same_sound_is_heard_the_same_after_hours(spoken: bytes) -> None:
    """State that drifts in long streams is thrown away at each silence."""
    activity = VoiceActivity()
    rounds = [
        [activity.is_speech(spoken[i : i + FRAME]) for i in range(0, len(spoken) - FRAME + 1, FRAME)] for _ in range(6)
    ]
    assert all(abs(sum(again) - sum(rounds[0])) <= 3 for again in rounds)


def test_who_begins_in_the_middle_hears_the_same_once_warm() -> None:
    """A node that takes a call over must not miss what the one before would have heard."""
    call = Path(__file__).parents[2] / "assist" / "demo" / "call.ogg"
    pcm = recording.read((call,), 2).samples[:, 1].astype("<i2").tobytes()[: 32 * 40_000]

    def heard(from_ms: int) -> dict[int, bool]:
        activity = VoiceActivity()
        return {ms: activity.is_speech(pcm[32 * ms : 32 * (ms + 20)]) for ms in range(from_ms, 40_000, 20)}

    whole = heard(0)
    missed = 0
    for taken_ms in (13_440, 22_740, 26_020, 30_300):
        again = heard((taken_ms - WARM_UP_MS) // GRID_MS * GRID_MS)
        missed += sum(whole[ms] and not again[ms] for ms in range(taken_ms, taken_ms + 6_000, 20))
    assert missed * 20 < 200


@pytest.mark.parametrize("hz", [0, 350, 440, 697, 1336, 2000])
def test_silence_and_tones_are_not_speech(hz: int) -> None:
    """Dial tone, ringback and DTMF have no words."""
    tone = 8_000 * np.sin(2 * np.pi * hz * np.arange(16_000 * 4) / 16_000)
    assert speech_share(tone.astype("<i2").tobytes()) < 0.02


@pytest.mark.parametrize("name", ["hold_music/manolo_camp-morning_coffee.wav", "ambience/keyboard-typing.ogg"])
def test_music_and_clatter_are_not_speech(data_dir: Path, name: str) -> None:
    """What WebRTC's detector takes for speech, Silero does not."""
    sound = recording.read((data_dir / "noise" / name,), 1).samples[: 16_000 * 30, 0]
    assert speech_share(sound.tobytes()) < 0.02


def test_speech_is_heard_after_a_minute_of_typing(data_dir: Path, spoken: bytes) -> None:
    """Noise that holds the gate open must not drift the judge's state until it is deaf."""
    typing = recording.read((data_dir / "noise" / "ambience" / "keyboard-typing.ogg",), 1).samples[:, 0] // 2
    said = np.frombuffer(spoken, "<i2")
    sound = np.resize(typing, 60 * 16_000 + len(said)).astype(np.int32)
    sound[-len(said) :] += said
    frames = np.clip(sound, -32_768, 32_767).astype("<i2").tobytes()
    activity = VoiceActivity()
    heard = [activity.is_speech(frames[i : i + FRAME]) for i in range(0, len(frames) - FRAME + 1, FRAME)]
    count = len(spoken) // FRAME
    assert sum(heard[:-count]) < 0.02 * len(heard)
    assert sum(heard[-count:]) / count > 0.3

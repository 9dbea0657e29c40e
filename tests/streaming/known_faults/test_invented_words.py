"""Faults 1 to 14: words that nobody said, and phrases said over and over."""

import numpy as np
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from streaming.engines.contract import Request
from streaming.engines.whisper import WhisperEngine
from streaming.types import text_of
from streaming.whisper.loading import vocabulary
from tests.streaming.known_faults.conftest import Samples
from tests.streaming.known_faults.hearing import Ear, frames_of

SAID = "I just don't know if we can justify the cost right now."
normal = EnglishTextNormalizer()


def silence(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(16_000 * seconds), np.int16)


def said(engine: WhisperEngine, sound: Samples, is_last: bool = False) -> str:
    """What one pass makes of a piece of sound."""
    return text_of(engine.transcribe(Request("prospect", 0, sound.tobytes(), True, is_last)).words)


@pytest.mark.parametrize("seconds", [0.5, 2, 7])
@pytest.mark.parametrize("loudness", [60, 3_000])
def test_noise_that_the_voice_detector_lets_pass_has_no_words(
    engine: WhisperEngine, seconds: float, loudness: int
) -> None:
    """collabora/WhisperLive#185, QuentinFuxa/WhisperLiveKit#131: "Thanks for watching!" from noise."""
    hiss = (loudness * np.random.default_rng(1).standard_normal(round(16_000 * seconds))).astype(np.int16)
    assert said(engine, hiss) == said(engine, hiss, is_last=True) == ""


def test_the_decoder_is_prompted_with_no_text(engine: WhisperEngine) -> None:
    """WhisperLiveKit#279, PR#339, whisper.cpp#3153, WhisperLive#278: text handed on is echoed and confirmed."""
    assert all(token >= engine._tokenizer.eot for token in vocabulary(engine._tokenizer).prompt)


@pytest.mark.parametrize("loudness", [0, 60, 3_000])
def test_an_expected_word_is_not_heard_where_nobody_speaks(engine: WhisperEngine, loudness: int) -> None:
    """WhisperLiveKit#279 again: what the recogniser was told to expect appeared before anybody spoke."""
    hiss = (loudness * np.random.default_rng(3).standard_normal(16_000 * 3)).astype(np.int16)
    expected = ("Northwind", "thank you", "null")
    assert engine.transcribe(Request("prospect", 0, hiss.tobytes(), True, True, expected=expected)).words == ()


def test_a_pass_remembers_nothing_of_the_one_before(engine: WhisperEngine, clip: Samples) -> None:
    """ggml-org/whisper.cpp#3153: "remembers previous talking and outputs repetitions"."""
    first = engine.transcribe(Request("prospect", 0, clip.tobytes(), True))
    engine.transcribe(Request("rep", 0, clip[::-1].tobytes(), True))
    assert engine.transcribe(Request("prospect", 0, clip.tobytes(), True)) == first


def test_half_an_hour_and_a_long_pause_change_nothing(engine: WhisperEngine, clip: Samples) -> None:
    """WhisperLiveKit#315, ufal/whisper_streaming#102, #48; marcinmatys in ufal#105, WhisperLiveKit PR#196: repetition,
    silence or times that drift after minutes or a pause."""
    ear = Ear(engine).listen(frames_of(np.concatenate([silence(1), clip, silence(1)]).tobytes()))
    ear.skip(1_800_000 - ear.now_ms)
    ear.listen(frames_of(np.concatenate([silence(1), clip, silence(30), clip, silence(1)]).tobytes())).finish()
    assert ear.finals == [SAID] * 3
    length_ms = len(clip) // 320 * 20
    begun_ms = [1_000, 1_801_000, 1_831_000 + length_ms]
    count = len(SAID.split())
    for number, start_ms in enumerate(begun_ms):
        words = ear.words[number * count : (number + 1) * count]
        assert abs(words[0].start_ms - start_ms) <= 400
        for word, first in zip(words, ear.words[:count], strict=True):
            assert abs((word.end_ms - start_ms) - (first.end_ms - begun_ms[0])) <= 100


@pytest.mark.parametrize("is_last", [False, True])
def test_silence_behind_speech_brings_no_words(engine: WhisperEngine, clip: Samples, is_last: bool) -> None:
    """SYSTRAN/faster-whisper#436, OpenWhispr/openwhispr#1458, my-monkeys/OpenSuperWhisper#87: invented tails."""
    assert said(engine, np.concatenate([clip, silence(20)]), is_last) == SAID


def test_nothing_is_said_over_and_over_on_a_real_call(call: dict[str, Ear]) -> None:
    """speaches-ai/speaches#134, WhisperLiveKit#283, #338: endless loops of the same phrase."""
    for ear in call.values():
        words = [normal(word.text) for word in ear.words]
        for size in range(1, 6):
            for i in range(len(words) - 3 * size):
                piece = words[i : i + size]
                assert not piece == words[i + size : i + 2 * size] == words[i + 2 * size : i + 3 * size]


def test_hiss_below_hearing_asks_for_no_pass(engine: WhisperEngine) -> None:
    """Vexa-ai/vexa#617: near-silent windows were submitted, and a filter knew some languages' phrases only."""
    hiss = (60 * np.random.default_rng(2).standard_normal(16_000 * 20)).astype(np.int16)
    assert Ear(engine).listen(frames_of(hiss.tobytes())).finish().requests == []


def test_quiet_speech_is_heard_as_loud_speech_is(engine: WhisperEngine, clip: Samples) -> None:
    """futo-org/voice-input#19: "Oh, Oh" on low volume; here the loudest sample is 61 of 32767."""
    quiet = (clip / np.float32(178)).round().astype(np.int16)
    ear = Ear(engine).listen(frames_of(np.concatenate([silence(1), quiet, silence(1)]).tobytes())).finish()
    assert ear.finals == [SAID]

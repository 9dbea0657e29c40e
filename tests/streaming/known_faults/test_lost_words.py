"""Faults 15 to 25, 51 and 52: words lost or told twice at beginnings, borders and ends."""

import struct
from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from streaming.engines.contract import Hypothesis, Request
from streaming.engines.scripted import Line, ScriptedEngine
from streaming.engines.whisper import WhisperEngine
from streaming.types import text_of
from tests.streaming.known_faults.conftest import Samples
from tests.streaming.known_faults.hearing import SILENCE, SPEECH, Ear, frames_of, is_scripted_speech

SAID = "I just don't know if we can justify the cost right now."
normal = EnglishTextNormalizer()


class LastPassHears:
    """Quick passes hear a line; the last one only so many words of it."""

    def __init__(self, line: Line, count: int) -> None:
        self._engine = ScriptedEngine((line,))
        self._count = count

    def transcribe(self, request: Request) -> Hypothesis:
        """The words of the line, or the first of them."""
        words = tuple(msgspec.structs.replace(w, confidence=0.3) for w in self._engine.transcribe(request).words)
        return Hypothesis(words[: self._count] if request.is_last else words)


def test_who_hangs_up_in_mid_sentence_is_heard_to_the_last_word(engine: WhisperEngine, clip: Samples) -> None:
    """ufal/whisper_streaming's server lost its tail, home-assistant/addons PR#4819 each end: too little behind it."""
    ear = Ear(engine).listen(frames_of(clip[: 1_900 * 16].tobytes())).finish()
    assert " ".join(ear.finals).strip(".") == "I just don't know if we can"


@pytest.mark.parametrize("count", [0, 5, 7])
def test_a_last_pass_that_hears_less_takes_no_words_away(count: int) -> None:
    """saurabhav88/EnviousWispr#1308, cjpais/Handy#1835: the final text was shorter than the live one."""
    line = Line("prospect", 400, 400 + 8 * 250, "we are not ready to buy it yet")
    frames = [SILENCE] * 20 + [SPEECH] * 100 + [SILENCE] * 40
    ear = Ear(LastPassHears(line, count), is_scripted_speech, pass_ms=100).listen(frames).finish()
    said = line.text.split()
    assert ear.finals == [" ".join(said if count != 7 else said[:7])]  # a last word that it does not hear it may take


def test_the_first_word_is_heard_from_the_first_sample(engine: WhisperEngine, clip: Samples) -> None:
    """speaches-ai/speaches#411 missed first words, k2-fsa/sherpa-onnx#2854 all of them behind a WAV header."""
    form = struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    header = b"RIFF" + bytes(4) + b"WAVEfmt " + form + b"data" + b"\xff" * 4
    ear = Ear(engine).listen(frames_of(header + clip.tobytes() + bytes(32_000))).finish()
    assert ear.finals == [SAID]


def test_fast_speech_is_not_cut_off(engine: WhisperEngine, clip: Samples) -> None:
    """ggml-org/whisper.cpp#2901: a limit of tokens cut the end off."""
    places = np.arange(0, len(clip) - 1, 1.35)
    fast = np.interp(places, np.arange(len(clip)), clip).astype(np.int16)
    words = engine.transcribe(Request("prospect", 0, fast.tobytes(), True)).words
    assert normal(text_of(words)).endswith("the cost right now")


def test_every_line_of_a_telephone_call_is_heard_once(call: dict[str, Ear], lines: list[dict[str, Any]]) -> None:
    """tmoroney/auto-subs#563: a speaker in a telephone's band was dropped; WhisperLiveKit#150: words were echoed."""
    for line in lines:
        words = call[line["speaker_role"]].words
        begin_ms, end_ms = line["start_ms"], line["start_ms"] + line["duration_ms"]
        heard = Counter(normal(w.text) for w in words if begin_ms <= (w.start_ms + w.end_ms) / 2 <= end_ms)
        wanted = Counter(normal(line["human_transcript"]).split())
        assert (heard & wanted).total() >= 0.3 * wanted.total(), line["start_ms"]
        assert heard.total() <= 1.2 * wanted.total() + 1, line["start_ms"]

"""Whisper through faster-whisper's CTranslate2 model, on windows as short as the model bears.

`WhisperModel.transcribe` pads every window to 30 s; here the encoder gets the speech and a little silence instead, the
decoder runs greedily, and the words are placed by cross-attention (`align`) on the same encoder output. A window whose
answer looks like a loop or runs beyond the speech is tried again at the full 30 s.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import msgspec
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from streaming.engines.contract import Hypothesis, Options, Request
from streaming.types import SAMPLE_RATE_HZ, Word

FRAME_SAMPLES = 160  # a mel frame is 10 ms
FULL_FRAMES = 3000
# Lengths asked of the encoder, in mel frames. 160 would be misread by CTranslate2 as mel itself (80 time steps out).
STEP_FRAMES = 100

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - faster-whisper's own list

MAX_TOKENS_PER_S = 8  # English runs at three to five tokens a second; a loop runs to the limit
MIN_LOG_PROBABILITY = -1.0  # below this, and with NO_SPEECH above its own, Whisper itself discards an answer
NO_SPEECH_PROBABILITY = 0.6


class Windows(msgspec.Struct, frozen=True):
    """How short a window the model bears: speech + `margin_frames`, `least_frames` at least."""

    margin_frames: int
    least_frames: int


UNPATCHED = Windows(margin_frames=100, least_frames=1000)


class WhisperEngine:
    """One loaded model, shared by all callers."""

    def __init__(self, model: WhisperModel, windows: Windows) -> None:
        self._model = model
        self._windows = windows
        multilingual = model.model.is_multilingual
        self._tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task="transcribe", language="en")
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]) or ())
        self._prompt = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]

    def transcribe(self, request: Request) -> Hypothesis:
        """Greedy at a short window, and at 30 s when that is doubtful; no words where Whisper hears no speech."""
        sound = np.frombuffer(request.pcm, "<i2").astype(np.float32) / np.float32(32768)
        frames = -(-len(sound) // FRAME_SAMPLES)
        for window in self._windows_for(frames):
            encoded, tokens, is_speech = self._decode(sound, window)
            if window == FULL_FRAMES or not _is_doubtful(tokens, frames / 100):
                break
        if not is_speech or not tokens:
            return Hypothesis(())
        if _is_doubtful(tokens, frames / 100):
            tokens = _without_loop(tokens)
        return Hypothesis(self._place(encoded, tokens, frames, request.start_ms))

    def _windows_for(self, frames: int) -> Sequence[int]:
        least = max(self._windows.least_frames, frames + self._windows.margin_frames)
        short = min(FULL_FRAMES, -(-least // STEP_FRAMES) * STEP_FRAMES)
        return (short, FULL_FRAMES) if short < FULL_FRAMES else (FULL_FRAMES,)

    def _decode(self, sound: npt.NDArray[np.float32], window: int) -> tuple[Any, list[int], bool]:
        # Zeros are added to the sound and not to its spectrum, where zero is a hiss that Whisper puts words to.
        padded = np.zeros(window * FRAME_SAMPLES, np.float32)
        padded[: len(sound)] = sound[: len(padded)]
        features = self._model.feature_extractor(padded, padding=0)[:, :window]
        encoded = self._model.encode(features)
        seconds = len(sound) / SAMPLE_RATE_HZ
        result = self._model.model.generate(
            encoded,
            [self._prompt],
            beam_size=1,
            # CTranslate2 gives half of max_length to the text.
            max_length=2 * (8 + round(MAX_TOKENS_PER_S * seconds)) + len(self._prompt),
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [t for t in result.sequences_ids[0] if t < self._tokenizer.eot]
        is_unsure = result.scores[0] < MIN_LOG_PROBABILITY
        return encoded, tokens, not (is_unsure and result.no_speech_prob > NO_SPEECH_PROBABILITY)

    def _place(self, encoded: Any, tokens: list[int], frames: int, start_ms: int) -> tuple[Word, ...]:
        # Fewer than two frames end CTranslate2's process.
        found = self._model.find_alignment(self._tokenizer, [tokens], encoded, max(2, frames))[0]
        merge_punctuations(found, PREPENDED, APPENDED)
        last_ms = start_ms + frames * 10
        words = []
        for item in found:
            text = item["word"].strip()
            if text:
                begin_ms = min(last_ms, start_ms + round(1000 * float(item["start"])))
                end_ms = min(last_ms, max(begin_ms, start_ms + round(1000 * float(item["end"]))))
                words.append(Word(text, begin_ms, end_ms, round(float(item["probability"]), 3)))
        return tuple(words)


def create(options: Options) -> WhisperEngine:
    """Loads the CTranslate2 model in folder `options.source`: int8 on the CPU, float16 on a GPU."""
    model = WhisperModel(
        str(Path(options.source)),
        device=options.device,
        compute_type="int8" if options.device == "cpu" else "float16",
        cpu_threads=options.threads,
        num_workers=options.workers,
        local_files_only=True,
    )
    ctranslate2.set_log_level(40)
    return WhisperEngine(model, UNPATCHED)


def _is_doubtful(tokens: Sequence[int], seconds: float) -> bool:
    """Whether tokens look like a loop: too many for the time, or the same few said over and over."""
    if len(tokens) > 8 + 5 * seconds:
        return True
    return _loop_start(tokens) is not None


def _without_loop(tokens: list[int]) -> list[int]:
    """Tokens up to and with the first round of a loop."""
    start = _loop_start(tokens)
    return tokens if start is None else tokens[:start]


def _loop_start(tokens: Sequence[int]) -> int | None:
    """Where an n-gram begins to be said for the third time running, if one is."""
    for size in range(1, len(tokens) // 3 + 1):
        rounds = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
        for i in range(len(rounds) - 2 * size):
            if rounds[i] == rounds[i + size] == rounds[i + 2 * size]:
                return i + size
    return None

"""Whisper on windows as short as the model bears.

`WhisperModel.transcribe` pads every window to 30 s; here the encoder gets the speech and a little silence instead, the
decoder keeps five beams (one when hurried), and the words are placed by cross-attention to the same output.
A window whose answer looks like a loop or runs beyond the speech is tried again at a wider one. What is said over and
over there is believed where each round takes time ("no, no, no, no, not this year"); a loop finds no sound for its
rounds.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from faster_whisper.transcribe import merge_punctuations

from streaming import expected_words
from streaming.engines.contract import Hypothesis, Options, Request
from streaming.types import SAMPLE_RATE_HZ, Word
from streaming.whisper.loading import Loaded, load
from streaming.whisper.loops import loop_in, without_loop
from streaming.whisper.network import Heard

FRAME_SAMPLES = 160  # a mel frame is 10 ms
FULL_FRAMES = 3000
# Windows come in these steps. CTranslate2 misreads what the encoder makes of 160 frames as mel itself (80 of both).
STEP_FRAMES = 20
LEAST_FRAMES = 2  # one step of the encoder; fewer end CTranslate2's process
MISREAD_FRAMES = 160

# An expected word may be this much less likely to the model than what it wrote; see `tests.bench.expected`.
FAVOUR = 5.0
LEAST_PROBABILITY = 1e-6

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - faster-whisper's own list

BEAMS = 5  # as faster-whisper's default; with one the decoder takes a third less time, and writes more words wrong

MAX_TOKENS_PER_S = 8  # English runs at three to five tokens a second; a loop runs to the limit
# Answers to babble, music and hum ("Okay.", "Thank you.") stay below these mean log probabilities, the second where the
# model also leans to hearing no speech; what is said on the calls of ../shared/data lies above.
LEAST_LOG_PROBABILITY = -1.2
DOUBTED_LOG_PROBABILITY = -0.5
NO_SPEECH_PROBABILITY = 0.5


class Windows(msgspec.Struct, frozen=True):
    """Which windows a model bears: speech + `margin_frames`, `least_frames` at least; in doubt `wide_frames`."""

    margin_frames: int
    least_frames: int
    wide_frames: int
    may_be_blank: bool
    """whether the model was taught to answer sound without speech with nothing"""

    def lengths(self, frames: int) -> tuple[int, ...]:
        """The windows to try in turn for so many mel frames of speech."""
        needed = max(self.least_frames, frames + self.margin_frames)
        short = -(-needed // STEP_FRAMES) * STEP_FRAMES
        if short == MISREAD_FRAMES:
            short += STEP_FRAMES
        if short >= self.wide_frames:
            return (min(FULL_FRAMES, max(short, self.wide_frames)),)
        return short, self.wide_frames


# As Whisper comes it loops on windows much shorter than the 30 s it was taught on: tiny.en's word error rate on
# telephone speech is 0.68 at 5 s, near its best from 10 s on. A patched model is at its best on short ones.
AS_IT_COMES = Windows(margin_frames=100, least_frames=1000, wide_frames=FULL_FRAMES, may_be_blank=False)
PATCHED_WIDE_FRAMES = 1000


LONG_WORD_MS = 700


class _Decoded(msgspec.Struct, frozen=True):
    heard: Heard
    tokens: tuple[int, ...]
    is_overlong: bool
    """more tokens than can be said in the time"""
    is_doubtful: bool
    """that, or a loop"""


class WhisperEngine:
    """One loaded model, shared by all callers."""

    def __init__(self, loaded: Loaded, windows: Windows) -> None:
        self._network = loaded.network
        self._tokenizer = loaded.tokenizer
        self._extractor = loaded.extractor
        self._windows = windows

    def transcribe(self, request: Request) -> Hypothesis:
        """At a short window, wider when that is doubtful. No words where nobody speaks."""
        sound = np.frombuffer(request.pcm, "<i2").astype(np.float32) / np.float32(32768)
        frames = -(-len(sound) // FRAME_SAMPLES)
        for window in self._windows.lengths(frames):
            found = self._decode(sound, window, 1 if request.is_hurried else BEAMS)
            if not found.is_doubtful:
                break
        if request.is_last and found.is_overlong:
            return Hypothesis(())  # what the quick passes said stands
        words = self._place(found, frames, request.start_ms)
        return Hypothesis(self._with_expected(words, request.expected, found, frames, request.start_ms))

    def _with_expected(
        self, words: tuple[Word, ...], expected: tuple[str, ...], decoded: "_Decoded", frames: int, start_ms: int
    ) -> tuple[Word, ...]:
        """Expected words in the place of others that sound like them, where the model finds them nearly as likely."""
        texts, given = [word.text for word in words], decoded
        for alternative in expected_words.alternatives(words, expected):
            changed = expected_words.replaced(texts, alternative)
            tokens = tuple(self._tokenizer.encode(" " + " ".join(changed)))
            if (
                self._log_probability(tokens, given, frames)
                > self._log_probability(decoded.tokens, given, frames) - FAVOUR
            ):
                texts, decoded = changed, msgspec.structs.replace(decoded, tokens=tokens)
        return words if decoded is given else self._place(decoded, frames, start_ms)

    def _log_probability(self, tokens: tuple[int, ...], decoded: "_Decoded", frames: int) -> float:
        """Of that text, given the sound."""
        found = decoded.heard.align(tokens, max(LEAST_FRAMES, frames))
        return float(np.log(np.maximum(found.probabilities, LEAST_PROBABILITY)).sum())

    def _decode(self, sound: npt.NDArray[np.float32], window: int, beams: int) -> "_Decoded":
        # Zeros are added to the sound and not to its spectrum, where zero is a hiss that Whisper puts words to.
        padded = np.zeros(window * FRAME_SAMPLES, np.float32)
        padded[: len(sound)] = sound[: len(padded)]
        heard = self._network.hear(self._extractor(padded, padding=0)[:, :window])
        seconds = len(sound) / SAMPLE_RATE_HZ
        written = heard.write(beams, 8 + round(MAX_TOKENS_PER_S * seconds), self._windows.may_be_blank)
        least = DOUBTED_LOG_PROBABILITY if written.nobody > NO_SPEECH_PROBABILITY else LEAST_LOG_PROBABILITY
        is_overlong = len(written.tokens) > 8 + 5 * seconds
        is_doubtful = is_overlong or loop_in(written.tokens) is not None
        tokens = written.tokens if written.log_probability >= least else ()
        return _Decoded(heard, tokens, is_overlong, is_doubtful)

    def _place(self, decoded: "_Decoded", frames: int, start_ms: int) -> tuple[Word, ...]:
        if not decoded.tokens:
            return ()
        found = self._timed(decoded, frames)
        if loop := loop_in(decoded.tokens):
            found = without_loop(found, loop, decoded.is_overlong)
        merge_punctuations(found, PREPENDED, APPENDED)
        last_ms = start_ms + frames * 10
        words: list[Word] = []
        for item in found:
            # Alignment on two or three frames may place a word before the first.
            begin_ms = min(last_ms, start_ms + max(0, round(1000 * float(item["start"]))))
            end_ms = min(last_ms, max(begin_ms, start_ms + round(1000 * float(item["end"]))))
            word = Word(item["word"], begin_ms, end_ms, round(float(item["probability"]), 3))
            # What Whisper writes without a space before it belongs to the word before: "-up", ",800".
            words.append(_joined(words.pop(), word) if words and not word.text.startswith(" ") else word)
        told = [msgspec.structs.replace(word, text=word.text.strip()) for word in words if word.text.strip()]
        return (_unstretched(told), *told[1:]) if told else ()

    def _timed(self, decoded: _Decoded, frames: int) -> list[dict[str, Any]]:
        """Words as faster-whisper has them, where their first token begins and the next word's does."""
        aligned = decoded.heard.align(decoded.tokens, max(LEAST_FRAMES, frames))
        words, parts = self._tokenizer.split_to_word_tokens([*decoded.tokens, self._tokenizer.eot])
        found, first = [], 0
        for word, tokens in zip(words[:-1], parts[:-1], strict=True):
            last = first + len(tokens)
            probability = np.mean(aligned.probabilities[first:last])
            start, end = aligned.times_s[first], aligned.times_s[last]
            found.append({"word": word, "tokens": tokens, "start": start, "end": end, "probability": probability})
            first = last
        return found


def create(options: Options) -> WhisperEngine:
    """Loads the model: in whole numbers on the CPU, in float16 on a GPU."""
    if options.margin_frames is None:
        return WhisperEngine(load(options), AS_IT_COMES)
    windows = Windows(options.margin_frames, 0, PATCHED_WIDE_FRAMES, may_be_blank=True)
    return WhisperEngine(load(options), windows)


def _joined(word: Word, rest: Word) -> Word:
    confidence = min(word.confidence, rest.confidence)
    return Word(word.text + rest.text, word.start_ms, rest.end_ms, confidence)


def _unstretched(words: Sequence[Word]) -> Word:
    """The first word without the silence before it, over which alignment stretches it: Whisper's own rule of thumb."""
    typical_ms = min(LONG_WORD_MS, median(word.end_ms - word.start_ms for word in words))
    return msgspec.structs.replace(words[0], start_ms=max(words[0].start_ms, words[0].end_ms - round(2 * typical_ms)))

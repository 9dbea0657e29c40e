"""Whisper through faster-whisper's CTranslate2 model, on windows as short as the model bears.

`WhisperModel.transcribe` pads every window to 30 s; here the encoder gets the speech and a little silence instead, the
decoder keeps five beams (one when hurried), and the words are placed by cross-attention (`align`) on the same output.
A window whose answer looks like a loop or runs beyond the speech is tried again at a wider one. What is said over and
over there is believed where each round takes time ("no, no, no, no, not this year"); a loop finds no sound for its
rounds.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

import ctranslate2
import msgspec
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from streaming import expected_words
from streaming.engines.contract import Hypothesis, Options, Request
from streaming.types import SAMPLE_RATE_HZ, Word

FRAME_SAMPLES = 160  # a mel frame is 10 ms
FULL_FRAMES = 3000
# Windows come in these steps. CTranslate2 misreads what the encoder makes of 160 frames as mel itself (80 of both).
STEP_FRAMES = 20
MISREAD_FRAMES = 160

# An expected word may be this much less likely to the model than what it wrote; see `tests.bench.expected`.
FAVOUR = 5.0
LEAST_PROBABILITY = 1e-6

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - faster-whisper's own list

BEAMS = 5  # as faster-whisper's default; on short windows a seventh dearer than one

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
ROUND_MS = 80  # less is too short for the shortest word


class _Loop(msgspec.Struct, frozen=True):
    """Some tokens said three times running or more: where the first round begins, and how long a round is."""

    start: int
    size: int
    rounds: int


class _Decoded(msgspec.Struct, frozen=True):
    encoded: Any
    tokens: list[int]
    is_overlong: bool
    """more tokens than can be said in the time"""
    is_doubtful: bool
    """that, or a loop"""


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
            tokens = self._tokenizer.encode(" " + " ".join(changed))
            if (
                self._log_probability(tokens, given, frames)
                > self._log_probability(decoded.tokens, given, frames) - FAVOUR
            ):
                texts, decoded = changed, msgspec.structs.replace(decoded, tokens=tokens)
        return words if decoded is given else self._place(decoded, frames, start_ms)

    def _log_probability(self, tokens: list[int], decoded: "_Decoded", frames: int) -> float:
        """Of that text, given the sound."""
        prompt = self._tokenizer.sot_sequence
        found = self._model.model.align(decoded.encoded, prompt, [tokens], max(2, frames))[0]
        return float(np.log(np.maximum(found.text_token_probs, LEAST_PROBABILITY)).sum())

    def _decode(self, sound: npt.NDArray[np.float32], window: int, beams: int) -> "_Decoded":
        # Zeros are added to the sound and not to its spectrum, where zero is a hiss that Whisper puts words to.
        padded = np.zeros(window * FRAME_SAMPLES, np.float32)
        padded[: len(sound)] = sound[: len(padded)]
        features = self._model.feature_extractor(padded, padding=0)[:, :window]
        encoded = self._model.encode(features)
        seconds = len(sound) / SAMPLE_RATE_HZ
        result = self._model.model.generate(
            encoded,
            [self._prompt],
            beam_size=beams,
            # CTranslate2 gives half of max_length to the text.
            max_length=2 * (8 + round(MAX_TOKENS_PER_S * seconds)) + len(self._prompt),
            suppress_tokens=self._suppressed,
            suppress_blank=not self._windows.may_be_blank,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [t for t in result.sequences_ids[0] if t < self._tokenizer.eot]
        is_doubted = result.no_speech_prob > NO_SPEECH_PROBABILITY
        least = DOUBTED_LOG_PROBABILITY if is_doubted else LEAST_LOG_PROBABILITY
        is_overlong = len(tokens) > 8 + 5 * seconds
        is_doubtful = is_overlong or _loop_in(tokens) is not None
        return _Decoded(encoded, tokens if result.scores[0] >= least else [], is_overlong, is_doubtful)

    def _place(self, decoded: "_Decoded", frames: int, start_ms: int) -> tuple[Word, ...]:
        if not decoded.tokens:
            return ()
        # Fewer than two frames end CTranslate2's process.
        found = self._model.find_alignment(self._tokenizer, [decoded.tokens], decoded.encoded, max(2, frames))[0]
        if loop := _loop_in(decoded.tokens):
            found = _without_loop(found, loop, decoded.is_overlong)
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


def create(options: Options) -> WhisperEngine:
    """Loads the CTranslate2 model in folder `options.source`: int8 on the CPU, float16 on a GPU."""
    ctranslate2.set_log_level(40)
    model = WhisperModel(
        options.source,
        device=options.device,
        compute_type="int8" if options.device == "cpu" else "float16",
        cpu_threads=options.threads,
        num_workers=options.workers,
        local_files_only=True,
    )
    if options.margin_frames is None:
        return WhisperEngine(model, AS_IT_COMES)
    return WhisperEngine(model, Windows(options.margin_frames, 0, PATCHED_WIDE_FRAMES, may_be_blank=True))


def _joined(word: Word, rest: Word) -> Word:
    confidence = min(word.confidence, rest.confidence)
    return Word(word.text + rest.text, word.start_ms, rest.end_ms, confidence)


def _unstretched(words: Sequence[Word]) -> Word:
    """The first word without the silence before it, over which alignment stretches it: Whisper's own rule of thumb."""
    typical_ms = min(LONG_WORD_MS, median(word.end_ms - word.start_ms for word in words))
    return msgspec.structs.replace(words[0], start_ms=max(words[0].start_ms, words[0].end_ms - round(2 * typical_ms)))


def _without_loop(found: list[dict[str, Any]], loop: _Loop, is_overlong: bool) -> list[dict[str, Any]]:
    """The words up to and with a loop's first round; all of them if each round takes the time that saying it takes."""
    spans = [(item["start"], item["end"]) for item in found for _ in item["tokens"]]
    starts = range(loop.start, loop.start + loop.rounds * loop.size, loop.size)
    lengths_s = [spans[start + loop.size - 1][1] - spans[start][0] for start in starts]
    if not is_overlong and min(lengths_s) * 1000 >= ROUND_MS:
        return found
    left = loop.start + loop.size
    kept = []
    for item in found:
        left -= len(item["tokens"])
        if left < 0:
            break
        kept.append(item)
    return kept


def _loop_in(tokens: Sequence[int]) -> _Loop | None:
    """The first loop, if there is one."""
    for size in range(1, len(tokens) // 3 + 1):
        run = 0  # tokens in a row that are those a round before
        for i in range(size, len(tokens) + 1):
            if i < len(tokens) and tokens[i] == tokens[i - size]:
                run += 1
            elif run >= 2 * size:
                return _Loop(i - run - size, size, run // size + 1)
            else:
                run = 0
    return None

"""How true `streaming/sureness.py` is of how likely a word of a pass is to stand in the end; and a new fit of it.

    python -m tests.bench.sureness > sureness.json

Plays calls and talks of ../shared/data (none of the six calls that the other benches judge by) through the transcriber
and the packaged model, each pass answered when its processor time is over, and holds every word of every pass against
the final words at its place. Prints how often words stood per decile of the chance that is told of them, the weights
in use, and those of a new fit.
"""

import json
import math
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from streaming import listening, models, recording
from streaming.agreement import Seen, seen, spoken_form
from streaming.engines.contract import Hypothesis, Request
from streaming.engines.whisper import WhisperEngine, create
from streaming.sureness import WEIGHTS, evidence
from streaming.transcriber import Transcriber
from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame, Gap, Word, Words
from streaming.voice_activity import VoiceActivity

SOUNDS = (
    "calls/auto_repairs/*.wav",
    "calls/sales_mono/*.wav",
    "audio_only/aws_*.flac",
    "audio_only/azure*.flac",
    "audio_only/google_samples-Google_Gnome.flac",
    "audio_only/speech_ami-dev00.flac",
)
MOST_S = 100  # of each
STANDS_WITHIN_MS = 400
RIDGE = 1e-4

Floats = npt.NDArray[np.float64]


class Pass(msgspec.Struct, frozen=True):
    """The words of a pass beyond those committed before it, and how far it listened."""

    words: tuple[Word, ...]
    heard_ms: int
    is_last: bool


def main() -> None:
    """Plays, fits and prints."""
    # Nothing is committed before its utterance ends, or only doubtful words would be left to learn from.
    listening.TO_COMMIT = msgspec.structs.replace(listening.TO_COMMIT, sureness=math.inf)
    data = Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[3] / "shared" / "data"))
    with tempfile.TemporaryDirectory() as cache:
        model = models.prepare("tiny.en", Path(cache), "cpu")
        engine = create(model.options(1, 1))
        samples = [sample for path in _paths(data) for sample in _samples(*_played(path, engine))]
    values = np.array([value for value, _ in samples])
    stood = np.array([stood for _, stood in samples], float)
    weights = _fitted(values, stood)
    chance = 1 / (1 + np.exp(-values @ np.array(WEIGHTS)))
    deciles = [
        {"from": low / 10, "words": int(here.sum()), "stood": round(float(stood[here].mean()), 3)}
        for low in range(10)
        if (here := (chance >= low / 10) & (chance < (low + 1) / 10)).any()
    ]
    found = {"words": len(stood), "deciles": deciles, "weights": WEIGHTS, "new_fit": weights.round(2).tolist()}
    print(json.dumps(found, indent=2))


def _paths(data: Path) -> Iterator[Path]:
    for pattern in SOUNDS:
        yield from sorted(data.glob(pattern))


def _played(path: Path, engine: WhisperEngine) -> tuple[list[Pass], list[Word]]:
    """All passes over one file's first channel, and its final words."""
    sound = recording.read((path,), 1).samples[: MOST_S * SAMPLE_RATE_HZ, 0]
    transcriber = Transcriber("prospect", VoiceActivity().is_speech)
    passes: list[Pass] = []
    told: list[Words | Gap] = []
    answer: tuple[float, Hypothesis] | None = None
    for index in range(len(sound) // FRAME_SAMPLES):
        pcm = sound[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES].astype("<i2").tobytes()
        told += transcriber.hear(AudioFrame("prospect", index * FRAME_MS, pcm))
        now_ms = (index + 1) * FRAME_MS
        if answer and now_ms >= answer[0]:
            told += transcriber.answer(answer[1])
            answer = None
        if request := transcriber.request():
            begun = time.process_time()
            hypothesis = engine.transcribe(request)
            passes.append(_pass(request, hypothesis, told))
            answer = (now_ms + 1000 * (time.process_time() - begun), hypothesis)
    return passes, [word for words in told if isinstance(words, Words) and words.is_final for word in words.all]


def _pass(request: Request, hypothesis: Hypothesis, told: Sequence[Words | Gap]) -> Pass:
    heard_ms = request.start_ms + len(request.pcm) * 1000 // (2 * SAMPLE_RATE_HZ)
    last = next((words.committed for words in reversed(told) if isinstance(words, Words)), ())
    committed_ms = last[-1].end_ms if last else 0
    new = tuple(word for word in hypothesis.words if (word.start_ms + word.end_ms) // 2 >= committed_ms)
    return Pass(new, heard_ms, request.is_last)


def _samples(passes: Sequence[Pass], final: Sequence[Word]) -> Iterator[tuple[tuple[float, ...], bool]]:
    before: tuple[Seen, ...] = ()
    for one in passes:
        if one.is_last:
            before = ()
            continue
        before = seen(one.words, before)
        for item in before:
            yield evidence(item, one.heard_ms), any(_stands(item.word, word) for word in final)


def _stands(word: Word, final: Word) -> bool:
    return abs(word.end_ms - final.end_ms) < STANDS_WITHIN_MS and spoken_form(word.text) == spoken_form(final.text)


def _fitted(values: Floats, stood: Floats) -> Floats:
    """Logistic regression by Newton's method."""
    weights = np.zeros(values.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (chance - stood) / len(stood) + 2 * RIDGE * weights
        curve = (values * (chance * (1 - chance))[:, None]).T @ values / len(stood) + 2 * RIDGE * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    main()

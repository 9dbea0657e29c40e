"""How right final words are, live beside offline, on clean sound and on damaged sound.

    python -m tests.bench.wer [--model NAME] [--damage KIND] > wer.json

Six harpervalley calls, each party apart. Offline is the same model by faster-whisper with its defaults, the whole sound
at once. Live is the transcriber and the engine of the product, frame by frame in the order of a call, without the
server: nothing waits for the wall clock, but each pass is answered only once as much of the call has gone by as it
took of one processor, so that passes cover what they would live. (A replay at full speed through the server
would flatter us: fewer passes look at more sound each, and commit less before the utterance is over.) Words agree
with `tests.bench.lag` as far as two runs of that agree, and a busy machine does not change them much.

Damage is the same for both: `mulaw` is a round trip through G.711 at 8 kHz; `loss` loses 5 % of the packets of 20 ms,
announced as gaps live and heard as zeros offline; `office` mixes in an office's noise at 10 dB below the speech.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import jiwer
import numpy as np
from faster_whisper import WhisperModel

from assist import settings as settings_module
from streaming import models, recording
from streaming.engines.contract import Engine, Hypothesis
from streaming.engines.whisper import create
from streaming.recording import Samples
from streaming.transcriber import Transcriber
from streaming.types import FRAME_MS, FRAME_SAMPLES, AudioFrame, Gap, Speaker, Words, text_of
from streaming.voice_activity import VoiceActivity
from tests.bench.damage import Line, clean, lossy, mulaw, noisy
from tests.bench.real_calls import DATA, PARTIES, calls, normal

LOST_SHARE = 0.05
SNR_DB = 10
OFFICE = "noise/ambience/office-ambience.ogg"

Damage = Callable[[Samples, int], Line]


def main() -> None:
    """Runs the bench and prints a row for each kind of damage and party."""
    office = recording.read((DATA / OFFICE,), 2).samples[:, 0]
    damages: dict[str, Damage] = {
        "clean": lambda samples, _: clean(samples),
        "mulaw": lambda samples, _: mulaw(samples),
        "loss": lambda samples, seed: lossy(samples, LOST_SHARE, seed),
        "office": lambda samples, seed: noisy(samples, office, SNR_DB, seed),
    }
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", default="tiny.en")
    options.add_argument("--damage", choices=list(damages), help="one kind only")
    chosen = options.parse_args()
    wanted = [chosen.damage] if chosen.damage else list(damages)
    print(json.dumps(_bench(chosen.model, {name: damages[name] for name in wanted}), indent=2))


def _bench(name: str, damages: dict[str, Damage]) -> dict[str, Any]:
    cache_dir = settings_module.load().cache_dir
    offline = WhisperModel(str(models.find(name, cache_dir)), device="cpu", compute_type="int8")
    live = create(models.prepare(name, cache_dir, "cpu").options(1, 1))
    judged = [call for call in calls() if call["texts"]]
    rows = []
    for kind, damage in damages.items():
        print(f"hearing {kind} sound", file=sys.stderr, flush=True)
        heard: dict[str, list[tuple[str, str, str]]] = {speaker: [] for speaker in PARTIES}
        for seed, (call, (channel, speaker)) in enumerate((c, p) for c in judged for p in enumerate(PARTIES)):
            line = damage(call["sound"].samples[:, channel], seed)
            text = call["texts"][speaker]
            heard[speaker].append((text, hear_live(line, speaker, live), _hear_offline(line, offline)))
        rows += [row(kind, speaker, of_speaker) for speaker, of_speaker in heard.items()]
        rows.append(row(kind, "both", [one for of_speaker in heard.values() for one in of_speaker]))
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "versions": {package: version(package) for package in ("onnxruntime", "ctranslate2", "faster-whisper")},
        "model": name,
        "rows": rows,
    }


def row(kind: str, party: str, heard: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Word error rates of (human, live, offline) texts, and by how many points live is worse."""
    human, live, offline = ([normal(text) for text in texts] for texts in zip(*heard, strict=True))
    measured = jiwer.process_words(human, live)
    offline_rate = jiwer.wer(human, offline)
    return {
        "damage": kind,
        "party": party,
        "words": sum(len(text.split()) for text in human),
        "live": round(measured.wer, 4),
        "offline": round(offline_rate, 4),
        "worse_by_points": round(100 * (measured.wer - offline_rate), 2),
        "insertions": measured.insertions,
        "deletions": measured.deletions,
        "substitutions": measured.substitutions,
    }


def hear_live(line: Line, speaker: Speaker, engine: Engine) -> str:
    """The final words of one speaker's sound."""
    told = (words for _, words in told_live(line, speaker, engine))
    return " ".join(text_of(words.committed) for words in told if isinstance(words, Words) and words.is_final)


def told_live(line: Line, speaker: Speaker, engine: Engine) -> Iterator[tuple[int, Words | Gap]]:
    """All that is told of one speaker's sound, each with how much of it had come by then, in ms."""
    transcriber = Transcriber(speaker, VoiceActivity().is_speech)
    answer: tuple[float, Hypothesis] | None = None
    now_ms = 0
    for index, is_lost in enumerate(line.lost):
        now_ms = (index + 1) * FRAME_MS
        told = _frame(transcriber, line, index, bool(is_lost), speaker)
        if answer and now_ms >= answer[0]:
            told += transcriber.answer(answer[1])
            answer = None
        if request := transcriber.request():
            begun_s = time.process_time()
            hypothesis = engine.transcribe(request)
            answer = now_ms + 1000 * (time.process_time() - begun_s), hypothesis
        yield from ((now_ms, one) for one in told)
    told = transcriber.finish()
    if answer:
        told += transcriber.answer(answer[1])
    while request := transcriber.request():
        told += transcriber.answer(engine.transcribe(request))
    yield from ((now_ms, one) for one in told)


def _frame(
    transcriber: Transcriber, line: Line, index: int, is_lost: bool, speaker: Speaker
) -> tuple[Words | Gap, ...]:
    if is_lost:
        return transcriber.skip(Gap(speaker, index * FRAME_MS, FRAME_MS))
    samples = line.samples[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
    return transcriber.hear(AudioFrame(speaker, index * FRAME_MS, samples.astype("<i2").tobytes()))


def _hear_offline(line: Line, model: WhisperModel) -> str:
    segments, _ = model.transcribe(line.samples.astype(np.float32) / np.float32(32768))
    return " ".join(segment.text for segment in segments)


if __name__ == "__main__":
    main()

"""What a pass costs on each runtime, and how near its text is to the model's in float32.

    python -m tests.bench.runtimes [--model NAME] [--crops N] > runtimes.json

Crops of 0.7 to 10 s, cut as streaming cuts them from sound of ../shared/data that the patch was not taught with and
that nothing is judged by. `pass_ms` is the mean time for hearing, writing with five beams and placing the words, as a
live pass does, on one thread: nothing else may run beside it, numpy's threads neither (OPENBLAS_NUM_THREADS=1). `apart`
is the share of words that differ from those that CTranslate2 writes in float32.
"""

import argparse
import json
import os
import platform
import time
from importlib.metadata import version
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from assist import settings as settings_module
from streaming import models
from streaming.engines.contract import Options
from streaming.short_window import corpus, crops, window
from streaming.short_window.evaluate import word_errors
from streaming.short_window.window import SAMPLE_RATE_HZ, Sound
from streaming.whisper.ctranslate2_network import Ctranslate2Network
from streaming.whisper.loading import load, vocabulary
from streaming.whisper.network import Network
from tests.bench.real_calls import DATA

BEAMS = 5
MARGIN_FRAMES = 64
TOKENS_PER_S = 8


def main() -> None:
    """Runs the bench and prints a row for each runtime."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", default="tiny.en")
    options.add_argument("--crops", type=int, default=200)
    chosen = options.parse_args()
    print(json.dumps(_bench(chosen.model, chosen.crops), indent=2))


def _bench(name: str, count: int) -> dict[str, Any]:
    model = models.prepare(name, settings_module.load().cache_dir, "cpu")
    folder = str(model.folder)
    sounds = _cut(count)
    on_onnx, on_ctranslate2 = load(model.options(1, 1)), load(Options(folder, 1, 1, "cpu", model.margin_frames))
    tokenizer = on_onnx.tokenizer
    exact = WhisperModel(folder, device="cpu", compute_type="float32", cpu_threads=1, local_files_only=True)
    rows = {}
    wanted, _ = _written(Ctranslate2Network(exact, vocabulary(tokenizer)), sounds)
    wanted_texts = [tokenizer.decode(tokens) for tokens in wanted]
    for runtime, loaded in (("onnxruntime", on_onnx), ("ctranslate2", on_ctranslate2)):
        found, pass_ms = _written(loaded.network, sounds)
        apart = word_errors(wanted_texts, [tokenizer.decode(tokens) for tokens in found])
        rows[runtime] = {"pass_ms": pass_ms, "apart": apart}
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine()},
        "versions": {package: version(package) for package in ("onnxruntime", "ctranslate2")},
        "model": name,
        "crops": count,
        "crop_s_mean": round(float(np.mean([len(sound) for sound in sounds])) / SAMPLE_RATE_HZ, 2),
        "words": sum(len(text.split()) for text in wanted_texts),
        **rows,
    }


def _cut(count: int) -> list[Sound]:
    whole = [corpus.sound_of(path) for path in corpus.files_of(DATA, corpus.VALIDATION)]
    spoken = [crops.spoken_blocks(sound) for sound in whole]
    rng = np.random.default_rng(0)
    found: list[Sound] = []
    while len(found) < count:
        index = int(rng.integers(len(whole)))
        crop = crops.cut(whole[index], spoken[index], rng)
        if crop is not None:
            found.append(crop)
    return found


def _written(network: Network, sounds: list[Sound]) -> tuple[list[list[int]], float]:
    """What is written of each, and the milliseconds that one takes at the mean."""
    texts = []
    begun_s = time.perf_counter()
    for sound in sounds:
        frames = window.frames_of(sound)
        heard = network.hear(window.mel(sound, window.allowed(frames + MARGIN_FRAMES)))
        tokens = heard.write(BEAMS, 8 + TOKENS_PER_S * len(sound) // SAMPLE_RATE_HZ, True).tokens
        if tokens:
            heard.align(tokens, frames)
        texts.append(list(tokens))
    return texts, round(1000 * (time.perf_counter() - begun_s) / len(sounds), 1)


if __name__ == "__main__":
    main()

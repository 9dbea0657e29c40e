"""Real calls at real time through the real server and sockets: how late words and suggestions are, and how right.

    python -m tests.bench.lag [--calls N] [--model NAME] > lag.json

Plays the six harpervalley calls and the auto_repairs call, both channels of each call, one call after the other, and
prints JSON. A word's end comes from the recogniser's own final word times. Lag runs from the moment that the sound with
that end was sent to the moment that an event with the word arrived: `shown` for its first appearance at that place,
`live` for the same of those words alone that were there before their utterance's last event (what only the last pass
hears, by a larger model where there is one, comes with that), `committed` for the first event in which it is
committed. The word error rate is of final words against the human transcript, both normalised as Whisper's authors do,
beside the same model offline by faster-whisper with its defaults.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from importlib.metadata import version
from typing import Any

import jiwer
import numpy as np
import psutil
from faster_whisper import WhisperModel

from assist import settings as settings_module
from assist.app import Running, running
from streaming import models
from tests.bench.real_calls import PARTIES, calls, lags, normal, play, spread


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=7, help="how many of the seven calls")
    options.add_argument("--model", default="tiny.en")
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(_bench(calls()[: chosen.calls], chosen.model)), indent=2))


async def _bench(chosen: list[dict[str, Any]], model: str) -> dict[str, Any]:
    played = []
    with tempfile.TemporaryDirectory() as journal_dir:
        settings = settings_module.load(port=0, model=model, journal_dir=journal_dir)
        async with running(settings) as server:
            for call in chosen:
                before_s = _cpu_s(server)
                played.append({**await play(server.url, call), "cpu_s": round(_cpu_s(server) - before_s, 2)})
    offline = _offline(str(models.find(model, settings.cache_dir)), [call for call in chosen if call["texts"]])
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("onnxruntime", "faster-whisper", "websockets")},
        "model": model,
        "words": lags(word for one in played for word in one["words"]),
        "suggestions": spread([lag for one in played for lag in one["suggestions"]]),
        "taken_back": _share(sum(one["taken_back"] for one in played), sum(one["shown"] for one in played)),
        "word_error_rate": {**_error_rates(played), "offline": offline},
        "cpu_s_per_channel_s": round(sum(o["cpu_s"] for o in played) / sum(o["duration_s"] for o in played) / 2, 4),
        "calls": [{key: one[key] for key in ("name", "duration_s", "cpu_s")} | lags(one["words"]) for one in played],
    }


def _offline(folder: str, judged: list[dict[str, Any]]) -> float | None:
    """The word error rate of the same model, each party's whole sound at once, with faster-whisper's defaults."""
    if not judged:
        return None
    model = WhisperModel(folder, device="cpu", compute_type="int8")
    wanted, heard = [], []
    for call in judged:
        for channel, speaker in enumerate(PARTIES):
            sound = call["sound"].samples[:, channel].astype(np.float32) / np.float32(32768)
            segments, _ = model.transcribe(sound)
            wanted.append(normal(call["texts"][speaker]))
            heard.append(normal(" ".join(segment.text for segment in segments)))
    rate: float = jiwer.wer(wanted, heard)
    return round(rate, 4)


def _error_rates(played: list[dict[str, Any]]) -> dict[str, Any]:
    pairs = [(normal(o["texts"][s]), normal(o["heard"][s])) for o in played if o["texts"] for s in PARTIES]
    if not pairs:
        return {"live": None}
    measured = jiwer.process_words([wanted for wanted, _ in pairs], [heard for _, heard in pairs])
    return {
        "live": round(measured.wer, 4),
        "insertions": measured.insertions,
        "deletions": measured.deletions,
        "substitutions": measured.substitutions,
        "words": sum(len(wanted.split()) for wanted, _ in pairs),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _cpu_s(server: Running) -> float:
    """Processor time of this process and the recogniser's; the bench's own part is small."""
    own = psutil.Process()
    processes = [own, *own.children(recursive=True)]
    return sum(p.cpu_times().user + p.cpu_times().system for p in processes)


if __name__ == "__main__":
    main()

"""Real calls at real time through the real server and sockets: how late words and suggestions are, and how right.

    python -m tests.bench.lag [--calls N] [--model NAME] > lag.json

Plays the six harpervalley calls and the auto_repairs call, both channels of each call, one call after the other, and
prints JSON. A word's end comes from the recogniser's own final word times. Lag runs from the moment that the sound with
that end was sent to the moment that an event with the word arrived: `shown` for its first appearance at that place,
`committed` for the first event in which it is committed. The word error rate is of final words against the human
transcript, both normalised as Whisper's authors do, beside the same model offline by faster-whisper with its defaults.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import jiwer
import numpy as np
import psutil
from faster_whisper import WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

from assist import settings as settings_module
from assist.app import Running, running
from assist.watching import events
from streaming import models, recording
from streaming.feeder import Feeder
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker

PARTIES: dict[Speaker, str] = {"rep": "agent", "prospect": "caller"}
normal = EnglishTextNormalizer()

Event = dict[str, Any]


def main() -> None:
    """Runs the bench and prints its figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=7, help="how many of the seven calls")
    options.add_argument("--model", default="tiny.en")
    chosen = options.parse_args()
    folder = Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "calls"
    print(json.dumps(asyncio.run(_bench(_calls(folder)[: chosen.calls], chosen.model)), indent=2))


def _calls(folder: Path) -> list[dict[str, Any]]:
    transcripts = sorted(folder.glob("harpervalley/transcript/*"))
    calls = [_harpervalley(folder / "harpervalley", path.stem) for path in transcripts]
    return [*calls, _auto_repairs(folder / "auto_repairs")]


async def _bench(calls: list[dict[str, Any]], model: str) -> dict[str, Any]:
    played = []
    with tempfile.TemporaryDirectory() as journal_dir:
        settings = settings_module.load(port=0, model=model, journal_dir=journal_dir)
        async with running(settings) as server:
            for call in calls:
                played.append(await _play(server, call))
    offline = _offline(str(models.find(model)), [call for call in calls if call["texts"]])
    return {
        "machine": {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("ctranslate2", "faster-whisper", "websockets")},
        "model": model,
        "words": _lags(word for one in played for word in one["words"]),
        "suggestions": _spread([lag for one in played for lag in one["suggestions"]]),
        "taken_back": _share(sum(one["taken_back"] for one in played), sum(one["shown"] for one in played)),
        "word_error_rate": {**_error_rates(played), "offline": offline},
        "cpu_s_per_channel_s": round(sum(o["cpu_s"] for o in played) / sum(o["duration_s"] for o in played) / 2, 4),
        "calls": [{key: one[key] for key in ("name", "duration_s", "cpu_s")} | _lags(one["words"]) for one in played],
    }


def _harpervalley(folder: Path, name: str) -> dict[str, Any]:
    """One call with both parties on its common line, and what each said by a human's ear."""
    said = json.loads((folder / "transcript" / f"{name}.json").read_text())
    samples = []
    for party in PARTIES.values():
        sound = recording.read((folder / "audio" / party / f"{name}.wav",), 1).samples[:, 0]
        delay_ms = next((s["offset_ms"] - s["start_ms"] for s in said if s["speaker_role"] == party), 0)
        samples.append(np.concatenate([np.zeros(max(0, delay_ms) * SAMPLE_RATE_HZ // 1000, np.int16), sound]))
    texts = {
        speaker: " ".join(s["human_transcript"] for s in said if s["speaker_role"] == party)
        for speaker, party in PARTIES.items()
    }
    return {"name": name, "sound": _side_by_side(samples), "texts": texts}


def _auto_repairs(folder: Path) -> dict[str, Any]:
    samples = [recording.read((next(folder.glob(f"*_{party}.wav")),), 1).samples[:, 0] for party in PARTIES.values()]
    return {"name": "auto_repairs", "sound": _side_by_side(samples), "texts": {}}


def _side_by_side(parties: list[Any]) -> Recording:
    sound = np.zeros((max(map(len, parties)), len(parties)), np.int16)
    for channel, party in enumerate(parties):
        sound[: len(party), channel] = party
    return Recording(sound)


async def _play(server: Running, call: dict[str, Any]) -> dict[str, Any]:
    url = server.url.replace("http", "ws", 1)
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    sent_s: list[float] = []
    feeder = Feeder(f"{url}/call/browser", call["sound"], cast("tuple[Speaker, ...]", tuple(PARTIES)))
    before_s = _cpu_s(server)
    feeding = asyncio.create_task(feeder.play(True, lambda _: sent_s.append(time.monotonic()), started.set_result))
    told = [(time.monotonic(), event) async for event in events(url, await started)]
    await feeding
    words = [word for speaker in PARTIES for word in _words(told, speaker, sent_s)]
    return {
        "name": call["name"],
        "duration_s": call["sound"].duration_ms / 1000,
        "cpu_s": round(_cpu_s(server) - before_s, 2),
        "words": words,
        "suggestions": [event["lag_ms"] / 1000 for _, event in told if event["kind"] == "suggestion_shown"],
        **_flicker(told),
        "texts": call["texts"],
        "heard": {speaker: _final_text(told, speaker) for speaker in PARTIES},
    }


def _changes(told: list[tuple[float, Event]], speaker: str) -> list[tuple[float, Event]]:
    return [(at, e) for at, e in told if e["kind"] == "transcript_changed" and e["speaker"] == speaker]


def _final_text(told: list[tuple[float, Event]], speaker: str) -> str:
    return " ".join(event["committed"] for _, event in _changes(told, speaker) if event["is_final"])


def _words(told: list[tuple[float, Event]], speaker: str, sent_s: list[float]) -> list[dict[str, float]]:
    """Lags of each final word, in seconds."""
    changes = _changes(told, speaker)
    lags = []
    for final in (event for _, event in changes if event["is_final"]):
        versions = [(at, event) for at, event in changes if event["utterance"] == final["utterance"]]
        for index, word in enumerate(final["words"]):
            packet = min(len(sent_s) - 1, max(0, -(-word["end_ms"] // 20) - 1))
            shown = next(at for at, event in versions if _has(event, index, word["text"], False))
            committed = next(at for at, event in versions if _has(event, index, word["text"], True))
            ended = versions[-1][0]
            is_last = index == len(final["words"]) - 1
            lags.append(
                {
                    "shown": shown - sent_s[packet],
                    "committed": committed - sent_s[packet],
                    **({"turn_end": ended - sent_s[packet]} if is_last else {}),
                }
            )
    return lags


def _has(event: Event, index: int, text: str, committed: bool) -> bool:
    words = event["words"]
    if committed:
        return index < len(words) and bool(words[index]["committed"])
    return any(normal(word["text"]) == normal(text) for word in words[max(0, index - 2) : index + 3])


def _flicker(told: list[tuple[float, Event]]) -> dict[str, int]:
    """Words shown, and those of them that a later event of the same utterance did not have any more."""
    shown = taken_back = 0
    for speaker in PARTIES:
        last: dict[int, list[str]] = {}
        for _, event in _changes(told, speaker):
            now = [normal(word["text"]) for word in event["words"]]
            before = last.get(event["utterance"], [])
            gone = sum(before.count(word) - min(before.count(word), now.count(word)) for word in set(before))
            new = sum(now.count(word) - min(before.count(word), now.count(word)) for word in set(now))
            shown, taken_back = shown + new, taken_back + gone
            last[event["utterance"]] = now
    return {"shown": shown, "taken_back": taken_back}


def _offline(folder: str, calls: list[dict[str, Any]]) -> float | None:
    """The word error rate of the same model, each party's whole sound at once, with faster-whisper's defaults."""
    if not calls:
        return None
    model = WhisperModel(folder, device="cpu", compute_type="int8")
    wanted, heard = [], []
    for call in calls:
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


def _lags(words: Iterable[dict[str, float]]) -> dict[str, Any]:
    listed = list(words)
    kinds = ("shown", "committed", "turn_end")
    return {f"{kind}_lag_s": _spread([word[kind] for word in listed if kind in word]) for kind in kinds}


def _spread(values: list[float]) -> dict[str, float | int | None]:
    if not values:
        return {"count": 0, "median": None, "p95": None, "max": None}
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
        "max": round(ordered[-1], 3),
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

"""The real calls of ../shared/data, and one of them played at real time into a server: what was told when."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from assist.watching import events
from streaming import recording
from streaming.feeder import Feeder
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker

DATA = Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[3] / "shared" / "data"))
PARTIES: dict[Speaker, str] = {"rep": "agent", "prospect": "caller"}
normal = EnglishTextNormalizer()

Event = dict[str, Any]


def calls() -> list[dict[str, Any]]:
    """Name, sound and, by speaker, human texts and turns (end in ms, text) of each; StopIteration without the data."""
    folder = DATA / "calls"
    transcripts = sorted(folder.glob("harpervalley/transcript/*"))
    found = [_harpervalley(folder / "harpervalley", path.stem) for path in transcripts]
    return [*found, _auto_repairs(folder / "auto_repairs")]


def _harpervalley(folder: Path, name: str) -> dict[str, Any]:
    """One call with both parties on its common line, and what each said by a human's ear."""
    said = json.loads((folder / "transcript" / f"{name}.json").read_text())
    samples = []
    for party in PARTIES.values():
        sound = recording.read((folder / "audio" / party / f"{name}.wav",), 1).samples[:, 0]
        delay_ms = next((s["offset_ms"] - s["start_ms"] for s in said if s["speaker_role"] == party), 0)
        samples.append(np.concatenate([np.zeros(max(0, delay_ms) * SAMPLE_RATE_HZ // 1000, np.int16), sound]))
    turns = {
        speaker: [
            (s["offset_ms"] + s["duration_ms"], s["human_transcript"]) for s in said if s["speaker_role"] == party
        ]
        for speaker, party in PARTIES.items()
    }
    texts = {speaker: " ".join(text for _, text in of_party) for speaker, of_party in turns.items()}
    return {"name": name, "sound": _side_by_side(samples), "texts": texts, "turns": turns}


def _auto_repairs(folder: Path) -> dict[str, Any]:
    samples = [recording.read((next(folder.glob(f"*_{party}.wav")),), 1).samples[:, 0] for party in PARTIES.values()]
    return {"name": "auto_repairs", "sound": _side_by_side(samples), "texts": {}, "turns": {}}


def normal_word(text: str) -> str:
    """One word normalised, without the dot that the normaliser keeps of "is...": it is the word that it was."""
    word: str = normal(text.strip("."))
    return word


def _side_by_side(parties: list[Any]) -> Recording:
    sound = np.zeros((max(map(len, parties)), len(parties)), np.int16)
    for channel, party in enumerate(parties):
        sound[: len(party), channel] = party
    return Recording(sound)


async def tell(server_url: str, sound: Recording) -> tuple[list[tuple[float, Event]], list[float]]:
    """Plays a call's sound: its events, and when each 20 ms of it were sent, on the machine's monotonic clock."""
    url = server_url.replace("http", "ws", 1)
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    sent_s: list[float] = []
    feeder = Feeder(f"{url}/call/browser", sound, cast("tuple[Speaker, ...]", tuple(PARTIES)))
    feeding = asyncio.create_task(feeder.play(True, lambda _: sent_s.append(time.monotonic()), started.set_result))
    told = [(time.monotonic(), event) async for event in events(url, await started)]
    await feeding
    return told, sent_s


async def play(server_url: str, call: dict[str, Any]) -> dict[str, Any]:
    """The lag of each final word and more, once the call has ended."""
    told, sent_s = await tell(server_url, call["sound"])
    words = [word for speaker in PARTIES for word in _words(told, speaker, sent_s)]
    return {
        "name": call["name"],
        "duration_s": call["sound"].duration_ms / 1000,
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
                    "end_s": word["end_ms"] / 1000,
                    "shown": shown - sent_s[packet],
                    "committed": committed - sent_s[packet],
                    **({"live": shown - sent_s[packet]} if shown < ended else {}),
                    **({"turn_end": ended - sent_s[packet]} if is_last else {}),
                }
            )
    return lags


def _has(event: Event, index: int, text: str, committed: bool) -> bool:
    words = event["words"]
    if committed:
        return index < len(words) and bool(words[index]["committed"])
    return any(normal_word(word["text"]) == normal_word(text) for word in words[max(0, index - 2) : index + 3])


def _flicker(told: list[tuple[float, Event]]) -> dict[str, int]:
    """Words shown, and those of them that a later event of the same utterance did not have any more."""
    shown = taken_back = 0
    for speaker in PARTIES:
        last: dict[int, list[str]] = {}
        for _, event in _changes(told, speaker):
            now = [normal_word(word["text"]) for word in event["words"]]
            before = last.get(event["utterance"], [])
            gone = sum(before.count(word) - min(before.count(word), now.count(word)) for word in set(before))
            new = sum(now.count(word) - min(before.count(word), now.count(word)) for word in set(now))
            shown, taken_back = shown + new, taken_back + gone
            last[event["utterance"]] = now
    return {"shown": shown, "taken_back": taken_back}


def lags(words: Iterable[dict[str, float]]) -> dict[str, Any]:
    """Count, median, p95 and maximum in seconds of each kind of lag."""
    listed = list(words)
    kinds = ("shown", "live", "committed", "turn_end")
    return {f"{kind}_lag_s": spread([word[kind] for word in listed if kind in word]) for kind in kinds}


def spread(values: list[float]) -> dict[str, float | int | None]:
    """Count, median, p95 and maximum."""
    if not values:
        return {"count": 0, "median": None, "p95": None, "max": None}
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
        "max": round(ordered[-1], 3),
    }

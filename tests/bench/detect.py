"""Prints, as JSON, how well and how fast the detectors hear: `python -m tests.bench.detect [--misses]`."""

import json
import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from detectors.contract import Detector
from tests.detectors import marked_lines, spoken_turns

KINDS = ("objections", "emotions", "agreement")  # in the order of `marked_lines.detectors`
UPDATE_WORDS = 40
ROUNDS = 200


def main() -> None:
    """Scores both example files and the frozen turns, counts false alarms on ordinary calls and times one update."""
    listeners = marked_lines.detectors()
    report: dict[str, Any] = {part: _scores(f"{part}.txt", listeners) for part in ("tune", "frozen")}
    report["spoken_turns"] = _spoken_scores(spoken_turns.FROZEN, listeners)
    report["ordinary_calls"] = _false_alarms(listeners)
    report["us_per_update"] = _speed(listeners)
    print(json.dumps(report, indent=1))


def _scores(file_name: str, listeners: tuple[Detector, ...]) -> dict[str, Any]:
    """Precision, recall and F1 of each class over all lines of one file."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for line in marked_lines.read(file_name):
        heard = {cue.name: cue.quote for cue in marked_lines.heard_in(line.text, listeners)}
        right.update(line.must & heard.keys())
        missed.update(line.must - heard.keys())
        wrong.update(heard.keys() - line.must - line.may)
        if "--misses" in sys.argv and (line.must - heard.keys() or heard.keys() - line.must - line.may):
            print(file_name, sorted(line.must), heard, "|", line.text, file=sys.stderr)
    names = sorted({*right, *wrong, *missed})
    scores = {name: _score(right[name], wrong[name], missed[name]) for name in names}
    return {"all": _score(right.total(), wrong.total(), missed.total()), **scores}


def _spoken_scores(part: str, listeners: tuple[Detector, ...]) -> dict[str, Any]:
    """The same over turns as they are said, with the mean of the classes' F1 for each kind of listening."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for turn in spoken_turns.read(part):
        heard = {cue.name for cue in marked_lines.heard_in(turn.text, listeners, turn.before)}
        right.update(turn.cues & heard)
        missed.update(turn.cues - heard)
        wrong.update(heard - turn.cues)
    scores = {name: _score(right[name], wrong[name], missed[name]) for name in sorted({*right, *wrong, *missed})}
    macro = [round(statistics.mean(scores[name]["f1"] for name in listener.names), 3) for listener in listeners]
    means = dict(zip(KINDS, macro, strict=True))
    return {"all": _score(right.total(), wrong.total(), missed.total()), "macro_f1": means, **scores}


def _score(right: int, wrong: int, missed: int) -> dict[str, float]:
    precision = right / max(1, right + wrong)
    recall = right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + wrong + missed)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3), "said": right + missed}


def _false_alarms(listeners: tuple[Detector, ...]) -> dict[str, Any]:
    """Cues in the callers' turns of bank calls, in which nobody objects to anything."""
    folder = Path(os.environ.get("ASSIST_DATA", "../shared/data")) / "calls" / "harpervalley" / "transcript"
    calls = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    if not calls:
        return {"skipped": "no calls in ../shared/data or $ASSIST_DATA"}
    minutes = sum(max(turn["start_ms"] + turn["duration_ms"] for turn in call) for call in calls) / 60_000
    said = [turn["human_transcript"] for call in calls for turn in call if turn["speaker_role"] == "caller"]
    names = Counter(cue.name for text in said for cue in marked_lines.heard_in(text, listeners))
    return {"minutes": round(minutes, 1), "cues": dict(names), "per_10_minutes": round(10 * names.total() / minutes, 2)}


def _speed(listeners: tuple[Detector, ...]) -> dict[str, float]:
    """CPU microseconds for all detectors to hear one update of 40 words, each time other ones."""
    text = " ".join(line.text for line in marked_lines.read("tune.txt")).split()
    updates = [marked_lines.words_of(" ".join(text[at : at + UPDATE_WORDS])) for at in range(0, ROUNDS * 7, 7)]
    for words in updates:
        for listener in listeners:
            listener.hear(words, ())
    taken = []
    for words in updates:
        began = time.thread_time()
        for listener in listeners:
            listener.hear(words, ())
        taken.append((time.thread_time() - began) * 1e6)
    return {"median": round(statistics.median(taken)), "p99": round(statistics.quantiles(taken, n=100)[98])}


if __name__ == "__main__":
    main()

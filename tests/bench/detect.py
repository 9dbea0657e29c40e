"""Prints, as JSON, how well and how fast the detectors hear: `python -m tests.bench.detect [--misses]`."""

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from assist import advising, settings
from assist.advise import TextCalls, Wish
from assist.advising import Advising
from assist.overlay_events import CueHeard, SuggestionShown
from detectors.contract import Detector
from streaming.types import Words
from tests.bench import cases_told, conversations, said_back
from tests.bench.conversations import Turns
from tests.bench.withdrawals import withdrawn
from tests.detectors import marked_lines, spoken_turns
from tests.detectors.spoken_turns import SpokenTurn

KINDS = ("objections", "emotions", "agreement")  # in the order of `marked_lines.detectors`
TENTATIVE_WORDS = 2
EVERY_WORDS = 2
GROWING_TURNS = 150
GROWING_IN_CALLS = 400
"""Turns of calls in which something is sold."""


def main() -> None:
    """Scores the example files and the frozen turns, counts false alarms, and hears turns as they grow."""
    listeners = marked_lines.detectors()
    report: dict[str, Any] = {part: _scores(f"{part}.txt", listeners) for part in ("tune", "frozen")}
    report["spoken_turns"] = _spoken_scores(spoken_turns.FROZEN, listeners)
    desk = conversations.helpdesk().items()
    report["helpdesk"] = _false_alarms(turns for name, turns in desk if not conversations.is_taught(name))
    report["bank_calls"] = _false_alarms(conversations.bank_calls().values())
    parts = advising.load(settings.load())
    parts.parser.wait()
    report["growing_turns"] = _growing(parts, spoken_turns.read("calls")[:GROWING_TURNS])
    report["said_back"] = said_back.scores(parts)
    report["cases"] = cases_told.scores(parts)
    report["suggestions"] = withdrawn(parts, spoken_turns.read("pitches")[:GROWING_IN_CALLS])
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
    """The same over turns as they are said, with the means over the classes of each kind of listening."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for turn in spoken_turns.read(part):
        heard = {cue.name for cue in marked_lines.heard_in(turn.text, listeners, turn.before)}
        right.update(turn.cues & heard)
        missed.update(turn.cues - heard)
        wrong.update(heard - turn.cues)
    scores = {name: _score(right[name], wrong[name], missed[name]) for name in sorted({*right, *wrong, *missed})}
    macro = {kind: _mean(scores, listener) for kind, listener in zip(KINDS, listeners, strict=True)}
    return {"all": _score(right.total(), wrong.total(), missed.total()), "macro": macro, **scores}


def _mean(scores: dict[str, dict[str, float]], listener: Detector) -> dict[str, float]:
    figures = ("precision", "recall", "f1")
    return {figure: round(statistics.mean(scores[name][figure] for name in listener.names), 3) for figure in figures}


def _score(right: int, wrong: int, missed: int) -> dict[str, float]:
    precision = right / max(1, right + wrong)
    recall = right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + wrong + missed)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3), "said": right + missed}


def _false_alarms(calls: Iterable[Turns]) -> dict[str, Any]:
    """Cues told and suggestions shown, as if each call had been heard at 170 words a minute."""
    parts = advising.load(settings.load())
    cues, shown, calls_ms = Counter[str](), Counter[str](), 0
    for number, turns in enumerate(calls):
        texts = TextCalls(parts.for_call, parts.playbook, Wish(as_json=True, is_independent=False, tells_all=False))
        at_ms = 0
        for speaker, text in turns:
            line = msgspec.json.encode({"call": number, "speaker": speaker, "text": text}).decode()
            for envelope in texts.read(1, line):
                at_ms = max(at_ms, envelope.at_ms)
                cues.update([envelope.event.cue] if isinstance(envelope.event, CueHeard) else [])
                shown.update([envelope.event.cue] if isinstance(envelope.event, SuggestionShown) else [])
        calls_ms += at_ms
    if not calls_ms:
        return {"skipped": "no calls in ../shared/data or $ASSIST_DATA"}
    per_10_minutes = round(shown.total() * 600_000 / calls_ms, 2)
    minutes = round(calls_ms / 60_000, 1)
    return {"minutes": minutes, "cues": dict(cues), "shown": dict(shown), "suggestions_per_10_minutes": per_10_minutes}


def _growing(parts: Advising, turns: Iterable[SpokenTurn]) -> dict[str, Any]:
    """Turns heard as they grow, two words at a time, the last two tentative: what is taken back, CPU time an update,
    advice and all.

    `lost` were told of words that stood, and would not be told of the whole turn.
    """
    told, taken_back, lost, taken_ms = 0, 0, 0, []
    for turn in turns:
        detection, advice = parts.for_call(turn.text)
        detection.hear(marked_lines.words_of(turn.rep or "", speaker="rep"))
        open_names: set[str] = set()
        for words in _growth(turn.text):
            began = time.thread_time()
            heard = detection.hear(words)
            advice.hear(heard, words, words.all[-1].end_ms)
            taken_ms.append((time.thread_time() - began) * 1000)
            told += len({cue.name for cue in heard.new} - open_names)
            taken_back += len(heard.gone)
            open_names = (open_names | {cue.name for cue in heard.new}) - {cue.name for cue in heard.gone}
        whole = {cue.name for listener in parts.detectors.values() for cue in listener.hear(words, turn.before)}
        lost += len(open_names - whole)
    spread = statistics.quantiles(taken_ms, n=20)
    speed = {
        "median": round(statistics.median(taken_ms), 1),
        "p95": round(spread[-1], 1),
        "max": round(max(taken_ms), 1),
    }
    return {"told": told, "taken_back": taken_back, "lost": lost, "updates": len(taken_ms), "ms_per_update": speed}


def _growth(text: str) -> Iterator[Words]:
    parts = text.split()
    for count in range(EVERY_WORDS, len(parts), EVERY_WORDS):
        yield marked_lines.words_of(" ".join(parts[:count]), tentative=min(count, TENTATIVE_WORDS))
    yield marked_lines.words_of(text)


if __name__ == "__main__":
    main()

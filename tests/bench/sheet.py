"""Prints 100 labels, mirrors and summaries as they would be shown, for somebody to judge who did not write the code.

    python -m tests.bench.sheet [SEED] > sheet.tsv

Drawn with a seed, 4 if none is given: labels and mirrors for turns that taught nothing, with the cues that were meant
by who wrote them (so that what is judged is the sentence, not the detection), and up to 16 summaries of whole calls
among them. A line: number, technique, cue, what was said, what is shown; the verdict is the reader's.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from assist import advising, settings
from assist.advising import Advising
from assist.decisions import Shown
from assist.detection import Heard
from assist.phrasing import Phrase, Phrasing
from detectors.contract import Cue
from streaming.types import Speaker, Word, Words
from tests.detectors import marked_clauses, spoken_turns
from tests.detectors.marked_clauses import MarkedTurn
from tests.detectors.spoken_turns import SpokenTurn

LINES, MIRRORS, SUMMARIES = 100, 22, 16
WORD_MS, PAUSE_MS = 350, 1_000
Line = tuple[str, str, str, str]
"""Technique, cue, what was said, what is shown."""


def main() -> None:
    """The sheet, tab-separated."""
    loaded = advising.load(settings.load())
    loaded.parser.wait()
    drawn = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
    turns = list(spoken_turns.read(spoken_turns.UNSEEN))
    drawn.shuffle(turns)
    asked = [(turn.text, sorted(turn.cues)[0]) for turn in turns if turn.cues - {"thats_right"}]
    calls = [call for part in ("calls", "pitches") for call in _calls(list(spoken_turns.read(part)))]
    calls += _calls(list(marked_clauses.read(marked_clauses.FROZEN)))
    drawn.shuffle(calls)
    others = [
        *_taken(MIRRORS, (line for each in asked[::-1] for line in _phrased(loaded, *each, "mirror"))),
        *_taken(SUMMARIES, (line for call in calls for line in _advised(loaded, call) if line[0] == "summary")),
    ]
    labels = _taken(LINES - len(others), (line for each in asked for line in _phrased(loaded, *each, "label")))
    for number, line in enumerate((*labels, *others), 1):
        print(number, *line, sep="\t")


def _taken(count: int, lines: Iterator[Line]) -> list[Line]:
    return [line for _, line in zip(range(count), lines, strict=False)]


def _phrased(loaded: Advising, text: str, name: str, technique: str) -> Iterator[Line]:
    """The first phrase of that kind for a turn of which the cue is known, in a call of its own."""
    words = words_said("prospect", 0, text, 0)
    cue = Cue("objection", name, "prospect", text, 0, words.all[-1].end_ms, confidence=1.0, firm=True)
    phrasing = Phrasing(loaded.playbook, text, loaded.parser.parse, loaded.judge)
    phrasing.hear(Heard((cue,), ()), words)
    ways: list[Phrase] = phrasing.ways(cue, words, False)
    yield from ((way.technique, name, text, way.text) for way in ways if way.technique == technique)


def _advised(loaded: Advising, call: list[tuple[Speaker, str]]) -> Iterator[Line]:
    """What is shown in a whole call, with all that the prospect had said."""
    detection, advice = loaded.for_call(call[0][1])
    now_ms, said = 0, ""
    numbers: dict[Speaker, int] = {"rep": 0, "prospect": 0}
    for speaker, text in call:
        words = words_said(speaker, numbers[speaker], text, now_ms)
        numbers[speaker] += 1
        said = f"{said} | {text}" if speaker == "prospect" else said
        now_ms = words.all[-1].end_ms
        decisions = advice.hear(detection.hear(words), words, now_ms)
        now_ms += PAUSE_MS
        for decision in (*decisions, *advice.tick(now_ms)):
            if isinstance(decision, Shown):
                shown = decision.suggestion
                yield shown.technique, shown.cue, said.removeprefix(" | "), shown.text


def words_said(speaker: Speaker, number: int, text: str, from_ms: int) -> Words:
    words = tuple(
        Word(word, from_ms + i * WORD_MS, from_ms + (i + 1) * WORD_MS, 1.0) for i, word in enumerate(text.split())
    )
    return Words(speaker, number, words, (), is_final=True)


def _calls(turns: Sequence[SpokenTurn | MarkedTurn]) -> Iterator[list[tuple[Speaker, str]]]:
    """Calls in which something is sold, as turns of both."""
    for _, its_turns in groupby((turn for turn in turns if turn.call is not None), key=lambda turn: turn.call):
        both: list[tuple[Speaker, str | None]] = []
        for turn in its_turns:
            both += [("rep", turn.rep), ("prospect", turn.text)]
        yield [(speaker, text) for speaker, text in both if text]


if __name__ == "__main__":
    main()

"""Of how many frozen turns a case of a concern is told, and how many bear it out, for `tests.bench.detect`."""

from typing import Any

from assist.advising import Advising
from assist.cases import Cases
from assist.playbook_talk import Case
from assist.readings import Readings
from detectors.contract import Cue
from tests.bench.sheet import WORD_MS, words_said
from tests.detectors import spoken_turns
from tests.detectors.spoken_turns import SpokenTurn


def scores(parts: Advising) -> dict[str, Any]:
    """The first case that holds for each cue that a coach heard, against those whose label the coach would say."""
    asked = [(t, name) for t in spoken_turns.read(spoken_turns.FROZEN) for name in t.holds]
    told = [(turn, name, case) for turn, name in asked if (case := _first(parts, turn, name)) is not None]
    right = sum(
        any(parts.playbook.cues[name].when.get(held) is case for held in t.holds[name]) for t, name, case in told
    )
    has_one = sum(bool(turn.holds[name]) for turn, name in asked)
    return {"of": len(asked), "with_a_case": has_one, "told": len(told), "right": round(right / len(told), 3)}


def _first(parts: Advising, turn: SpokenTurn, name: str) -> Case | None:
    readings = Readings(parts.judge)
    if turn.rep:
        readings.hear(words_said("rep", 0, turn.rep, 0))
    words = words_said("prospect", 0, turn.text, WORD_MS * len((turn.rep or "").split()))
    cue = Cue(
        "objection", name, "prospect", turn.text, words.all[0].start_ms, words.all[-1].end_ms, confidence=1.0, firm=True
    )
    return next(Cases(parts.playbook, readings).holding(cue, words, turn.text), None)

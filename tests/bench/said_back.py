"""How well it is judged what is worth saying back and what is over, on the frozen calls, for `tests.bench.detect`."""

from collections.abc import Iterator
from typing import Any

from assist.advising import Advising
from assist.judging import Judging
from assist.summaries import EVEN
from tests.detectors import marked_clauses
from tests.detectors.marked_clauses import MarkedTurn

Judged = tuple[float, bool]
"""How likely it was held, and whether it is so."""


def scores(parts: Advising) -> dict[str, Any]:
    """Average precision of each, and precision and recall from the playbook's likelihoods on."""
    turns = marked_clauses.read(marked_clauses.FROZEN)
    playbook, judge = parts.playbook, parts.judge
    return {
        "worth saying back": _score(list(_worths(judge, turns)), playbook.summary.worth_from),
        "beside a concern": _score(list(_worths(judge, turns)), playbook.summary.worth_from_beside_concern),
        "answerable, of what is worth it": _score(list(_answerable(judge, turns)), EVEN),
        "accepts": _score(list(_outcomes(judge, turns, "accepts")), playbook.policy.settled_from),
        "ends": _score(list(_outcomes(judge, turns, "ends")), playbook.policy.parting_from),
    }


def _worths(judge: Judging, turns: tuple[MarkedTurn, ...]) -> Iterator[Judged]:
    for turn in turns:
        for clause, told in turn.clauses.items():
            worth = judge.worth(clause)
            yield (0.0 if worth is None else worth.worth), told is not None


def _answerable(judge: Judging, turns: tuple[MarkedTurn, ...]) -> Iterator[Judged]:
    for clause, told in ((clause, told) for turn in turns for clause, told in turn.clauses.items() if told):
        worth = judge.worth(clause)
        yield (0.0 if worth is None else worth.answerable), told == "offer"


def _outcomes(judge: Judging, turns: tuple[MarkedTurn, ...], ending: str) -> Iterator[Judged]:
    for turn in turns:
        reading = judge.reading(turn.text, turn.rep)
        yield (0.0 if reading is None else getattr(reading, ending)), turn.over == ending


def _score(judged: list[Judged], least: float) -> dict[str, float]:
    ranked = [right for _, right in sorted(judged, key=lambda each: -each[0])]
    hits = [sum(ranked[: at + 1]) / (at + 1) for at, right in enumerate(ranked) if right]
    told = [right for likely, right in judged if likely >= least]
    return {
        "average precision": round(sum(hits) / max(1, len(hits)), 3),
        "precision": round(sum(told) / max(1, len(told)), 3),
        "recall": round(sum(told) / max(1, sum(ranked)), 3),
        "said": sum(ranked),
        "of": len(ranked),
    }

"""Learns what is worth saying back and what is over, of `tests/detectors/clauses`: `python -m tests.bench.teach_judge`.

Logistic regression over what the sentence model that ships makes of each clause by itself, as it would be said back,
and of each turn of a call after what the rep said. The frozen calls have no part in it; a fifth of the others is kept
apart and judges. Deterministic on one machine.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assist import settings
from detectors.meaning import judge
from detectors.meaning.evidence import direction
from detectors.meaning.sense import sense
from tests.bench.teach_heads import regressed
from tests.bench.teaching import fold
from tests.detectors import marked_clauses
from tests.detectors.marked_clauses import MarkedTurn

Floats = npt.NDArray[np.float64]
Seen = tuple[MarkedTurn, str, str | None, str | None]
"""A turn, the text that is judged, what was said before it, and its mark."""

HELD_BACK = {"worth": 0.5, "answerable": 0.5, "accepts": 0.1, "ends": 0.1}
"""How strongly the weights of each are held near nothing; there are five thousand clauses, of 768 numbers each."""

FIRST = (0.05, 0.1)


def main() -> None:
    """Writes the .npz beside the manifest, and prints its hash and how well it ranks what was kept apart."""
    turns = [turn for part in marked_clauses.LEARNING for turn in marked_clauses.read(part)]
    clauses, outcomes = list(_clauses(turns)), list(_outcomes(turns))
    worthy = [seen for seen in clauses if seen[3]]
    told: list[tuple[list[Seen], Callable[[str | None], bool]]] = [
        (clauses, lambda mark: mark is not None),
        (worthy, lambda mark: mark == "offer"),
        (outcomes, lambda mark: mark == "accepts"),
        (outcomes, lambda mark: mark == "ends"),
    ]
    rows, report = [], {}
    for name, (seen, is_right) in zip(judge.NAMES, told, strict=True):
        right = np.array([is_right(mark) for *_, mark in seen])
        apart = np.array([fold(turn.text if turn.call is None else f"call {turn.call}") == 0 for turn, *_ in seen])
        given = np.array([[*towards(text, before), 1.0] for _, text, before, _ in seen])
        row = regressed(given[~apart], right[~apart].astype(np.float64), HELD_BACK[name])
        rows.append(row)
        report[name] = _ranked(given[apart] @ row, right[apart])
    file = io.BytesIO()
    table = np.array(rows, np.float32)
    np.savez(file, allow_pickle=False, names=np.array(judge.NAMES), said=table[:, :-1], offset=table[:, -1])
    Path(judge.__file__).with_name("judge.npz").write_bytes(file.getvalue())
    print(json.dumps({"sha256": hashlib.sha256(file.getvalue()).hexdigest(), **report}, indent=1))


def _clauses(turns: list[MarkedTurn]) -> Iterator[Seen]:
    for turn in turns:
        yield from ((turn, judge.said_back(clause), None, mark) for clause, mark in turn.clauses.items())


def _outcomes(turns: list[MarkedTurn]) -> Iterator[Seen]:
    yield from ((turn, turn.text, turn.rep, turn.over) for turn in turns if turn.call is not None)


def towards(text: str, before: str | None) -> Floats:
    """Where the text points after what was said before it, as the model that ships has it."""
    encoded = sense(settings.load().cache_dir).encoded(text, before)
    assert encoded is not None
    return direction(encoded.vectors).astype(np.float64)


def _ranked(scores: Floats, right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Average precision, and the precision of the likeliest twentieth and tenth."""
    hits = right[np.argsort(-scores, kind="stable")]
    so_far = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    first = {f"precision of the first {part:.0%}": round(float(so_far[int(len(hits) * part)]), 3) for part in FIRST}
    mean = round(float(so_far[hits].mean()), 3)
    return {"average precision": mean, **first, "of": len(hits), "right": int(hits.sum())}


if __name__ == "__main__":
    main()

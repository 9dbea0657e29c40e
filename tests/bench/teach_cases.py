"""Learns which case of a concern a turn is about, of `tests/detectors/turns`: `python -m tests.bench.teach_cases`.

A logistic regression for each case, over what the sentence model that ships makes of the turn after what the rep said,
among the turns with its cue that were looked at for it. The frozen turns have no part in it. Deterministic on one
machine.
"""

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.meaning import judge
from tests.bench.teach_heads import regressed
from tests.bench.teach_judge import towards
from tests.detectors import spoken_turns
from tests.detectors.spoken_turns import SpokenTurn

Floats = npt.NDArray[np.float64]

HELD_BACK = 0.1
"""How strongly the weights of each are held near nothing."""

LEAST_HELD = 15
"""Turns in which a case holds: of fewer its head could learn little but that it is rare."""


def main() -> None:
    """Writes the .npz beside the manifest, and prints its hash and of how many turns each cue's cases have learnt."""
    looked_at: dict[str, list[SpokenTurn]] = {}
    for turn in (turn for part in spoken_turns.LEARNING for turn in spoken_turns.read(part)):
        for name in turn.holds:
            looked_at.setdefault(name, []).append(turn)
    rows: dict[str, Floats] = {}
    for name, turns in looked_at.items():
        given = np.array([[*towards(turn.text, turn.rep), 1.0] for turn in turns])
        held = Counter(case for turn in turns for case in turn.holds[name])
        for case in sorted(case for case in held if held[case] >= LEAST_HELD):
            right = np.array([float(case in turn.holds[name]) for turn in turns])
            rows[f"{name}.{case}"] = regressed(given, right, HELD_BACK)
    names = sorted(rows)
    table = np.array([rows[name] for name in names], np.float16)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, names=np.array(names), said=table[:, :-1], offset=table[:, -1])
    Path(judge.__file__).with_name("cases.npz").write_bytes(file.getvalue())
    learnt_of = {name: len(turns) for name, turns in sorted(looked_at.items())}
    print(json.dumps({"sha256": hashlib.sha256(file.getvalue()).hexdigest(), "turns": learnt_of}, indent=1))


if __name__ == "__main__":
    main()

"""Makes the heads that ship of what the sentence model learnt: `python -m tests.bench.teach_heads MODEL.npz ...`.

Of several sittings the mean is taken, number by number, of a pair each matrix by itself (after Wortsman et al. 2022,
"Model soups"). That of the last two was chosen by the turns kept apart: macro F1 of objections 0.79 there, where the
eighth alone has 0.76 and the ninth 0.76, of emotions 0.84, 0.82 and 0.83.

The turns that were kept apart from the model's lessons tell how likely a class is, given what heads.py weighs (logistic
regression), and from which likelihood on it is told. The plain lines that the patterns were written with keep what they
are marked with, and get nothing else. The frozen turns have no part in it. Deterministic.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assist import settings
from detectors.meaning import heads, model
from detectors.meaning.encoder import Encoder
from detectors.meaning.evidence import evidence
from detectors.phrasebook import Phrasebook
from detectors.speech import spell
from tests.bench.rounded import as_kept
from tests.bench.teaching import BOOKS, NAMES, Lesson, lessons
from tests.detectors.marked_lines import words_of

Floats = npt.NDArray[np.float64]

PRECISION_OF_KIND = {"objection": 0.83, "emotion": 0.85}
PRECISION_OF_CLASS = {"thats_right": 0.95, "youre_right": 0.93}
"""What a kind, or a class by itself, should reach where it is told of. A card asks for more: the playbook's
`min_confidence`. A breakthrough that is none costs most; but with 0.98 an eighth of those kept apart went unheard."""

TRUSTED = {"objection": 0.05, "emotion": 0.25, "agreement": 0.25}
"""From which likelihood on a pattern that matched is told. Patterns were written for plain wordings, of which there are
too few objections among the turns kept apart to judge them by: of those only what the heads find absurd is kept back,
and what they doubt is told with their likelihood, too low for a card."""


def main() -> None:
    """Writes the .npz beside the manifest, and prints its hash and what it reaches on the turns kept apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learnt", type=Path, nargs="+")
    mean = _mean(parser.parse_args().learnt)
    scores = {name: mean.pop(name) for name in ("said", "bias")}
    learnt = as_kept(mean)
    apart = [lesson for lesson in lessons() if lesson.is_apart]
    plain = [lesson for lesson in lessons() if not lesson.judges and lesson.rep is None]
    given, given_plain = _given(apart, learnt, scores), _given(plain, learnt, scores)
    rows = [_fitted(given[:, at], apart, name) for at, name in enumerate(NAMES)]
    likely = np.stack([_likely(given[:, at], rows[at]) for at in range(len(NAMES))], axis=1)
    told = [_bar_of(likely, apart, name) for name in NAMES]
    rules = [
        _kept(_likely(given_plain[:, at], rows[at]), given_plain[:, at, 2] > 0, plain, name)
        for at, name in enumerate(NAMES)
    ]
    bars = {
        "least": [max(bar, above) for bar, (_, above, _) in zip(told, rules, strict=True)],
        "least_few": [max(bar, *above) for bar, (_, *above) in zip(told, rules, strict=True)],
        "least_matched": [
            min(bar, below, TRUSTED[_book(name).kind])
            for name, bar, (below, *_) in zip(NAMES, told, rules, strict=True)
        ],
    }
    file = io.BytesIO()
    held = {
        "names": np.array(NAMES),
        **scores,
        "weighs": np.array([row[:-1] for row in rows], np.float32),
        "offset": np.array([row[-1] for row in rows], np.float32),
        **{name: np.array(value, np.float32) for name, value in bars.items()},
        **{heads.LESSON + name: value for name, value in learnt.items()},
    }
    np.savez_compressed(file, allow_pickle=False, **held)
    Path(heads.__file__).with_name("heads.npz").write_bytes(file.getvalue())
    print(
        json.dumps(
            {
                "sha256": hashlib.sha256(file.getvalue()).hexdigest(),
                **_measured(likely, given[:, :, 2] > 0, bars, apart),
            },
            indent=1,
        )
    )


def _mean(files: Sequence[Path]) -> dict[str, Any]:
    """Of what the files hold, name by name."""
    held = []
    for file in files:
        with np.load(file) as found:
            held.append(dict(found))
    return {name: np.mean([one[name] for one in held], axis=0, dtype=np.float32) for name in held[0]}


def _given(apart: Sequence[Lesson], learnt: dict[str, Any], scores: dict[str, Any]) -> Floats:
    """Lessons x classes x 4: what is weighed (heads.py)."""
    lesson_of_all = {name: value.astype(np.float32) for name, value in learnt.items()}
    encoder = Encoder(model.prepared(lesson_of_all, settings.load().cache_dir))
    said, bias = (scores[name].astype(np.float32) for name in ("said", "bias"))
    rows = []
    for lesson in apart:
        seen = evidence(lesson.text, encoder.encode(lesson.text, lesson.rep))
        matched = _matched(lesson)
        patterns = np.array([matched.get(name, 0.0) for name in NAMES], np.float32)
        rows.append(heads.weighed(said, bias, seen, patterns))
    return np.array(rows, np.float64)


def _matched(lesson: Lesson) -> dict[str, float]:
    words = words_of(lesson.text).all
    return {found.name: found.confidence for book in BOOKS for found in book.found(words, lesson.before)}


def _fitted(given: Floats, apart: Sequence[Lesson], name: str) -> Floats:
    """Four weights and a constant. A pattern that matched speaks for its class or not at all: what the turns kept apart
    have of plain wordings are the misleading ones."""
    rows = [at for at, lesson in enumerate(apart) if name not in lesson.may]
    seen = np.hstack([given[rows], np.ones((len(rows), 1))])
    right = np.array([name in apart[at].cues for at in rows], np.float64)
    weights = regressed(seen, right)
    if weights[2] < 0:
        weights = np.insert(regressed(np.delete(seen, 2, axis=1), right), 2, 0.0)
    return weights


SETTLED = 1e-10
"""Of a weight: nothing moves any more."""


def regressed(seen: Floats, right: Floats, held_back: float = 0.1) -> Floats:
    """Logistic regression by Newton's method, held back but for the constant, which comes last."""
    weights, held = np.zeros(seen.shape[1]), np.append(np.full(seen.shape[1] - 1, held_back), 0.0)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
        slope = seen.T @ (likely - right) + held * weights
        bend = (seen * (likely * (1 - likely))[:, None]).T @ seen + np.diag(held + 1e-6)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < SETTLED:
            break
    return weights


def _likely(given: Floats, row: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-(given @ row[:-1] + row[-1])))
    return result


def _bar_of(likely: Floats, apart: Sequence[Lesson], name: str) -> float:
    """From which likelihood on a class is told of where no pattern matched.

    One bar for all objections and one for all emotions: likelihoods are calibrated, and some fifty turns a class are
    too few for its own. What agrees has a bar for each: a breakthrough that is none costs more than a surrender that is
    none. What is doubted is told of in no case.
    """
    book = _book(name)
    if name in PRECISION_OF_CLASS:
        bar = _bar(likely, apart, frozenset({name}), PRECISION_OF_CLASS[name])
    else:
        bar = _bar(likely, apart, book.names, PRECISION_OF_KIND[book.kind])
    return max(bar, heads.DOUBTED)


def _bar(likely: Floats, apart: Sequence[Lesson], names: frozenset[str], precision: float) -> float:
    """The lowest likelihood from which on telling of these classes has the wanted precision."""
    rows = [at for at, lesson in enumerate(apart) if lesson.judges]
    columns = [at for at, name in enumerate(NAMES) if name in names]
    ranked = likely[np.ix_(rows, columns)].ravel()
    right = np.array([NAMES[column] in apart[row].cues for row in rows for column in columns])
    order = np.argsort(-ranked, kind="stable")
    hits, told = np.cumsum(right[order]), np.arange(1, len(order) + 1)
    at = int(np.flatnonzero(hits >= precision * told)[-1])
    return float(ranked[order][at : at + 2].mean())


def _kept(
    likely: Floats, matched: npt.NDArray[np.bool_], plain: Sequence[Lesson], name: str
) -> tuple[float, float, float]:
    """Bars for a class that leave the plain lines as they are marked: below right matches, above what is wrong in lines
    of more than a few words, and of few."""
    right = np.array([name in lesson.cues for lesson in plain])
    wrong = np.array([name not in lesson.cues | lesson.may for lesson in plain])
    below = likely[right & matched]
    few = np.array([_is_few(lesson) for lesson in plain])
    above = [float(likely[wrong & ~matched & lines].max(initial=0.0)) * 1.02 for lines in (~few, few)]
    # Half: plain lines that nobody wrote down lie lower.
    return float(below.min(initial=0.5)) * 0.5, above[0], above[1]


def _is_few(lesson: Lesson) -> bool:
    return sum(len(spell(word)) for word in lesson.text.split()) <= heads.FEW_WORDS


def _book(name: str) -> Phrasebook:
    return next(book for book in BOOKS if name in book.names)


def _measured(
    likely: Floats, matched: npt.NDArray[np.bool_], bars: dict[str, list[float]], apart: Sequence[Lesson]
) -> dict[str, Any]:
    """Precision, recall and F1 by class on the turns kept apart; the bars were chosen on them, so it flatters."""
    figures = {}
    rows = [at for at, lesson in enumerate(apart) if lesson.judges]
    few = np.array([_is_few(lesson) for lesson in apart])[:, None]
    unmatched = np.where(few, bars["least_few"], bars["least"])
    told_all = np.where(matched, likely >= np.array(bars["least_matched"]), likely >= unmatched)
    for number, name in enumerate(NAMES):
        told = told_all[rows, number]
        right = np.array([name in apart[at].cues for at in rows])
        hits = int((told & right).sum())
        figures[name] = {
            "bars": {kind: round(value[number], 3) for kind, value in bars.items()},
            "precision": round(hits / max(1, int(told.sum())), 3),
            "recall": round(hits / max(1, int(right.sum())), 3),
            "f1": round(2 * hits / max(1, int(told.sum() + right.sum())), 3),
        }
    return figures


if __name__ == "__main__":
    main()

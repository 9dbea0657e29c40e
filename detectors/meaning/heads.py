"""Linear heads over sentence embeddings: how likely each class is, as it was learnt from turns; pure."""

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.meaning.evidence import Evidence
from detectors.meaning.released import released

Floats = npt.NDArray[np.float32]

MANIFEST = "heads.toml"
DOUBTED, DOUBTED_EARLY = 0.25, 0.75
"""Where the heads hold a class less likely than this, they doubt it; and while its words may still change."""

FEW_WORDS = 7

LESSON = "lesson/"
"""What a change to the sentence model is kept under."""


class Heads(msgspec.Struct, frozen=True):
    """One row a class of `names`. A class is told of when its likelihood reaches its `least`; where a pattern matched
    as well, its `least_matched`; where none did and little was said, its `least_few`: of few words patterns know more.

    A score is `said` . evidence.said + `bias`; `weighs` (classes x 4) makes a likelihood of what `weighed` lists, and
    `offset` is its constant. They fit the sentence model that had `lessons` (lesson.py).
    """

    names: tuple[str, ...]
    said: Floats
    bias: Floats
    weighs: Floats
    offset: Floats
    least: Floats
    least_few: Floats
    least_matched: Floats
    lessons: Mapping[str, Floats]

    def least_of(self, name: str, word_count: int, is_matched: bool) -> float:
        """From which likelihood on a class is told of."""
        unmatched = self.least_few if word_count <= FEW_WORDS else self.least
        return float((self.least_matched if is_matched else unmatched)[self.names.index(name)])

    def direction_of(self, name: str) -> Floats:
        """Where in the space of meanings a class lies."""
        direction: Floats = self.said[self.names.index(name)]
        return direction

    def likelihoods(self, given: Evidence, patterns: Mapping[str, float]) -> dict[str, float]:
        """0..1 by class; `patterns` is the confidence of the patterns that matched, by class."""
        matched = np.array([patterns.get(name, 0.0) for name in self.names], np.float32)
        logits = (self.weighs * weighed(self.said, self.bias, given, matched)).sum(axis=1) + self.offset
        return dict(zip(self.names, (1 / (1 + np.exp(-logits))).tolist(), strict=True))


def weighed(said: Floats, bias: Floats, given: Evidence, matched: Floats) -> Floats:
    """Classes x 4: the score of the whole, the best score of a clause, the confidence of the pattern that matched, and
    the whole's best score of another class, since a concern that is one is seldom the other. `said`, `bias`: Heads'."""
    whole, best = said @ given.said + bias, (given.clauses @ said.T).max(axis=0) + bias
    first = int(whole.argmax())
    others = np.full(len(whole), whole[first])
    others[first] = np.delete(whole, first).max()
    return np.stack([whole, best, matched, others], axis=1)


@cache
def shipped() -> Heads:
    """The heads that ship, read once a process; raises ModelMismatch."""
    return read(files("detectors.meaning"))


def read(folder: Traversable) -> Heads:
    """The heads beside the manifest in a folder; raises ModelMismatch where they are not those that were released."""
    return parse(released(folder, MANIFEST))


def parse(raw: bytes) -> Heads:
    """Heads from the bytes of an .npz file."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as held:
        lessons = {
            name.removeprefix(LESSON): held[name].astype(np.float32) for name in held.files if name.startswith(LESSON)
        }
        fields = [name for name in Heads.__struct_fields__ if name not in ("names", "lessons")]
        rows = {name: held[name].astype(np.float32) for name in fields}
        return Heads(tuple(held["names"].tolist()), **rows, lessons=lessons)

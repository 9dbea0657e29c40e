"""What is told of a turn beside its cues: what is worth saying back, what it ends, and what a concern is about."""

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.meaning.evidence import direction
from detectors.meaning.released import released
from detectors.meaning.sense import Sense

Floats = npt.NDArray[np.float32]

MANIFEST, CASES = "judge.toml", "cases.toml"
NAMES = ("worth", "answerable", "accepts", "ends")


class Worth(msgspec.Struct, frozen=True):
    """How likely (0..1) a clause is worth saying back, and if so, how likely a good answer settles it: what they hold
    against the offer, not how things are with them."""

    worth: float
    answerable: float


class Reading(msgspec.Struct, frozen=True):
    """How likely (0..1) they take an answer or agree to a step in a turn, and how likely it `ends` the call.

    `cases`, by "CUE.CASE": given that the cue is there, how likely that case of it is what they are about.
    """

    accepts: float
    ends: float
    cases: Mapping[str, float]


class Rows(msgspec.Struct, frozen=True):
    """One of each of n `names`: a likelihood is the logistic function of `said` (n x 768) . direction + `offset`."""

    names: tuple[str, ...]
    said: Floats
    offset: Floats

    def likelihoods(self, towards: Floats) -> Mapping[str, float]:
        """0..1 by name; `towards` (768) is where a text points."""
        scores = self.said @ towards + self.offset
        return dict(zip(self.names, (1 / (1 + np.exp(-scores))).tolist(), strict=True))


class Judge:
    """The sentence model, asked for more than cues; None where it has failed."""

    def __init__(self, sense: Sense, rows: Rows, cases: Rows) -> None:
        self._sense = sense
        self._rows = rows
        self._cases = cases

    def worth(self, clause: str) -> Worth | None:
        """Of a clause as it would be said back: "you're short two drivers"."""
        towards = self._towards(said_back(clause), None)
        if towards is None:
            return None
        likely = self._rows.likelihoods(towards)
        return Worth(likely["worth"], likely["answerable"])

    def reading(self, turn: str, asked: str | None) -> Reading | None:
        """Of a turn; `asked` is what the rep said before it."""
        towards = self._towards(turn, asked)
        if towards is None:
            return None
        likely = self._rows.likelihoods(towards)
        return Reading(likely["accepts"], likely["ends"], self._cases.likelihoods(towards))

    def _towards(self, text: str, before: str | None) -> Floats | None:
        encoded = self._sense.encoded(text, before)
        return None if encoded is None else direction(encoded.vectors)


def said_back(clause: str) -> str:
    """As it would stand in a summary."""
    return f"So {clause}."


@cache
def shipped(manifest: str) -> Rows:
    """The rows that ship with one of the manifests, read once a process; raises ModelMismatch."""
    with np.load(io.BytesIO(released(files("detectors.meaning"), manifest)), allow_pickle=False) as held:
        return Rows(tuple(held["names"].tolist()), held["said"].astype(np.float32), held["offset"].astype(np.float32))

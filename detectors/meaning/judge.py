"""What of a turn is worth saying back in a summary, and whether it ends what stood in the way."""

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

MANIFEST = "judge.toml"
NAMES = ("worth", "answerable", "accepts", "ends")


class Worth(msgspec.Struct, frozen=True):
    """How likely (0..1) a clause is worth saying back, and if so, how likely a good answer settles it: what they hold
    against the offer, not how things are with them."""

    worth: float
    answerable: float


class Outcome(msgspec.Struct, frozen=True):
    """How likely (0..1) they take an answer or agree to a step in a turn, and how likely it `ends` the call."""

    accepts: float
    ends: float


class Rows(msgspec.Struct, frozen=True):
    """One of each `NAMES`: a likelihood is the logistic function of `said` (4 x 768) . direction + `offset`."""

    said: Floats
    offset: Floats

    def likelihoods(self, towards: Floats) -> Mapping[str, float]:
        """0..1 by name; `towards` (768) is where a text points."""
        scores = self.said @ towards + self.offset
        return dict(zip(NAMES, (1 / (1 + np.exp(-scores))).tolist(), strict=True))


class Judge:
    """The sentence model, asked for more than cues; None where it has failed."""

    def __init__(self, sense: Sense, rows: Rows) -> None:
        self._sense = sense
        self._rows = rows

    def worth(self, clause: str) -> Worth | None:
        """Of a clause as it would be said back: "you're short two drivers"."""
        likely = self._likelihoods(said_back(clause), None)
        return None if likely is None else Worth(likely["worth"], likely["answerable"])

    def outcome(self, turn: str, asked: str | None) -> Outcome | None:
        """Of a turn; `asked` is what the rep said before it."""
        likely = self._likelihoods(turn, asked)
        return None if likely is None else Outcome(likely["accepts"], likely["ends"])

    def _likelihoods(self, text: str, before: str | None) -> Mapping[str, float] | None:
        encoded = self._sense.encoded(text, before)
        return None if encoded is None else self._rows.likelihoods(direction(encoded.vectors))


def said_back(clause: str) -> str:
    """As it would stand in a summary."""
    return f"So {clause}."


@cache
def shipped() -> Rows:
    """The rows that ship, read once a process; raises ModelMismatch."""
    with np.load(io.BytesIO(released(files("detectors.meaning"), MANIFEST)), allow_pickle=False) as held:
        return Rows(held["said"].astype(np.float32), held["offset"].astype(np.float32))

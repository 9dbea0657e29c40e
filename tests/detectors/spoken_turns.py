"""Prospects' turns written as they are said on the phone, each with the cues that a strict coach hears in it.

`frozen.jsonl` and `unseen.jsonl` were written apart from the others, are never tuned on, and judge; the others are
there to learn from.
"""

from pathlib import Path

import msgspec

from detectors.contract import Turn

FOLDER = Path(__file__).parent / "turns"
FIRST = (
    "objections",
    "emotions",
    "ordinary",
    "concerns",
    "refusals",
    "feelings",
    "plain",
    "calls",
    "oblique",
    "exits",
    "moods",
    "errands",
    "messy",
    "pitches",
    "spirits",
    "corporate",
    "direct",
    "everyday",
    "mixed",
)
SECOND = ("deciders", "doubts", "agreeing", "voices")
THIRD = ("stories", "answers", "nods")
FOURTH = ("rivals", "settled", "stakes", "concessions", "asides", "undertones")
SEVENTH = (
    *("incumbents", "sufficient", "signatures", "farewells", "proofs", "tempers", "replies", "brevities"),
    *("offices", "premises", "institutions", "plants", "monologues", "discoveries", "shades"),
)
EIGHTH = (
    *("hazards", "contenders", "committees", "waverers", "confirmations", "contentments", "snippets", "ramblers"),
    *("tariffs", "openers", "showings", "renewals", "dialects", "twins", "deflections"),
)
NINTH = ("surrenders", "nailed", "unneeded", "unease", "mandates", "dispositions", "dithering", "exchanges")
SITTINGS = (FIRST, SECOND, THIRD, FOURTH, (), (), SEVENTH, EIGHTH, NINTH)
"""What is new in each sitting (`tests.bench.teach_model`): written when those before had shown what the model did not
understand."""
LEARNING = tuple(part for parts in SITTINGS for part in parts)
FROZEN = "frozen"
UNSEEN = "unseen"
"""What sheets are drawn from: written apart, each turn with the cue that matters most in it, and learnt by nothing."""
JUDGING = (FROZEN, UNSEEN)


class SpokenTurn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rep` is what the rep said just before, where it is told; `hard` marks the most oblique. Turns with
    the same `call` follow each other in one call. `holds`: of a cue that was looked at for it, the cases whose label
    a coach would say, best first; none where only one for the whole of the cue would do."""

    text: str
    cues: frozenset[str]
    rep: str | None = None
    hard: bool = False
    call: int | None = None
    holds: dict[str, tuple[str, ...]] = {}

    @property
    def before(self) -> tuple[Turn, ...]:
        """The rep's turn as context."""
        return () if self.rep is None else (Turn("rep", self.rep, 0, 0),)


def read(part: str) -> tuple[SpokenTurn, ...]:
    """The turns of one file."""
    lines = (FOLDER / f"{part}.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=SpokenTurn) for line in lines)

"""Turns with what a coach would say back of them, in a summary, and with what is over in them.

`frozen.jsonl` was written and marked apart from the others, is never tuned on, and judges; the others are there to
learn from. Clauses are as the code made them when they were marked; those that it makes no more are left out.
"""

from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent / "clauses"
LEARNING = ("calls", "turns")
FROZEN = "frozen"


class MarkedTurn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rep` is what the rep said just before, where it is told. Turns with the same `call` follow each other in one.

    `clauses`: each as it would be said back, with what it tells: their `situation`, whatever the rep answers; what they
    hold against the `offer`, until it is answered; or nothing that is worth saying back. `over`: they take an answer or
    agree to a step, and nothing is left in the way; or the call ends. Only turns of calls are marked with it.
    """

    text: str
    rep: str | None = None
    call: int | None = None
    over: Literal["accepts", "ends"] | None = None
    clauses: dict[str, Literal["situation", "offer"] | None] = {}


def read(part: str) -> tuple[MarkedTurn, ...]:
    """The turns of one file."""
    lines = (FOLDER / f"{part}.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=MarkedTurn) for line in lines)

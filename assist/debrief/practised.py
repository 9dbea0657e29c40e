"""Of a practice: what each turn of the rep's did to the prospect, as the journal tells it; pure."""

from typing import Literal

import msgspec

from assist.debrief.record import CallRecord
from assist.practice.events import Tried

Effect = Literal["opened", "closed", "kept"]


class PractisedTurn(msgspec.Struct, frozen=True):
    """What the rep tried, in which words, what the prospect said to it from `at_ms` on, and what it did to them."""

    at_ms: int
    tried: Tried
    because: str
    answer: str
    effect: Effect


def practised_turns(record: CallRecord) -> tuple[PractisedTurn, ...]:
    """Each turn that they answered, in order; none of a call that was no practice."""
    turns = []
    was = 0
    for at_ms, told in record.answers:
        if told.tried is not None:
            effect: Effect = "kept" if told.openness == was else "opened" if told.openness > was else "closed"
            turns.append(PractisedTurn(at_ms, told.tried, told.because, told.text, effect))
        was = told.openness
    return tuple(turns)

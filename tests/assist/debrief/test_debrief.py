"""The whole of it: the same record gives the same debrief, whatever was said."""

from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.debrief import debrief_of
from tests.assist.debrief.scene import A_CALL, ENTRIES, Line, debrief, record

TEXT = st.text(min_size=1, max_size=60)
LINES = st.lists(st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(0, 90_000), TEXT), max_size=8)


def test_it_has_every_part() -> None:
    """Of a call with some of everything."""
    told = debrief(*A_CALL)
    for part in ("findings", "moves", "outcomes", "concerns", "offered", "moments", "followup"):
        assert getattr(told, part), part


def test_an_empty_call_has_a_debrief_too() -> None:
    """It says that too little was said."""
    told = debrief()
    assert told.findings == () and told.moments == () and told.measures.concerns == 0


@given(LINES)
def test_whatever_was_said(lines: list[Line]) -> None:
    """In any script, over each other, in any order: twice the same."""
    spoken = [line for line in lines if line[2].split()]
    call = record(*spoken)
    assert debrief_of(call, ENTRIES) == debrief_of(call, ENTRIES)

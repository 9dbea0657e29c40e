"""A call is told once of each change: that words are late, or on time again, and what a busy machine leaves out."""

from hypothesis import given
from hypothesis import strategies as st

from assist.lateness import LATE_MS, ON_TIME_MS, Lateness
from assist.overlay_events import Lagging
from streaming.effort import Step

looks = st.lists(st.tuples(st.integers(0, 6_000), st.sampled_from(Step)), max_size=60)


def test_late_and_on_time_again_have_bounds_of_their_own() -> None:
    """Else it would be told to and fro."""
    lateness = Lateness(None)
    told = [lateness.look(ms, Step.AS_EVER) for ms in (LATE_MS, LATE_MS + 1, ON_TIME_MS, ON_TIME_MS - 1, LATE_MS)]
    assert told == [None, Lagging(True, LATE_MS + 1, 0), None, Lagging(False, ON_TIME_MS - 1, 0), None]


def test_a_call_that_begins_on_a_busy_machine_is_told() -> None:
    """And one that another node left late and is on time here."""
    assert Lateness(None).look(200, Step.NO_TENTATIVE) == Lagging(False, 200, 2)
    assert Lateness(Lagging(True, 4_000, 3)).look(200, Step.AS_EVER) == Lagging(False, 200, 0)
    assert Lateness(Lagging(True, 4_000, 3)).look(4_000, Step.NARROW_CONTEXT) is None


@given(looks)
def test_what_was_told_last_is_always_so(seen: list[tuple[int, Step]]) -> None:
    """No silence about words that wait for longer than they may, none about a step, and nothing twice."""
    lateness, last = Lateness(None), Lagging(False, 0)
    for waiting_ms, step in seen:
        told = lateness.look(waiting_ms, step)
        assert told is None or (told.is_late, told.step) != (last.is_late, last.step)
        last = told or last
        assert last.step == step
        assert last.is_late or waiting_ms <= LATE_MS
        assert not last.is_late or waiting_ms >= ON_TIME_MS

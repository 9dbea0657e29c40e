"""A connection may send at once what it has saved up, and then no faster than it may on average."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.pace import Pace


def test_a_burst_is_free_and_what_follows_waits() -> None:
    """Ten at once, then five a second."""
    pace = Pace(5.0, 10.0, now_s=100.0)
    assert [pace.take(1, 100.0) for _ in range(10)] == [0.0] * 10
    assert pace.take(1, 100.0) == 0.2
    assert pace.take(1, 100.0) == 0.4
    assert pace.take(1, 101.0) == 0.0


@given(st.lists(st.tuples(st.floats(0.01, 50), st.floats(0, 3)), max_size=60))
def test_whoever_waits_as_told_is_never_faster_than_the_pace(takes: list[tuple[float, float]]) -> None:
    """Whatever is taken when: in any time, no more than the burst and the average of that time."""
    pace = Pace(5.0, 10.0, now_s=0.0)
    now_s = taken = 0.0
    for amount, pause_s in takes:
        now_s += pause_s
        taken += amount
        now_s += pace.take(amount, now_s)
        assert taken <= 10.0 + 5.0 * now_s + 1e-6

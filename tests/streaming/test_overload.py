"""Steps of overload are taken and left in order, by waits of their own time, and not to and fro."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streaming.effort import AS_EVER, EFFORTS, Step
from streaming.overload import CALM_S, ENTERED_S, LEAST_WAITS, LEFT_AT, MOST_WAITS, RISE_S, WINDOW_S, Overload

TOP = Step.NO_NEW_CALLS
LONG_S = ENTERED_S[TOP] + 0.1


def looks(overload: Overload, wait_s: float, for_s: float, since_s: float = 0.0) -> Iterator[tuple[float, Step]]:
    """A busy node on which each pass waits so long: ten passes and a look each second; when, and where it is then."""
    for second in range(1, round(for_s) + 1):
        now_s = since_s + second
        for tenth in range(10):
            overload.waited(wait_s, now_s - tenth / 10)
        overload.look((), now_s)
        yield now_s, overload.step


def at(step: Step) -> Overload:
    """A node that has come to that step, at the time 0."""
    overload = Overload()
    now_s = -1_000.0
    while overload.step < step:
        now_s += 1
        for _ in range(LEAST_WAITS):
            overload.waited(ENTERED_S[Step(overload.step + 1)] + 0.01, now_s)
        overload.look((), now_s)
    return overload


def test_all_is_as_ever_at_first_and_where_nobody_looks() -> None:
    """However long passes wait."""
    overload = Overload()
    for second in range(2 * MOST_WAITS):
        overload.waited(9.0, float(second))
    assert (overload.step, overload.effort) == (Step.AS_EVER, AS_EVER)
    assert len(overload._waits) == MOST_WAITS


def test_a_long_wait_takes_every_step_in_its_order() -> None:
    """One at a time, and each gets the time to show what it brings."""
    steps = [step for _, step in looks(Overload(), LONG_S, 12)]
    assert list(dict.fromkeys(steps)) == list(Step)[1:]
    assert all(steps.count(step) >= RISE_S for step in Step if step not in (Step.AS_EVER, TOP))
    assert [effort.step for effort in EFFORTS] == list(Step)


def test_calm_leaves_every_step_in_its_order_and_not_soon() -> None:
    """Each takes its time of calm."""
    seen = list(looks(at(TOP), 0.01, 4 * CALM_S + 10))
    left = [now_s for (_, before), (now_s, step) in pairwise(seen) if step < before]
    assert [b - a >= CALM_S for a, b in pairwise(left)] == [True] * 3
    assert seen[-1][1] == Step.AS_EVER and seen[round(CALM_S) - 2][1] == TOP


def test_what_waits_now_counts_though_nothing_begins() -> None:
    """A recogniser that hangs begins no pass at all."""
    overload = Overload()
    for second in range(1, 20):
        overload.look([float(second)] * LEAST_WAITS, float(second))
    assert overload.step == TOP and overload.wait_s == 19.0


def test_a_step_is_judged_by_waits_of_its_own_time() -> None:
    """Those that led to it say nothing of what it brings."""
    overload = Overload()
    for _ in range(LEAST_WAITS):
        overload.waited(LONG_S, 0.0)
    assert overload.look((), 0.0)
    assert not overload.look((), RISE_S) and overload.step == Step.LONGER_INTERVAL and overload.wait_s == 0.0


def test_a_single_hiccup_is_no_load() -> None:
    """A few long waits, with nothing else or among many short ones."""
    overload = Overload()
    for _ in range(LEAST_WAITS - 1):
        overload.waited(30.0, 0.0)
    assert not overload.look((), 0.5)
    for number in range(100):
        overload.waited(0.01, 0.6 + number / 1000)
    assert not overload.look((), 1.0) and overload.step == Step.AS_EVER


@given(st.sampled_from([step for step in Step if step]), st.lists(st.floats(0.0, 1.0), min_size=20, max_size=60))
def test_between_its_bounds_a_step_is_neither_left_nor_passed(step: Step, shares: list[float]) -> None:
    """Whatever waits there are between those at which it is left and at which the next is taken."""
    overload = at(step)
    least_s, most_s = LEFT_AT * ENTERED_S[step] + 0.001, ENTERED_S.get(Step(min(TOP, step + 1)), 99.0)
    for second, share in enumerate(shares, 1):
        for _ in range(10):
            overload.waited(least_s + share * (most_s - least_s), float(second))
        assert not overload.look((), float(second))
    assert overload.step == step


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.floats(0.1, 12.0)), max_size=80))
def test_whatever_comes_it_goes_one_step_at_a_time_and_each_way_in_its_time(moves: list[tuple[float, float]]) -> None:
    """Up no sooner than RISE_S after the last change, down no sooner than CALM_S after it; and the wait is of now."""
    overload = Overload()
    now_s, changed_s = 100.0, float("-inf")
    for wait_s, pause_s in moves:
        now_s += pause_s
        before = overload.step
        for _ in range(LEAST_WAITS):
            overload.waited(wait_s, now_s)
        has_changed = overload.look((), now_s)
        assert has_changed == (overload.step != before)
        assert overload.effort is EFFORTS[overload.step]
        if has_changed:
            assert now_s - changed_s >= (RISE_S if overload.step > before else CALM_S)
            assert overload.step - before == (1 if overload.wait_s > ENTERED_S[Step(max(1, overload.step))] else -1)
            changed_s = now_s
    overload.look((), now_s + WINDOW_S + 0.1)
    assert overload.wait_s == 0.0


@given(st.floats(0.0, min(ENTERED_S.values())), st.lists(st.floats(0.0, 20.0), max_size=60))
def test_short_waits_change_nothing_ever(most_s: float, pauses_s: list[float]) -> None:
    """A node that is not loaded does all as ever, however its passes come."""
    overload = Overload()
    now_s = 0.0
    for pause_s in pauses_s:
        now_s += pause_s
        for _ in range(20):
            overload.waited(most_s, now_s)
        assert not overload.look([most_s], now_s)
    assert overload.effort is AS_EVER

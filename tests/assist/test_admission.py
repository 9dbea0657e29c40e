"""A node that has no room says so and when to come again, and asks for no new calls before it comes to that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.admission import (
    BUSY_AGAIN_S,
    FULL_AGAIN_S,
    GOING_AGAIN_S,
    Standing,
    no_room,
    no_room_to_go_on,
    why_not_ready,
)
from streaming.effort import Step

standings = st.builds(
    Standing, st.integers(0, 40), st.integers(1, 30), st.sampled_from(Step), st.floats(0, 9), st.booleans()
)


@given(standings)
def test_whoever_is_not_taken_would_not_have_been_sent(standing: Standing) -> None:
    """Readiness ends no later than room does."""
    if no_room(standing) is not None:
        assert why_not_ready(standing)


@given(standings)
def test_more_load_never_makes_room(standing: Standing) -> None:
    """One more call, one step more, or the end of the node."""
    calls, most, step = standing.calls, standing.max_calls, standing.step
    for worse in (
        Standing(calls + 1, most, step, standing.wait_s, standing.is_draining),
        Standing(calls, most, Step(min(step + 1, Step.NO_NEW_CALLS)), standing.wait_s, standing.is_draining),
        Standing(calls, most, step, standing.wait_s, True),
    ):
        assert no_room(standing) is None or no_room(worse) is not None
        assert not why_not_ready(standing) or why_not_ready(worse)


@pytest.mark.parametrize(
    ("standing", "why", "after_s"),
    [
        (Standing(3, 15, is_draining=True), "this server is going down", GOING_AGAIN_S),
        (Standing(15, 15), "15 calls are running, as many as max_calls allows", FULL_AGAIN_S),
        (Standing(3, 15, Step.NO_NEW_CALLS, 2.4), "the recogniser is too busy for one more call", BUSY_AGAIN_S),
    ],
)
def test_who_is_refused_is_told_why_and_when_to_come_again(standing: Standing, why: str, after_s: int) -> None:
    """In words and as a number."""
    full = no_room(standing)
    assert (no_room_to_go_on(standing) is None) == (standing.step == Step.NO_NEW_CALLS)
    assert full is not None and full.retry_after_s == after_s
    assert str(full) == f"{why}; try again in {after_s} s"


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing(0, 15), ""),
        (Standing(13, 15, Step.NO_TENTATIVE, 1.2), ""),
        (Standing(14, 15), "14 calls are running of the 15 of max_calls"),
        (Standing(179, 200), ""),
        (Standing(180, 200), "180 calls are running of the 200 of max_calls"),
        (Standing(0, 1), ""),
        (Standing(1, 2), "1 calls are running of the 2 of max_calls"),
        (Standing(3, 15, Step.NARROW_CONTEXT, 1.7), "the recogniser is waited for 1.7 s (overload step 3)"),
        (Standing(3, 15, is_draining=True), "going down"),
    ],
)
def test_readiness_ends_before_the_node_is_full(standing: Standing, why: str) -> None:
    """With the reason; a node for one call alone is ready until it has it."""
    assert why_not_ready(standing) == why


def test_until_then_there_is_room() -> None:
    """The last place is for who was on the way."""
    assert no_room(Standing(14, 15, Step.NARROW_CONTEXT, 1.7)) is None

"""Loops of tokens, found wherever they begin."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.whisper.loops import loop_in


@given(before=st.lists(st.integers(0, 9), max_size=6), piece=st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_any_round_said_three_times_is_seen(before: list[int], piece: list[int]) -> None:
    """Where it begins or a round later, whole rounds only."""
    tokens = [*before, *piece * 3]
    loop = loop_in(tokens)
    assert loop is not None and loop.rounds >= 3
    first = tokens[loop.start : loop.start + loop.size]
    assert tokens[loop.start : loop.start + loop.size * loop.rounds] == first * loop.rounds


@given(st.lists(st.integers(0, 99), unique=True))
def test_tokens_that_never_recur_are_no_loop(tokens: list[int]) -> None:
    """Nor is what is said twice."""
    assert loop_in(tokens) is None
    assert loop_in(tokens * 2) is None

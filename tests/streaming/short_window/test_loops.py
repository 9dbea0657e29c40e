"""Loops, told from speech by tokens alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.short_window.loops import is_loop, limit_tokens


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_any_round_said_four_times_is_a_loop(before: list[int], piece: list[int]) -> None:
    """Whatever was said before it, and however long the round, up to twelve tokens."""
    assert is_loop([*before, *piece * 4])


@given(st.lists(st.integers(0, 99), unique=True))
def test_tokens_that_never_recur_are_no_loop(tokens: list[int]) -> None:
    """Plain speech passes."""
    assert not is_loop(tokens)


@pytest.mark.parametrize("tokens", [[7, 7, 7], [1, 2, 1, 2], [1, 2, 3, 1, 2, 3]])
def test_what_people_do_say_is_no_loop(tokens: list[int]) -> None:
    """ "No, no, no", and a phrase said twice, are speech."""
    assert not is_loop(tokens)


@pytest.mark.parametrize("seconds, tokens", [(0, 8), (1, 13), (10, 58)])
def test_the_limit_grows_with_the_speech(seconds: int, tokens: int) -> None:
    """Five tokens a second, and eight besides for what is said fast and short."""
    assert limit_tokens(seconds * 16_000) == tokens

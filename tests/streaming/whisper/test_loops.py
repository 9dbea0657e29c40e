"""Loops of tokens, found wherever they begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.whisper.loops import Loop, loop_in, without_loop


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


def words(*lengths_s: float) -> list[dict[str, object]]:
    """One token each, one after the other."""
    ends = [sum(lengths_s[: i + 1]) for i in range(len(lengths_s))]
    return [
        {"word": f"w{i}", "tokens": [i], "start": end - length, "end": end}
        for i, (end, length) in enumerate(zip(ends, lengths_s, strict=True))
    ]


def test_rounds_that_take_time_were_said() -> None:
    """ "No, no, no": each as long as it takes to say."""
    said = words(0.3, 0.2, 0.2, 0.2, 0.3)
    assert without_loop(said, Loop(1, 1, 3), is_overlong=False) == said


@pytest.mark.parametrize(("lengths_s", "is_overlong"), [((0.3, 0.2, 0.0, 0.0), False), ((0.3, 0.2, 0.2, 0.2), True)])
def test_a_loop_is_cut_behind_its_first_round(lengths_s: tuple[float, ...], is_overlong: bool) -> None:
    """There is no sound for the others, or more tokens than can be said."""
    said = words(*lengths_s)
    assert without_loop(said, Loop(1, 1, 3), is_overlong) == said[:2]

"""Times from attention, against a way that is found step by step."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.whisper import alignment

Doubles = npt.NDArray[np.float64]


def by_hand(cost: Doubles) -> list[int]:
    """The cheapest way of all, tried one by one from its end: the column at which it comes to each row."""

    def cheapest(row: int, column: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if (row, column) == (0, 0):
            return float(cost[0, 0]), ((0, 0),)
        before = [(row - 1, column - 1), (row - 1, column), (row, column - 1)]
        total, way = min(cheapest(*place) for place in before if min(place) >= 0)
        return total + float(cost[row, column]), (*way, (row, column))

    _, way = cheapest(cost.shape[0] - 1, cost.shape[1] - 1)
    return [min(column for r, column in way if r == row) for row in range(cost.shape[0])]


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 999))
def test_the_cheapest_way_is_found(rows: int, columns: int, seed: int) -> None:
    """Of all that go forward in both."""
    cost = np.random.default_rng(seed).normal(size=(rows, columns))
    assert alignment._warped(cost) == by_hand(cost)


@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 99))
def test_times_go_forward_and_stay_inside(tokens: int, steps: int, seed: int) -> None:
    """The first token begins at once, and there is a time for each and for the end of the last."""
    attention = np.random.default_rng(seed).normal(size=(2, tokens + 3, steps)).astype(np.float32)
    starts = alignment.starts(attention, 1)
    assert len(starts) == tokens + 1
    assert starts == sorted(starts)
    assert starts[0] == 0 and starts[-1] < steps


@pytest.mark.parametrize("heads", [1, 4])
def test_a_token_begins_where_the_heads_begin_to_look(heads: int) -> None:
    """Each token is attended to for ten steps."""
    attention = np.full((heads, 1 + 6 + 1, 60), -8.0, np.float32)
    for token in range(6):
        attention[:, 1 + token, 10 * token : 10 * token + 10] = 0
    found = alignment.starts(attention, 1)
    assert np.abs(np.array(found) - 10 * np.arange(6)).max() <= 2

"""Times from attention, against a way that is found step by step."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.whisper import alignment

Doubles = npt.NDArray[np.float64]


def by_hand(cost: Doubles) -> float:
    """What the cheapest way costs, cell by cell."""
    totals = np.full((cost.shape[0] + 1, cost.shape[1] + 1), np.inf)
    totals[0, 0] = 0
    for row in range(cost.shape[0]):
        for column in range(cost.shape[1]):
            before = min(totals[row, column], totals[row, column + 1], totals[row + 1, column])
            totals[row + 1, column + 1] = cost[row, column] + before
    return float(totals[-1, -1])


@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 99))
def test_the_cheapest_way_is_found(rows: int, columns: int, seed: int) -> None:
    """A whole row at once costs what going cell by cell costs."""
    cost = np.random.default_rng(seed).normal(size=(rows, columns))
    assert alignment._totals(cost)[-1, -1] == pytest.approx(by_hand(cost))


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

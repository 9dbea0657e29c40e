"""Cross-attention -> when each token begins; pure. As OpenAI's Whisper does it (Radford et al. 2022, `timing.py`).

What each head attends to is made even over the tokens, smoothed over time, and averaged over the heads; the way through
it that is attended to most, forward in text and time alike, tells when each token is reached (dynamic time warping).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

SMOOTHED = 7
"""steps of time, of which the median is taken"""

TINY = 1e-10


def starts(attention: Floats, skipped: int) -> list[int]:
    """The step of time at which each token is reached.

    `attention` is heads x tokens x time, before the softmax; the first `skipped` tokens and the last only count in
    evening out.
    """
    cost = np.zeros(attention.shape[1:])
    for head in attention:  # one at a time: some models have hundreds
        likely = np.exp(head - head.max(axis=-1, keepdims=True))
        likely /= likely.sum(axis=-1, keepdims=True)
        spread = np.maximum(likely.std(axis=0), TINY)
        cost -= _smoothed((likely - likely.mean(axis=0)) / spread) / len(attention)
    return _warped(cost[skipped:-1])


def _smoothed(attended: Floats) -> Floats:
    """The median over time of each token's (tokens x time); at the ends what lies inside is mirrored."""
    reach = SMOOTHED // 2
    if attended.shape[-1] <= reach:
        return attended
    padded = np.pad(attended, ((0, 0), (reach, reach)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED, axis=-1)
    middle: Floats = np.partition(windows, reach, axis=-1)[..., reach]
    return middle


def _warped(cost: Doubles) -> list[int]:
    """The column at which the cheapest way through `cost` (rows x columns), corner to corner, comes to each row."""
    totals = _totals(cost)
    row, column = len(cost), cost.shape[1]
    reached = [0] * row
    while row > 0 and column > 0:
        reached[row - 1] = column - 1
        both, up, back = totals[row - 1, column - 1], totals[row - 1, column], totals[row, column - 1]
        if both < up and both < back:
            row, column = row - 1, column - 1
        elif up < both and up < back:
            row -= 1
        else:
            column -= 1
    return reached


def _totals(cost: Doubles) -> Doubles:
    """What it costs to come to each place (rows + 1 x columns + 1), with a border of infinite cost before the first."""
    totals = np.full((cost.shape[0] + 1, cost.shape[1] + 1), np.inf)
    totals[0, 0] = 0
    for row, costs in enumerate(cost, start=1):
        # total[j] = cost[j] + min(before[j], total[j - 1]), which is the cheapest place to enter the row by.
        before = np.minimum(totals[row - 1, :-1], totals[row - 1, 1:])
        along: Doubles = np.cumsum(costs)
        entered = before - np.concatenate([[0.0], along[:-1]])
        totals[row, 1:] = along + np.minimum.accumulate(entered)
    return totals

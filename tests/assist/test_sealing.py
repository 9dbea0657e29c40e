"""Of a call's sound only that is let out which may be heard, and not before it is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assist.sealing import MOST_HELD_MS, Known, Sealing
from assist.weaving import Samples
from streaming.redaction.redactor import Stretch

BLOCK_MS = 200
PER_MS = 16


def block() -> Samples:
    """200 ms of two loud sides."""
    return np.ones((BLOCK_MS * PER_MS, 2), np.int16)


def millis(blocks: list[Samples]) -> list[bool]:
    """Whether anything is heard, each millisecond."""
    sound = np.concatenate([np.zeros((0, 2), np.int16), *blocks])
    heard: list[bool] = np.any(sound.reshape(-1, PER_MS * 2), axis=1, keepdims=True)[:, 0].tolist()
    return heard


@given(
    st.lists(st.tuples(st.integers(0, 900), st.lists(st.integers(0, 800), max_size=2)), min_size=1, max_size=30),
)
def test_only_what_is_known_and_not_hidden_is_heard(steps: list[tuple[int, list[int]]]) -> None:
    """However knowledge comes, all of it is in time, and a number that is hidden late enough is never let out."""
    sealing, out = Sealing(), list[Samples]()
    until_ms, hidden = 0, list[Stretch]()
    for forward_ms, lengths in steps:
        hidden += [Stretch(until_ms, until_ms + length) for length in lengths]
        until_ms += forward_ms
        known = Known(until_ms, tuple(hidden))
        out += sealing.add(block(), known)
        assert len(millis(out)) <= until_ms
    out += sealing.rest(known)
    heard = millis(out)
    assert len(heard) == len(steps) * BLOCK_MS
    assert heard == [
        at_ms < until_ms and not any(one.start_ms <= at_ms < one.end_ms for one in hidden)
        for at_ms in range(len(heard))
    ]
    assert sealing.silenced_ms >= max(0, len(heard) - until_ms - sum(one.end_ms - one.start_ms for one in hidden))


def test_what_waits_for_too_long_is_silence() -> None:
    """So that memory is bounded; what is known later does not bring it back, what comes then is heard."""
    sealing, nothing = Sealing(), Known(0, ())
    count = MOST_HELD_MS // BLOCK_MS
    assert [list(sealing.add(block(), nothing)) for _ in range(count)] == [[]] * count
    silent = [one for _ in range(5) for one in sealing.add(block(), nothing)]
    assert millis(silent) == [False] * 5 * BLOCK_MS and sealing.silenced_ms == 5 * BLOCK_MS
    known = Known((count + 6) * BLOCK_MS, ())
    assert millis(list(sealing.add(block(), known))) == [True] * (count + 1) * BLOCK_MS

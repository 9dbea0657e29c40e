"""The fuzzer finds faults that are there, and says how to see them again."""

import random

import pytest

from streaming.protocols import deepgram, fork
from streaming.types import AudioFrame
from tests.bench import fuzz as module
from tests.bench.fuzz import OTHERS, converse, fuzz
from tests.streaming.protocols.test_contract import NAMES


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_every_parser_stands_some_hundreds(name: str) -> None:
    """Good and bad messages both come up, and the same seed gives the same."""
    told = fuzz(name, 300, seed=7)
    assert told["inputs"] >= 300 and 0 < told["violations"] < told["inputs"]
    assert told | {"seconds": 0} == fuzz(name, 300, seed=7) | {"seconds": 0}


def test_a_fault_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be seen again."""

    def broken(*_: object) -> tuple[()]:
        raise IndexError

    monkeypatch.setattr(deepgram.DeepgramProtocol, "receive", broken)
    with pytest.raises(IndexError) as caught:
        fuzz("deepgram", 100, seed=1)
    assert caught.value.__notes__ == ["in the call of seed 'deepgram 1 0'"]


def test_a_clock_that_leaps_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though no exception tells it."""
    monkeypatch.setattr(fork.ForkProtocol, "closed", lambda _: (AudioFrame("rep", 20, b""),))
    with pytest.raises(AssertionError, match="leaps"):
        for number in range(20):
            converse(random.Random(number), "fork", fork)


def test_a_forged_request_that_passes_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """As is a good one that does not."""
    for verdict in (True, False):
        monkeypatch.setattr(module, "is_right", lambda _, verdict=verdict: verdict)
        with pytest.raises(AssertionError, match="judged wrongly"):
            fuzz("http_signature", 200, seed=1)

"""More evidence never makes a word less sure, and one doubtful word holds back those behind it."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.agreement import Seen
from streaming.sureness import EDGE_MS, STALE_MS, Demand, sure_prefix, sureness
from streaming.types import Word

OLD_MS = 1_500


def demand(sureness: float, passes: int = 1) -> Demand:
    """So much of each word."""
    return Demand(sureness, passes, OLD_MS)


def seen(confidence: float, passes: int = 1, end_ms: int = 1_000) -> Seen:
    """A word that ends there."""
    return Seen(Word("cost", end_ms - 300, end_ms, confidence), passes)


evidences = st.tuples(st.floats(0, 1), st.integers(1, 5), st.integers(-200, 3_000))


@given(one=evidences, other=evidences)
def test_more_evidence_never_makes_a_word_less_sure(one: tuple[float, int, int], other: tuple[float, int, int]) -> None:
    """Confidence, passes and sound behind it each count for the word."""
    confidence, passes, behind_ms = map(max, one, other)
    least = sureness(seen(one[0], one[1]), 1_000 + one[2])
    assert 0 < least < 1
    assert sureness(seen(float(confidence), int(passes)), 1_000 + int(behind_ms)) >= least


def test_a_word_cut_by_the_edge_is_in_doubt() -> None:
    """Half a word is often written as another."""
    assert sureness(seen(0.5), 1_000 + EDGE_MS - 1) < 0.5 < sureness(seen(0.5), 1_000 + EDGE_MS)


def test_words_are_sure_in_order_only() -> None:
    """What comes behind a doubtful word may change with it."""
    words = [seen(0.99, 3), seen(0.05), seen(0.99, 3)]
    assert sure_prefix(words, 2_300, demand(0.9)) == 1
    assert sure_prefix(words, 2_300, demand(0.0)) == 3
    assert sure_prefix([], 2_500, demand(0.9)) == 0


def test_so_many_passes_can_be_asked_for() -> None:
    """However confident the recogniser is."""
    assert sure_prefix([seen(1.0, 1)], 3_500, demand(0.5, 2)) == 0
    assert sure_prefix([seen(1.0, 2)], 3_500, demand(0.5, 2)) == 1


def test_an_old_word_holds_nobody_back() -> None:
    """However doubtful; but it must have been said twice where that is asked for."""
    doubtful = [seen(0.01, 2), seen(0.99, 3)]
    assert sure_prefix(doubtful, 1_000 + OLD_MS - 1, demand(0.93, 2)) == 0
    assert sure_prefix(doubtful, 1_000 + OLD_MS, demand(0.93, 2)) == 2
    assert sure_prefix([seen(0.01, 1)], 1_000 + STALE_MS - 1, demand(0.93, 2)) == 0


def test_a_word_that_is_written_anew_each_time_holds_nobody_back_for_long() -> None:
    """As numbers are, in digits and in words."""
    assert sure_prefix([seen(0.01, 1), seen(0.01, 1)], 1_000 + STALE_MS, demand(0.93, 2)) == 2

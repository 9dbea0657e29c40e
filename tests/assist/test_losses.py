"""The first loss is told at once, a rain of them in sums, and none is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from assist.losses import SUMMED_MS, Losses
from streaming.types import Gap


def test_a_rain_of_losses_is_told_in_sums() -> None:
    """20 ms lost each 400 ms: one at once, then one sum each five seconds."""
    losses = Losses()
    told = [(ms, gap) for ms in range(0, 12_000, 400) for gap in losses.add(Gap("prospect", ms, 20), ms)]
    assert told[0] == (0, Gap("prospect", 0, 20))
    assert [ms for ms, _ in told] == [0, 5_200, 10_400]
    assert told[1][1] == Gap("prospect", 400, 20 * 13)


def test_a_sum_comes_with_time_alone() -> None:
    """When nothing more is lost it is told all the same."""
    losses = Losses()
    losses.add(Gap("rep", 0, 20), 0)
    assert losses.add(Gap("rep", 100, 40), 100) == ()
    assert losses.due(SUMMED_MS - 1) == ()
    assert losses.due(SUMMED_MS) == (Gap("rep", 100, 40),)
    assert losses.rest() == ()


@given(
    st.lists(st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(1, 900), st.integers(0, 3_000)), max_size=40)
)
def test_no_loss_is_forgotten(lost: list[tuple[str, int, int]]) -> None:
    """The sums are the whole, whoever lost how much how often."""
    losses, now_ms, told_ms = Losses(), 0, 0
    for speaker, length_ms, pause_ms in lost:
        now_ms += pause_ms
        gap = Gap("rep" if speaker == "rep" else "prospect", now_ms, length_ms)
        told_ms += sum(g.duration_ms for g in losses.add(gap, now_ms))
    told_ms += sum(g.duration_ms for g in losses.rest())
    assert told_ms == sum(length_ms for _, length_ms, _ in lost)

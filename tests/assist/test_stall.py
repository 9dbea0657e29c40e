"""A stall is told once, and so is its end."""

from assist.stall import STALLED_S, Stall


def test_a_stall_begins_once_and_ends_with_the_next_frame() -> None:
    """Jitter is none; a second one is told again."""
    stall = Stall(0.0)
    assert not stall.begins(STALLED_S - 0.1)
    assert stall.begins(STALLED_S) and not stall.begins(STALLED_S + 1)
    assert stall.is_over(STALLED_S + 2) and not stall.is_over(STALLED_S + 3)
    assert not stall.begins(2 * STALLED_S + 2.9) and stall.begins(2 * STALLED_S + 3)

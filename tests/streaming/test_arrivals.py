"""Lag is measured from when the sound at a place of the call arrived."""

from streaming.arrivals import KEPT_MS, Arrivals


def test_lag_counts_from_the_frame_that_holds_the_place() -> None:
    """A place inside a frame arrived with that frame."""
    arrivals = Arrivals()
    arrivals.note(20, 100.0)
    arrivals.note(40, 100.5)
    assert arrivals.since(15, 101.0) == 1_000
    assert arrivals.since(21, 101.0) == 500
    assert arrivals.since(40, 101.0) == 500


def test_both_speakers_frames_of_a_time_count_once() -> None:
    """The first of them says when that time arrived."""
    arrivals = Arrivals()
    arrivals.note(20, 100.0)
    arrivals.note(20, 107.0)
    assert arrivals.since(20, 108.0) == 8_000


def test_sound_that_is_not_here_has_no_lag() -> None:
    """A word may be placed a little beyond the sound."""
    assert Arrivals().since(500, 3.0) == 0


def test_memory_is_bounded() -> None:
    """After hours only the last minutes are kept."""
    arrivals = Arrivals()
    for end_ms in range(20, 4 * KEPT_MS, 20):
        arrivals.note(end_ms, end_ms / 1000)
    assert len(arrivals._ends_ms) == len(arrivals._times_s) <= KEPT_MS // 20 + 1
    assert arrivals.since(4 * KEPT_MS - 1_000, 4 * KEPT_MS / 1000) == 1_000

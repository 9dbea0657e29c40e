"""Times as people and files write them."""

import pytest

from assist.debrief.formats.clock import clock, seconds, stamp


@pytest.mark.parametrize(("at_ms", "told"), [(0, "0:00"), (62_999, "1:02"), (3_602_000, "1:00:02"), (-5, "0:00")])
def test_clock(at_ms: int, told: str) -> None:
    """Hours only where there are any."""
    assert clock(at_ms) == told


@pytest.mark.parametrize(
    ("duration_ms", "told"), [(0, "none"), (400, "0.4 s"), (-900, "-0.9 s"), (19_400, "19 s"), (125_000, "2 min 5 s")]
)
def test_seconds(duration_ms: int, told: str) -> None:
    """As exact as a glance needs."""
    assert seconds(duration_ms) == told


def test_stamp() -> None:
    """Hours always, as captions want them."""
    assert stamp(3_723_004, ",") == "01:02:03,004"

"""What the soak bench reads out of memory and words."""

import pytest

from tests.bench.soak import Held, Spoken, growth, slope_per_hour, times


def _loop(number: int, *words: tuple[str, int]) -> list[Spoken]:
    return [Spoken("rep", word, number * 10_000 + start_ms) for word, start_ms in words]


def test_growth_counts_from_the_tenth_minute() -> None:
    """What a process takes while it warms up is no leak."""
    held = [
        Held(0, 100, 200, 9),
        Held(9, 150, 300, 20),
        Held(10, 140, 310, 12),
        Held(11, 139, 318, 14),
        Held(12, 138, 312, 16),
    ]
    assert growth(held) == {"server": 0.0, "recogniser": 8.0}
    assert growth(held[:2]) is None
    assert slope_per_hour(held) == {"server": -60.0, "recogniser": 60.0, "descriptors": 120.0}
    assert slope_per_hour(held[:4]) is None, "two points are no slope"


def test_places_are_compared_within_the_loop() -> None:
    """A word that was misheard in one loop is left out; a clock that drifts shows."""
    spoken = [
        *_loop(0, ("good", 1_000), ("morning", 1_500), ("price", 4_000)),
        *_loop(1, ("good", 1_050), ("evening", 1_500), ("price", 4_000)),
        *_loop(2, ("good", 1_300), ("morning", 1_800), ("price", 4_300)),
        *_loop(3, ("good", 1_900)),
    ]
    found = times(spoken, 10_000, loops=3)  # the fourth is not whole
    assert (found["loops"], found["words_in_first_loop"]) == (3, 3)
    assert found["apart_s"]["all"]["count"] == 5
    assert found["apart_s"]["last_loop"]["median"] == 0.3
    assert found["right_within_0.1_s"] == pytest.approx(0.4)
    assert found["same_words"] == pytest.approx(5 / 6, abs=1e-4)


def test_one_loop_or_none_has_nothing_to_compare() -> None:
    """A smoke run is short."""
    assert times(_loop(0, ("good", 1_000)), 10_000, loops=1)["right_within_0.1_s"] is None
    assert times([], 10_000, loops=2)["same_words"] is None

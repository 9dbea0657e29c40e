"""Heads make likelihoods of evidence, and are only used as they were released."""

import io
from typing import Any

import numpy as np
import pytest

from detectors.meaning import heads
from detectors.meaning.evidence import WIDTH, Evidence
from detectors.meaning.heads import LESSON, Heads, parse, shipped, weighed
from tests.detectors import marked_lines

AXES = np.eye(WIDTH, dtype=np.float32)
TWO = Heads(
    names=("price", "worry"),
    said=AXES[:2],
    bias=np.array([0.0, 0.0], np.float32),
    weighs=np.array([[1.0, 1.0, 2.0, -1.0], [0.0, 0.0, 0.0, 0.0]], np.float32),
    offset=np.array([-1.0, 0.0], np.float32),
    least=np.array([0.5, 0.75], np.float32),
    least_few=np.array([0.5, 0.875], np.float32),
    least_matched=np.array([0.25, 0.125], np.float32),
    lessons={"a.bias": np.array([1.0], np.float32)},
)


def likely(said: int, clause: int, patterns: dict[str, float]) -> float:
    """How likely price is, when each points along one axis."""
    return TWO.likelihoods(Evidence(AXES[said], AXES[[clause]]), patterns)["price"]


def test_each_kind_of_evidence_adds_to_the_likelihood() -> None:
    """The whole, the best clause, and a pattern that matched."""
    assert likely(9, 9, {}) == pytest.approx(1 / (1 + np.e))
    assert likely(0, 9, {}) == likely(9, 0, {}) == likely(9, 9, {"price": 0.5}) == pytest.approx(0.5)
    assert likely(9, 9, {"worry": 0.9}) == likely(9, 9, {})


def test_what_speaks_for_another_class_speaks_against_this_one() -> None:
    """The whole's best score of any other; what a class scores itself does not count among them."""
    assert likely(1, 9, {}) == pytest.approx(1 / (1 + np.e**2))
    nothing, bias = Evidence(AXES[9], AXES[[9]]), np.array([0.5, 2.0, -1.0, 2.0], np.float32)
    assert weighed(AXES[:4], bias, nothing, bias)[:, 3].tolist() == [2.0, 2.0, 2.0, 2.0]
    assert weighed(AXES[:3], bias[:3], nothing, bias[:3])[:, 3].tolist() == [2.0, 0.5, 2.0]


def test_a_class_has_its_own_bar_and_direction() -> None:
    """By its name."""
    assert (TWO.least_of("worry", 8, is_matched=False), TWO.least_of("worry", 7, is_matched=False)) == (0.75, 0.875)
    assert TWO.least_of("worry", 8, is_matched=True) == TWO.least_of("worry", 7, is_matched=True) == 0.125
    assert np.array_equal(TWO.direction_of("worry"), AXES[1])


def test_heads_are_read_back_as_written() -> None:
    """Rows by class, and what the model was taught."""
    file = io.BytesIO()
    rows = {name: getattr(TWO, name) for name in TWO.__struct_fields__ if name not in ("names", "lessons")}
    written: dict[str, Any] = {"names": np.array(TWO.names), **rows, f"{LESSON}a.bias": TWO.lessons["a.bias"]}
    np.savez(file, **written)
    found = parse(file.getvalue())
    assert (found.names, found.lessons) == (TWO.names, TWO.lessons)
    assert all(np.array_equal(getattr(found, name), value) for name, value in rows.items())


def test_the_shipped_heads_know_every_class_and_are_small() -> None:
    """One a class of the phrasebooks."""
    names = {name for listener in marked_lines.detectors() for name in listener.names}
    assert set(shipped().names) == names
    bars = zip(shipped().least_matched, shipped().least, shipped().least_few, strict=True)
    assert all(0 < matched <= least <= few < 1 for matched, least, few in bars)


def test_the_shipped_heads_hear_a_pattern_and_tell_nothing_that_they_doubt() -> None:
    """A pattern speaks for its class or not at all: a "That's right." was less likely one for having matched."""
    assert (shipped().weighs[:, 2] >= 0).all()
    assert (shipped().least >= heads.DOUBTED).all()

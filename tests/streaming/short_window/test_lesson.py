"""Lessons, kept in files."""

from pathlib import Path

import numpy as np

from streaming.short_window.lesson import Lesson, read, save


def test_a_lesson_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """But for the steps of 16-bit sound; and no partial file stays behind, which training would take for a lesson."""
    rng = np.random.default_rng(0)
    lesson = Lesson(
        rng.uniform(-1, 1, 8000).astype(np.float32),
        np.array([50, 53, 4, 5], np.int32),
        rng.standard_normal((4, 8)).astype(np.float16),
        np.array([4, 5, 9], np.int32),
    )
    save(lesson, tmp_path / "00000.npz")
    found = read(tmp_path / "00000.npz")
    np.testing.assert_allclose(found.sound, lesson.sound, atol=1 / 32767)
    np.testing.assert_array_equal(found.tokens, lesson.tokens)
    np.testing.assert_array_equal(found.hidden, lesson.hidden)
    np.testing.assert_array_equal(found.candidates, lesson.candidates)
    assert [path.name for path in tmp_path.iterdir()] == ["00000.npz"]

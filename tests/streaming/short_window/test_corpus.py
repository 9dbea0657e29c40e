"""What is trained on: by leave, and never what the result is judged by."""

from pathlib import Path

import pytest

from streaming.short_window import corpus
from streaming.short_window.corpus import HELD_OUT, NOISE, ROOMS, TEXTS, TRAINING, VALIDATION, files_of, sentences


def test_nothing_is_share_alike() -> None:
    """Such a licence would reach the patch."""
    sources = (*TRAINING, *VALIDATION, NOISE, ROOMS, *TEXTS)
    assert not [source for source in sources if "SA" in source.licence]
    assert not [source for source in sources if "prompts" in source.pattern or "hold_music" in source.pattern]


def test_the_telephone_test_is_not_trained_on() -> None:
    """calls/harpervalley is what judges."""
    assert not [source for source in (*TRAINING, *VALIDATION) if "harpervalley" in source.pattern]


def test_no_file_is_both_learnt_and_judged_by(data_dir: Path) -> None:
    """Training, validation and held-out speech share no file, and every source has one."""
    learnt, watched, judged = (set(files_of(data_dir, sources)) for sources in (TRAINING, VALIDATION, HELD_OUT))
    assert learnt and watched and judged
    assert not learnt & watched and not learnt & judged and not watched & judged


def test_sentences_are_as_people_say_them(data_dir: Path) -> None:
    """Without speakers' names and marks, 3 to 30 words each, and many."""
    found = sentences(data_dir)
    assert len(found) > 5000
    assert all(3 <= len(text.split()) <= 30 for text in found)
    assert not [text for text in found if "**" in text or "\n" in text]


def test_a_source_without_files_is_told(tmp_path: Path) -> None:
    """With the folder that was looked in, and the option that names another."""
    with pytest.raises(FileNotFoundError, match=r"office-ambience.*--data"):
        files_of(tmp_path, (corpus.NOISE,))

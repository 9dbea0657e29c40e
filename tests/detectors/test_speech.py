"""Heard words are written out alike however they were said and spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.speech import is_invented, spell, spoken


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("It's, um, just too expensive.", " it is ~just too expensive ~. "),
        ("its its expensive", " it is expensive "),
        ("I had to, I had to go", " i had to go "),
        ("I'm gonna wait...", " i am going to wait ~, "),
        ("Can\u2019t, won't", " can not ~, will not "),
        ("about $1,200 or 40%", " about 0 or 0 "),
        ("a start-up", " a start up "),
        ('right?"', " right ~? "),
        ("to be honest with you yes", " ~to ~be ~honest ~with ~you yes "),
        ("Um.", " "),
        ("--", " "),
        ("", " "),
    ],
)
def test_words_are_written_out_in_one_spelling(text: str, line: str) -> None:
    """Short forms are long, hesitations and repeats are gone, small words and punctuation can be skipped."""
    assert spoken(tuple(text.split())).line == line


def test_each_word_of_the_line_knows_the_heard_word_it_came_from() -> None:
    """A match is quoted from the words as heard; of something said twice the second saying counts."""
    assert spoken(("It's,", "it's", "uh", "dear.")).origins == (1, 1, 3, 3)


def test_a_word_is_spelled_as_the_words_it_stands_for() -> None:
    """One heard word can be several words."""
    assert spell("wouldn't've") == ("would", "not", "have")


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_text_is_written_out_with_an_origin_for_each_word(texts: list[str]) -> None:
    """Whatever was heard, words stand between single spaces and origins point into what was heard, in order."""
    said = spoken(tuple(texts))
    assert len(said.line.split()) == len(said.origins)
    assert list(said.origins) == sorted(said.origins)
    assert all(0 <= origin < len(texts) for origin in said.origins)
    assert "  " not in said.line


@pytest.mark.parametrize(
    "text", ["Thank you.", "Thank you. Thank you.", "Thanks for watching! I'll see you in the next one.", "you"]
)
def test_what_recognisers_write_in_silence_is_known(text: str) -> None:
    """However often it comes."""
    assert is_invented(text.split())


@pytest.mark.parametrize(
    "text", ["Thank you, that helps.", "No thank you.", "", "We'll see you in the next round.", "So what?"]
)
def test_what_people_say_is_not_taken_for_that(text: str) -> None:
    """A phrase of the list within more is somebody's."""
    assert not is_invented(text.split())

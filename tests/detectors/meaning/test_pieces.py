"""A row holds the turn before and the text, each bounded, and every piece of the text has its place."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from detectors.meaning import heads, model
from detectors.meaning.pieces import MOST_ASKED_PIECES, MOST_PIECES, MOST_ROW_PIECES, Reader
from tests.detectors.marked_lines import CACHE_DIR


@cache
def reader() -> Reader:
    """The shipped model's."""
    return Reader(model.prepared(heads.shipped().lessons, CACHE_DIR).tokenizer_file)


def test_a_row_is_question_and_answer() -> None:
    """Between signs; without a question there are two signs less."""
    asked, alone = reader().read("too dear", "how so?"), reader().read("too dear", None)
    assert asked.spans == alone.spans == ((0, 3), (4, 8))
    begin, *_, end = alone.ids
    assert asked.ids[0] == begin
    assert asked.ids[-5] == asked.ids[-4] == asked.ids[-1] == end
    assert asked.ids[-3:] == alone.ids[-3:]


def test_of_a_long_question_the_end_is_read() -> None:
    """It leads up to the answer; the cost of a row stays bounded."""
    long = reader().read("yes", "word " * 100 + "or not?")
    assert long.ids[1 : 1 + MOST_ASKED_PIECES] == reader().read("word " * 29 + "or not?", None).ids[1:-1]


@given(st.text(max_size=600), st.none() | st.text(max_size=300))
def test_any_texts_make_a_bounded_row(text: str, asked: str | None) -> None:
    """Whatever was recognised."""
    pieces = reader().read(text, asked)
    assert len(pieces.spans) <= MOST_PIECES
    assert len(pieces.spans) + 2 <= len(pieces.ids) <= MOST_ROW_PIECES
    assert all(0 <= begin <= end <= len(text) for begin, end in pieces.spans)

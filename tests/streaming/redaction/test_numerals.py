"""What one word is in a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.redaction.numerals import pieces_of


@pytest.mark.parametrize(
    ("text", "kinds", "said"),
    [
        ("4111", "digits", "4111"),
        ("4111-1111,", "digits", "41111111"),
        ("one,", "digits", "1"),
        ("forty-one", "digits digits", "401"),
        ("Oh", "digits", "0"),
        ("hundred", "scale", "100"),
        ("double", "times", "2"),
        ("GB29", "digits", "GB29"),
        ("NWBK", "letters", "NWBK"),
        ("G", "letters", "G"),
        ("a", "filler", ""),
        ("sorry,", "correction", "sorry"),
        ("$1,200", "shaped", ""),
        ("1,200", "shaped", ""),
        ("49.99", "shaped", ""),
        ("20%", "shaped", ""),
        ("3rd", "shaped", ""),
        ("10:30", "shaped", ""),
        ("dollars.", "shaped", ""),
        ("04/27", "date", "0427"),
        ("555.867.5309", "digits", "5558675309"),
        ("+1-555-867-5309", "digits", "15558675309"),
        ("$4111-x", "shaped", ""),
        ("price", "word", ""),
        ("well-known", "word", ""),
        ("\u2014", "filler", ""),
        ("...", "filler", ""),
    ],
)
def test_a_word_is_known_by_its_form(text: str, kinds: str, said: str) -> None:
    """Punctuation at its ends does not count."""
    pieces = pieces_of(text)
    assert " ".join(piece.kind for piece in pieces) == kinds
    assert "".join(piece.said for piece in pieces) == said


@given(st.text())
def test_any_text_is_something(text: str) -> None:
    """Recognisers write anything."""
    assert pieces_of(text)

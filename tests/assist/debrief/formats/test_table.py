"""The table reads back, and no cell of it is a formula anywhere."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.formats.table import HEAD, cell, table
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, Line, debrief

FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
CELLS = st.text(alphabet="=+-@;,\"' \t\r\nab1\uff1d", min_size=1, max_size=20)
TEXT = st.one_of(st.sampled_from(HOSTILE), CELLS).filter(lambda text: bool(text.split()))
LINES = st.lists(st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(0, 90_000), TEXT), min_size=1, max_size=5)


@given(LINES, TEXT)
def test_no_cell_begins_a_formula(lines: list[Line], name: str) -> None:
    """However the file is cut into cells: by commas as it is meant, or by semicolons as some countries do."""
    text = table(debrief(*lines, names={"rep": name}))
    for delimiter in ",;":
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            for value in row:
                assert not value.strip().startswith(FORMULA)
                assert delimiter == ";" or not value.startswith(("\t", "\r", "\n"))


def test_every_utterance_has_its_row_in_order_of_time() -> None:
    """And so has whatever else happened."""
    told = debrief(*A_CALL)
    text = table(told)
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text[1:]))
    assert tuple(head) == HEAD
    assert [int(row[1]) for row in rows] == sorted(int(row[1]) for row in rows)
    assert [row[6] for row in rows if row[3] == "said"] == [said.text for said in told.record.utterances]
    assert {row[3] for row in rows} == {"said", "cue", "move", "suggestion"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  -5 degrees", "'-5 degrees"),
        ("a ;=1+1", "a ;'=1+1"),
        (';"=1+1', ";\"'=1+1"),
        ("well - yes", "well - yes"),
        ("twenty-five", "twenty-five"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("", ""),
    ],
)
def test_a_cell(text: str, written: str) -> None:
    """Only what would be a formula is changed, by the sign that spreadsheets do not show."""
    assert cell(text) == written


def test_an_interruption_has_its_row() -> None:
    """With what was talked over."""
    text = table(
        debrief(("prospect", 0, "one two three four five six seven"), ("rep", 1_000, "but it pays for itself"))
    )
    assert re.search(r'"interruption","Rep","","but it pays for itself","one two three four five six seven"', text)

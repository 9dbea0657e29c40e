"""JSON restores the same debrief."""

import json as reader

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.formats.keeping import json, restored
from assist.debrief.formats.page import html
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import Line, bundled, debrief

LINES = st.lists(
    st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(0, 90_000), st.sampled_from(HOSTILE)), max_size=6
)


@given(LINES, st.text())
def test_what_is_read_is_what_was_written(lines: list[Line], name: str) -> None:
    """Equal, and of the same looks."""
    told = debrief(*lines, names={"rep": name}, company=name)
    again = restored(json(told))
    assert again == told and html(again) == html(told)


def test_it_is_json_for_everybody() -> None:
    """Read by another library."""
    told = bundled()
    read = reader.loads(json(told))
    assert read["verdict"]["headline"] == told.verdict.headline
    assert len(read["record"]["utterances"]) == len(told.record.utterances)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"record":7}'])
def test_anything_else_is_refused(text: str) -> None:
    """By type."""
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError)):
        restored(text)

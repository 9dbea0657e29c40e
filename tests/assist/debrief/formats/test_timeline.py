"""The picture: everything that happened has its mark at its time, and leads to words that are there."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.formats.marks import GUTTER, MARGIN, WIDTH, Row
from assist.debrief.formats.markup import written
from assist.debrief.formats.page import html
from assist.debrief.formats.timeline import ROW_MS, timeline
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, Line, bundled, debrief


def drawings(lines: tuple[Line, ...]) -> list[ElementTree.Element]:
    """The rows of a call as XML, which they must be as well."""
    return [ElementTree.fromstring(written(row)) for row in timeline(debrief(*lines))]


def marks(drawing: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Links whose shape is of a kind."""
    return [link for link in drawing.iter("a") if re.search(rf"\b{kind}\b", link[0].get("class", ""))]


def test_everything_has_its_mark() -> None:
    """Voices, cues, moves, suggestions and silences."""
    (drawing,) = drawings(A_CALL)
    told = debrief(*A_CALL)
    assert len(marks(drawing, "voice")) == len(A_CALL)
    assert len(marks(drawing, "cue")) == len(told.record.cues)
    assert len(marks(drawing, "move")) == len(told.moves)
    assert len(marks(drawing, "offer")) == len(told.offered)
    assert len(marks(drawing, "silence")) == 2
    assert marks(drawing, "cut") == []


def test_a_mark_stands_at_its_time() -> None:
    """As wide as it took."""
    (drawing,) = drawings(A_CALL)
    row = Row(0, debrief(*A_CALL).record.duration_ms)
    bar = marks(drawing, "voice")[1][0]
    assert float(bar.get("x", "")) == row.x(4_000)
    assert float(bar.get("width", "")) == pytest.approx(row.x(4_000 + 12 * 300) - row.x(4_000), abs=0.11)


def test_a_mark_tells_its_words_to_eyes_and_readers() -> None:
    """In the strip and as its name."""
    (drawing,) = drawings(A_CALL)
    mirror = marks(drawing, "mirror")[0]
    assert mirror.get("aria-label") == "0:37  mirror: They opened up: Disruptive?"
    assert "Disruptive?" in "".join(mirror[1].itertext())


def test_every_link_leads_somewhere() -> None:
    """To a place on the same page."""
    page = html(bundled())
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets and targets <= set(re.findall(r'id="([^"]+)"', page))


def test_a_long_call_has_rows_of_the_same_scale() -> None:
    """Each says which part it shows; what reaches over an edge is in both."""
    long: Line = ("prospect", ROW_MS - 1_500, "this is said over the edge of a row")
    first, second = drawings((*A_CALL, long))
    assert first.get("aria-label") == "The call from 0:00 to 4:00"
    assert second.get("aria-label") == "The call from 4:00 to 8:00"
    assert len(marks(first, "voice")) == len(A_CALL) + 1 and len(marks(second, "voice")) == 1


def test_a_call_without_words_has_a_picture() -> None:
    """An empty one."""
    (drawing,) = drawings(())
    assert list(drawing.iter("a")) == []


@given(st.integers(-10_000, 300_000), st.integers(-10_000, 300_000))
def test_nothing_stands_outside(one_ms: int, other_ms: int) -> None:
    """Whatever the times are."""
    row = Row(0, ROW_MS)
    start_ms, end_ms = sorted((one_ms, other_ms))
    assert GUTTER <= row.x(start_ms) <= row.x(end_ms) <= WIDTH - MARGIN
    assert row.width(start_ms, end_ms) > 0


@pytest.mark.parametrize("said", HOSTILE)
def test_what_was_said_is_no_markup(said: str) -> None:
    """The same elements as for other words."""
    (drawing,) = drawings((("prospect", 0, said),))
    assert {element.tag for element in drawing.iter()} <= {"svg", "a", "g", "rect", "text", "tspan", "line"}

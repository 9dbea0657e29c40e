"""The preparation beside what turned out, on the page and in Markdown."""

from msgspec.structs import replace

from assist.debrief.debrief import Debrief, debrief_of
from assist.debrief.formats.markdown import markdown
from assist.debrief.formats.markup import written
from assist.debrief.formats.prepared import prepared
from assist.preparation import Preparation
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, ENTRIES, debrief, record


def told(preparation: Preparation, audits: tuple[str, ...] = ()) -> Debrief:
    """The debrief of a call that was prepared so."""
    return debrief_of(replace(record(*A_CALL), preparation=preparation, audits=audits), ENTRIES)


def test_each_thought_stands_beside_what_turned_out() -> None:
    """With their words and the time, or that they did not speak of it."""
    found = told(
        Preparation(fears=("The cost cannot be justified", "A new boss"), expect=("visits", "ROI")), ("You may",)
    )
    text = written(prepared(found) or "")
    assert "The cost cannot be justified" in text and "justify the cost right now." in text and 'data-at="' in text
    assert "They did not speak of it." in text and "You did not say it." in text
    assert "visits 1\u00d7, ROI (not said)" in text and "that you had not thought of" in text
    lines = markdown(found)
    assert "What you had prepared, and what turned out" in lines and "Not thought of:" in lines


def test_a_call_that_was_not_prepared_has_no_such_part() -> None:
    """Neither here nor there."""
    assert prepared(debrief(*A_CALL)) is None and "prepared" not in markdown(debrief(*A_CALL))


def test_thoughts_stay_text() -> None:
    """They are typed by somebody, and come from a file."""
    for hostile in HOSTILE:
        text = written(
            prepared(told(Preparation(pressures=(hostile,), win=hostile, expect=(hostile,)), (hostile,))) or ""
        )
        assert "<img" not in text and "<script" not in text and "<svg onload" not in text

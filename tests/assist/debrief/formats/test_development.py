"""The charts over calls."""

from msgspec.structs import replace

from assist.debrief.calls import CallEntry
from assist.debrief.formats.development import Step, development, in_lines
from assist.debrief.formats.markup import written
from assist.debrief.measures import Measures
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, debrief

FIGURES = debrief(*A_CALL).measures


def step(call_id: str, measures: Measures = FIGURES, title: str = "Ann") -> Step:
    """A call of that id with those figures."""
    return Step(CallEntry(call_id, "2026-11-26T09:12:44+00:00", title, 60_000), measures)


def test_a_bar_a_call_with_its_value_and_a_link() -> None:
    """In each of the four charts, oldest first; the newest value is written out."""
    none = replace(FIGURES, labels=0, mirrors=0, summaries=0, thats_right=0, suggestions={}, talk_share=None)
    text = written(development([step("old", none), step("new")]) or "")
    assert text.count("<figure>") == 4 and text.count('href="/calls/old"') == 4 == text.count('href="/calls/new"')
    assert text.index('href="/calls/old"') < text.index('href="/calls/new"')
    assert "Labels <b>1</b>" in text
    assert f"Your share of the talking <b>{FIGURES.talk_share:.0%}</b>" in text
    assert "Ann, 26 November 2026, 09:12 UTC: Suggestions used none" in text


def test_bars_are_as_high_as_their_values() -> None:
    """A full bar is the highest there is, or the whole for shares."""
    half = replace(FIGURES, suggestions={}, labels=1, mirrors=0, summaries=0, talk_share=0.5)
    whole = replace(FIGURES, suggestions={}, labels=2, mirrors=0, summaries=0, talk_share=1.0)
    text = written(development([step("a", half), step("b", whole)]) or "")
    assert text.count('height="28.0"') == 2 and text.count('height="56.0"') >= 2


def test_one_call_is_no_development() -> None:
    """Nor is none."""
    assert development([]) is None and development([step("a")]) is None


def test_the_charts_as_lines_of_text() -> None:
    """A block a call from the lowest to the highest, a blank where there is no figure."""
    none = replace(FIGURES, labels=0, thats_right=0, suggestions={}, talk_share=None)
    lines = list(in_lines([step("a", none), step("b", replace(FIGURES, labels=7)), step("c")]))
    assert lines[:2] == ["", "Labels                    \u2581\u2588\u2582  1"]
    assert lines[3].startswith("Suggestions used           ") and len(lines) == 5
    assert list(in_lines([step("a")])) == []


def test_names_stay_text() -> None:
    """As everywhere."""
    text = written(development([step("a", title=HOSTILE[0]), step("b", title=HOSTILE[2])]) or "")
    assert "<img" not in text and '"><svg' not in text

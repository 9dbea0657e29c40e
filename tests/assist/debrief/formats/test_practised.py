"""A practice's debrief says what opened them up and what shut them down; a call's does not."""

from assist.debrief.debrief import Debrief, debrief_of
from assist.debrief.formats.keeping import json, restored
from assist.debrief.formats.markdown import markdown
from assist.debrief.formats.page import html
from assist.debrief.formats.practised import practised, sides_of
from assist.debrief.reading import record_of
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import ENTRIES, bundled
from tests.assist.debrief.test_practised import PRACTICE, answered, journal


def debrief(*told: dict[str, object]) -> Debrief:
    """Of these events, or of the practice with one of everything."""
    return debrief_of(record_of("c", journal(*told) if told else PRACTICE), ENTRIES)


def test_what_opened_them_up_stands_apart_from_what_shut_them_down() -> None:
    """With the rep's words, and what was said to them."""
    assert sides_of(debrief()) == (
        (
            "What opened them up",
            (
                "0:02 A label: \u201cIt seems like it is a lot.\u201d They: \u201cLine 2.\u201d",
                "0:05 A summary: \u201cLet me make sure I've got this.\u201d They: \u201cLine 5.\u201d",
            ),
        ),
        ("What shut them down", ("0:04 A pitch: \u201cBut it pays for itself.\u201d They: \u201cLine 4.\u201d",)),
        ("What left them where they were", ("0:03 Silence. They: \u201cLine 3.\u201d",)),
    )


def test_page_and_markdown_begin_with_it() -> None:
    """It is the answer that a practice gives."""
    page, text = html(debrief()), markdown(debrief())
    assert "Debrief of a practice" in page and "Practice with Ann" in page
    assert page.index("What opened them up") < page.index("Signs that you understood")
    assert text.index("### What shut them down") < text.index("### Signs that you understood")


def test_where_nothing_opened_them_up_it_says_what_would() -> None:
    """And no empty heading is shown."""
    told = sides_of(debrief(answered(1, 1, None), answered(2, 0, "why", "Why?")))
    assert [title for title, _ in told] == ["What opened them up", "What shut them down"]
    assert told[0][1] == ("Nothing did, this time. Try a label, and then silence.",)


def test_what_was_said_stays_text() -> None:
    """The rep's words come out of a recogniser or a keyboard."""
    for words in HOSTILE:
        page = html(debrief(answered(1, 1, None), answered(2, 2, "label", words)))
        assert "<img" not in page and "<script" not in page


def test_it_is_kept_whole_as_json() -> None:
    """What is read is what was written."""
    assert restored(json(debrief())) == debrief()


def test_a_call_has_no_such_part() -> None:
    """Nothing is claimed of what was not practised."""
    call = bundled()
    assert practised(call) is None and sides_of(call) == ()
    assert "Debrief of a practice" not in html(call)

"""Words that all formats share."""

import pytest
from msgspec.structs import replace

from assist.debrief.formats.wording import advice_of, counted, cue_title, name_and_company, notices_of, title_of, when
from streaming.types import Gap
from tests.assist.debrief.scene import A_CALL, bundled, record


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("2026-11-06T09:12:44+00:00", "6 November 2026, 09:12 UTC"),
        (None, None),
        ("", None),
        ("yesterday", "yesterday"),
    ],
)
def test_when(told: str | None, written: str | None) -> None:
    """What is no time is shown as it stands."""
    assert when(told) == written


@pytest.mark.parametrize(
    ("name", "company", "written"), [("Ann", "Acme", "Ann, Acme"), ("", "Acme", "Acme"), (" ", "", "")]
)
def test_whom_the_call_was_with(name: str, company: str, written: str) -> None:
    """As far as it is known; else its time names it, else its id."""
    assert name_and_company(name, company) == written
    call = record(*A_CALL, names={"prospect": name}, company=company)
    assert title_of(call) == (written or "26 November 2026, 09:12 UTC")
    assert title_of(replace(call, started_at=None)) == (written or "c")


def test_a_reader_is_told_what_is_missing() -> None:
    """Nothing, where nothing is."""
    call = record(*A_CALL)
    assert notices_of(call) == ()
    broken = replace(call, ending="not_told", losses=(Gap("rep", 0, 700),), unread_lines=3, earlier_calls=1)
    assert [notice.split()[0] for notice in notices_of(broken)] == ["No", "0.7", "3", "Earlier"]
    assert notices_of(replace(call, unread_lines=1)) == ("1 line of the call\u2019s file could not be read.",)


def test_advice() -> None:
    """Whether the words were on the screen or come from the playbook."""
    shown, told, _ = bundled().moments
    assert advice_of(shown) == "What was on your screen, a label" and advice_of(told) == "A question instead"
    assert advice_of(replace(told, instead="silence")).startswith("Say nothing")
    assert advice_of(replace(told, instead="again")) == "Worth doing again"


def test_small_words() -> None:
    """Numbers with what they count, and cues as people call them."""
    assert counted(1, "label", "labels") == "1 label" and counted(2, "label", "labels") == "2 labels"
    assert cue_title("brush_off") == "brush off" and cue_title("thats_right") == "that\u2019s right"

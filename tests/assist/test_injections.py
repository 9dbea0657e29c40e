"""What is said or typed stays words: a hundred tries change nothing, from the detectors to the debrief and the page."""

import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Page as BrowserPage

from assist import journal
from assist.archive import Archive
from assist.debrief import pages
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.page import html
from assist.debrief.reading import record_of
from assist.debrief.writing import WRITERS
from assist.overlay_events import SuggestionShown, TranscriptChanged, TranscriptWord
from assist.overlay_pages import overlay_folder, overlay_pages
from tests import chromium
from tests.assist.debrief.scene import ADVISING, ENTRIES, Line, events
from tests.assist.injections import INJECTIONS
from tests.overlay.stage import standing

Event = dict[str, Any]

CALM = "well there is nothing much to say about that"
PRICE = "I just don't know if we can justify the cost right now."
MADE_OF_TEXT = set(
    "IMG SCRIPT IFRAME A STYLE LINK META BASE FORM INPUT TEMPLATE DETAILS MATH OBJECT NOSCRIPT ANIMATE X-Y".split()
)
"""The elements that the tries would become, were they markup."""
LATER_MS = 300_000
"""By then no cool-down of anything that was heard before holds."""
SAYABLE = re.compile(r"[A-Za-z0-9 ,.?!'\u2019\u2026;:-]+")
"""What a suggestion consists of, whatever its quote is."""


def call_with(text: str) -> list[Event]:
    """A call in which the prospect says that, the rep says it back, and much later the price is too high."""
    lines: tuple[Line, ...] = (
        ("prospect", 0, text),
        ("rep", 60_000, f"It sounds like {text}"),
        # What a turn means depends on what the rep said last; that is the same in every call.
        ("rep", LATER_MS - 10_000, "What do you think of it?"),
        ("prospect", LATER_MS, PRICE),
    )
    return events(*lines, names={"prospect": text, "rep": text}, company=text)


def late(told: list[Event]) -> list[tuple[str, str]]:
    """What came of the price, by kind and name."""
    return [
        (event["kind"], str(event.get("cue") or event.get("technique")))
        for event in told
        if event["at_ms"] > LATER_MS and event["kind"] in ("cue_heard", "cue_withdrawn", "suggestion_shown")
    ]


def visible(text: str) -> str:
    """Its letters and signs, without spaces and what no page may hold."""
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign)[0] not in "CZ")


class Markup(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}

    def handle_data(self, data: str) -> None:
        self.text += data


CALM_CALL = call_with(CALM)
CALM_PAGE = Markup(html(debrief_of(record_of("c", CALM_CALL), ENTRIES)))


def test_there_are_a_hundred() -> None:
    """Each another."""
    assert len(set(INJECTIONS)) == len(INJECTIONS) == 100


@pytest.mark.parametrize("text", INJECTIONS)
def test_it_is_told_as_words_and_what_follows_is_as_without_it(text: str) -> None:
    """Of every event, no field but those that hold words has any of it; suggestions are sentences of ours."""
    told = call_with(text)
    assert [event["seq"] for event in told] == list(range(len(told)))
    assert told[0]["names"]["prospect"] == told[0]["company"] == text
    said = next(event for event in told if event["kind"] == "transcript_changed")
    assert said["committed"].split() == text.split()
    assert late(told) == late(CALM_CALL) != []
    assert told[-1]["kind"] == "call_ended" and [event["kind"] for event in told].count("call_ended") == 1
    for event in told:
        if event["kind"] == "suggestion_shown":
            assert SAYABLE.fullmatch(event["text"]), event["text"]
        assert json.loads(json.dumps(event)) == event


@pytest.mark.parametrize("text", INJECTIONS)
def test_its_debrief_shows_it_and_is_made_of_nothing_new(text: str) -> None:
    """No element, attribute or link that a calm call's page does not have; and the words stand there as they are."""
    record = record_of("c", call_with(text))
    page = Markup(html(debrief_of(record, ENTRIES)))
    assert page.elements <= CALM_PAGE.elements | {"q", "table", "tbody", "tr", "td", "th", "thead", "blockquote"}
    assert not page.elements & {"script", "img", "iframe", "form", "input", "link", "base", "object", "embed", "video"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(link.startswith(("#", "/calls")) for link in page.links), page.links
    assert visible(text)[:40] in visible(page.text)


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_can_be_written(name: str) -> None:
    """With all hundred in one call; what each format must escape is tested beside it."""
    lines: list[Line] = [("prospect", 20_000 * number, text) for number, text in enumerate(INJECTIONS)]
    written = WRITERS[name](debrief_of(record_of("c", events(*lines)), ENTRIES))
    assert len(written) > 1_000


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_name_becomes_a_path(text: str, tmp_path: Path) -> None:
    """Neither a call's id nor an address leads anywhere but into the folder of calls."""
    (tmp_path / "calls").mkdir()
    (tmp_path / "secret.jsonl").write_text('{"kind":"call_started"}\n')
    try:
        path = journal.path_of(tmp_path / "calls", text)
    except journal.CallIdRefused:
        pass
    else:
        assert path.parent == tmp_path / "calls"
    for address in (f"/calls/{text}", f"/calls/{quote(text)}", f"/calls/../{text}", "/calls/../secret"):
        assert pages.page(pages.Asked(address), Archive(tmp_path / "calls"), ADVISING.playbook.cues) is None
        assert overlay_pages(overlay_folder()).get(address) is None


async def test_on_the_page_of_a_real_browser_it_is_text() -> None:
    """All hundred as words, quotes and suggestions: nothing runs, loads, or becomes an element."""
    chromium.need()
    async with standing() as (stage, url), chromium.launched() as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        chromium.listen(page, complaints)
        page.on(
            "request", lambda request: None if request.url.startswith((url, "ws")) else complaints.append(request.url)
        )
        stage.begin("c")
        await page.goto(url)
        await page.locator("#headline").filter(has_text="Listening").wait_for()
        before = await _elements(page)
        for number, text in enumerate(INJECTIONS):
            at_ms = 10_000 * number
            word = TranscriptWord(text, at_ms, at_ms + 1_000, 1.0, True)
            stage.tell("c", at_ms, TranscriptChanged("prospect", number, text, "", True, at_ms, at_ms + 1_000, (word,)))
            stage.tell("c", at_ms, SuggestionShown(f"s{number}", "label", text, text, "price", 0, at_ms + 9_000))
            if number % 10 == 0:
                await page.locator("#suggestion").filter(has_text=text.split()[0]).wait_for()
                assert not (await _elements(page) - before) & MADE_OF_TEXT
        assert complaints == []


async def _elements(page: BrowserPage) -> set[str]:
    found: list[str] = await page.evaluate(
        "[...document.querySelectorAll('*')].map((one) => one.tagName.toUpperCase())"
    )
    return set(found)

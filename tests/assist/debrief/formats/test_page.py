"""The HTML file in real Chromium: it opens offline, nothing in it runs, and what was said stays text."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, Error, Page

from assist.debrief.debrief import Debrief, debrief_of
from assist.debrief.formats.captions import vtt
from assist.debrief.formats.markup import clean
from assist.debrief.formats.page import html
from assist.playbook import Wordings
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import Line, bundled, record

pytestmark = pytest.mark.asyncio(loop_scope="module")

OURS = set(
    "html head meta title style body main header section article div h1 h2 h3 h4 p q b span a ol ul li dl dt dd table "
    "thead tbody tr th td pre blockquote code svg g rect path line text tspan".split()
)
IS_REFUSED = """() => {
    try { document.body.innerHTML = "<b>x</b>"; return "allowed"; } catch (error) { return error.name; }
}"""
CAPTIONS = """async (file) => {
    const video = document.createElement("video"), track = document.createElement("track");
    track.src = URL.createObjectURL(new Blob([file], { type: "text/vtt" }));
    track.default = true;
    video.append(track);
    document.body.append(video);
    await new Promise((done, failed) => { track.onload = done; track.onerror = failed; });
    return [...track.track.cues].map((cue) => cue.getCueAsHTML().textContent);
}"""


class Opened:
    """A file opened in a page, with whatever it did besides."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self.fetched.append(request.url))


@pytest_asyncio.fixture(loop_scope="module")
async def opened(browser: Browser) -> AsyncIterator[Opened]:
    """A page that cannot reach anything."""
    context = await browser.new_context(viewport={"width": 320, "height": 700}, offline=True)
    yield Opened(await context.new_page())
    await context.close()


def hostile() -> Debrief:
    """Everything that is somebody's text is out to be more: words, names, company, playbook, answer, time of day."""
    lines: list[Line] = []
    for number, text in enumerate(HOSTILE):
        concern = f"I just don't know if we can justify the cost {text}"
        lines += [("prospect", 20_000 * number, concern), ("rep", 20_000 * number + 9_000, f"It sounds like {text}")]
    names = {"rep": HOSTILE[0], "prospect": HOSTILE[1]}
    call = replace(record(*lines, names=names, company=HOSTILE[2]), answer=HOSTILE[0], started_at=HOSTILE[1])
    offers = tuple(replace(offer, text=HOSTILE[0], quote=HOSTILE[1], cue=HOSTILE[2]) for offer in call.offers)
    cues = tuple(replace(cue, quote=HOSTILE[3], name=HOSTILE[2]) for cue in call.cues)
    entries = {HOSTILE[2]: Wordings(weight=50, concern=HOSTILE[0], labels=(HOSTILE[1],), questions=(HOSTILE[3],))}
    return debrief_of(replace(call, offers=offers, cues=cues), entries)


async def open_file(opened: Opened, path: Path, told: Debrief) -> None:
    """Opens a debrief from the disk."""
    await asyncio.to_thread(path.write_text, html(told))
    await opened.page.goto(path.as_uri())


async def test_it_opens_offline_and_fetches_nothing(opened: Opened, tmp_path: Path) -> None:
    """One request: the file."""
    await open_file(opened, tmp_path / "c.html", bundled())
    assert opened.fetched == [(tmp_path / "c.html").as_uri()] and opened.complaints == []
    assert await opened.page.locator("svg.row").count() == 1
    assert await opened.page.locator("h1").inner_text() == "26 November 2026, 09:07 UTC"


async def test_what_was_said_never_becomes_markup_or_script(opened: Opened, tmp_path: Path) -> None:
    """No element but ours, no handler, nothing ran, nothing was fetched; and the words are there as text."""
    told = hostile()
    await open_file(opened, tmp_path / "h.html", told)
    found = await opened.page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    assert set(found) <= OURS
    attributes = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert not [name for name in await opened.page.evaluate(attributes) if name.startswith("on") or name == "src"]
    links = await opened.page.evaluate("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
    assert all(link.startswith("#") for link in links)
    assert opened.complaints == [] and len(opened.fetched) == 1
    text = " ".join((await opened.page.locator("body").text_content() or "").split())
    for said in told.record.utterances:
        assert " ".join(clean(said.text).split()) in text
    assert told.moments and told.findings and clean(HOSTILE[2]) in await opened.page.locator("h1").inner_text()


async def test_its_own_policy_stands_even_from_the_disk(opened: Opened, tmp_path: Path) -> None:
    """Trusted Types are enforced and no script may be added: what slipped through could still do nothing."""
    await open_file(opened, tmp_path / "c.html", bundled())
    assert await opened.page.evaluate(IS_REFUSED) == "TypeError"
    handler = "document.createElement('img').setAttribute('onerror', 'window.ran = 1')"
    with pytest.raises(Error, match="TrustedScript"):
        await opened.page.evaluate(handler)
    await opened.page.evaluate("document.body.append(Object.assign(new Image(), { src: 'file:///x.png' }))")
    await opened.page.wait_for_timeout(200)
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_the_page_never_scrolls_sideways(opened: Opened, tmp_path: Path, width: int) -> None:
    """Only the picture does, on a narrow one; however long a word is."""
    await opened.page.set_viewport_size({"width": width, "height": 800})
    for name, told in (("c", bundled()), ("h", hostile())):
        await open_file(opened, tmp_path / f"{name}.html", told)
        assert await opened.page.evaluate("document.documentElement.scrollWidth") == width


async def test_focus_shows_the_words_and_enter_leads_to_them(opened: Opened, tmp_path: Path) -> None:
    """By keyboard alone."""
    await open_file(opened, tmp_path / "c.html", bundled())
    mark = opened.page.locator(".mark").nth(2)
    strip = mark.locator(".strip")
    assert await strip.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    await mark.focus()
    assert await strip.evaluate("e => getComputedStyle(e).visibility") == "visible"
    await opened.page.keyboard.press("Enter")
    assert opened.page.url.endswith(await mark.get_attribute("href") or "none")


async def test_it_prints_in_dark_as_in_light(opened: Opened, tmp_path: Path) -> None:
    """Paper is white."""
    await opened.page.emulate_media(media="print", color_scheme="dark")
    await open_file(opened, tmp_path / "c.html", bundled())
    assert await opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert await opened.page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 25, 29)"


async def test_captions_read_in_a_browser_as_they_were_said(opened: Opened) -> None:
    """By the parser for which they are made."""
    told = hostile()
    await opened.page.goto("about:blank")
    read = await opened.page.evaluate(CAPTIONS, vtt(told))
    assert [text.split() for text in read] == [clean(said.text).split() for said in told.record.utterances]

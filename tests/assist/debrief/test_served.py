"""The pages about calls that were, in real Chromium from the real server: sound, answer, search and replay."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from assist import tape
from assist.archive import Archive
from assist.debrief import command
from assist.debrief.reading import read
from assist.settings import load
from streaming.types import SAMPLE_RATE_HZ
from tests import chromium
from tests.assist.debrief.hostile import HOSTILE
from tests.overlay import axe

pytestmark = pytest.mark.asyncio(loop_scope="module")

House = Any  # conftest's; what a fixture gives cannot be imported under importlib mode
Opening = Any

SILENCE = bytes(2 * SAMPLE_RATE_HZ)
"""A second, so that no suggestion is made at the very end of a call, where there would be nothing to seek to."""
WAIT_MS = 60_000
PATIENCE_S = 60.0
IS_REFUSED = """() => {
    try { document.body.innerHTML = "<b>x</b>"; return "allowed"; } catch (error) { return error.name; }
}"""
IS_AT = "(atS) => Math.abs(document.getElementById('sound').currentTime - atS) < 1.5"

expect.set_options(timeout=WAIT_MS)


@pytest_asyncio.fixture(loop_scope="module")
async def house(opened: Opening, said: bytes) -> AsyncIterator[House]:
    """A server that has heard a call of markup with markup, whose sound was kept, and one without sound."""
    async with opened() as house:
        for call, record in (("kept", True), ("plain", None)):
            about = {"names": {"prospect": HOSTILE[0]}, "company": HOSTILE[2], "record": record}
            async with house.call(call=call, metadata=about) as client, house.overlay(call) as overlay:
                await client.sound(said)
                await overlay.until("suggestion_shown")
                await client.sound(SILENCE)
                await client.stop()
        await asyncio.to_thread(wait_for, tape.path_of(house.journals, "kept"))
        yield house


def wait_for(path: Path) -> None:
    """Until there is a file."""
    until_s = time.monotonic() + PATIENCE_S
    while not path.exists() and time.monotonic() < until_s:
        time.sleep(0.05)


@asynccontextmanager
async def page_at(browser: Browser, url: str) -> AsyncIterator[Page]:
    """The page; in the end nothing may have complained, and nothing may have become markup."""
    complaints: list[str] = []
    look: dict[str, Any] = {"viewport": {"width": 1024, "height": 800}, "reduced_motion": "reduce"}
    async with chromium.page_at(browser, url, complaints, **look) as page:
        yield page
        await expect(page.locator("main :is(img, script)")).to_have_count(0)
        assert complaints == []
        assert await page.evaluate(IS_REFUSED) == "TypeError"


async def has_no_faults(page: Page) -> None:
    """Axe finds nothing, and the page does not scroll sideways."""
    assert await axe.violations(await chromium.inspecting(page)) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_click_plays_the_sound_there(house: House, browser: Browser) -> None:
    """On a time as on a mark of the picture, by mouse and by key; the words that are said are marked."""
    async with page_at(browser, f"{house.url}/calls/kept") as page:
        await has_no_faults(page)
        line = page.locator(".transcript li").first
        await line.locator("button.at").click()
        await page.wait_for_function(IS_AT, arg=1.4)
        await expect(line).to_have_attribute("data-now", "")
        await expect(page.locator("svg.row .playhead")).to_have_attribute("visibility", "visible")
        await page.evaluate("document.getElementById('sound').pause()")
        for press in ("click", "Enter"):
            await page.evaluate("document.getElementById('sound').currentTime = 5")
            mark = page.locator("a.mark").first
            await (mark.locator(":scope > rect").click() if press == "click" else mark.press(press))
            await page.wait_for_function(IS_AT, arg=1.4)
        assert page.url.endswith("/calls/kept")
        assert await page.evaluate("document.getElementById('sound').duration") == pytest.approx(7.1, abs=0.7)
        await has_no_faults(page)


async def test_without_sound_a_mark_leads_to_its_words(house: House, browser: Browser) -> None:
    """And nothing offers to play."""
    async with page_at(browser, f"{house.url}/calls/plain") as page:
        await has_no_faults(page)
        await expect(page.locator("audio, button.at")).to_have_count(0)
        await page.locator("a.mark").first.press("Enter")
        await expect(page.locator(".transcript li:target")).to_have_count(1)


async def test_an_answer_is_kept_with_the_call(house: House, browser: Browser) -> None:
    """By keyboard; it stands there when the page is opened again, as text."""
    async with page_at(browser, f"{house.url}/calls/plain") as page:
        field = page.get_by_label("Your own answer")
        await field.fill(HOSTILE[1])
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#kept")).to_have_text("Kept with the call.")
        assert read(Archive(house.journals), "plain").answer == HOSTILE[1]
        await page.reload()
        await expect(page.get_by_label("Your own answer")).to_have_value(HOSTILE[1])
        (house.journals / "plain.jsonl").unlink()
        await page.get_by_role("button", name="Keep my answer").click()
        await expect(page.locator("#kept")).to_have_text("There is no such call any more.")
        await has_no_faults(page)


async def test_calls_are_searched(house: House, browser: Browser) -> None:
    """By words that were said, and back to all."""
    async with page_at(browser, f"{house.url}/calls") as page:
        await has_no_faults(page)
        await expect(page.locator(".calls li")).to_have_count(2)
        await page.get_by_label("Words that were said").fill("justify")
        await page.get_by_label("A concern stayed open").check()
        await page.keyboard.press("Enter")
        await expect(page.locator("#list")).to_have_text("2 calls")
        await expect(page.get_by_label("Words that were said")).to_have_value("justify")
        await page.get_by_label("They said").check()
        await page.get_by_role("button", name="Search").click()
        await expect(page.get_by_text("No call matches.")).to_be_visible()
        await has_no_faults(page)
        await page.get_by_role("link", name="All calls").click()
        await expect(page.locator(".calls li")).to_have_count(2)


@pytest.mark.parametrize("call", ["kept", "plain"])
async def test_a_stored_call_is_watched_again(house: House, browser: Browser, call: str) -> None:
    """From its debrief, with its sound or without; played, sought in, hurried, to its end and back."""
    async with page_at(browser, f"{house.url}/calls/{call}") as page:
        await page.get_by_role("link", name="Watch this call again").click()
        await expect(page.locator("#headline")).to_have_text("Listening")
        await has_no_faults(page)
        note = page.locator("#replay-note")
        await expect(note).to_have_text("" if call == "kept" else "No sound was kept.")
        await page.locator("#replay-speed").select_option("4")
        await page.get_by_role("button", name="Play").press("Enter")
        await expect(page.locator("#headline")).to_have_text("Call ended")
        await expect(page.locator("#recorded")).to_have_text("Recorded" if call == "kept" else "")
        await expect(page.get_by_role("button", name="Play")).to_be_visible()
        position = page.get_by_role("slider", name="Time in the call")
        await position.press("ArrowLeft")
        await expect(page.locator("#headline")).to_have_text("Listening")
        await expect(page.locator("#lines li")).to_have_count(0)
        await position.press("ArrowRight")
        await expect(page.locator("#headline")).to_have_text("Call ended")
        await expect(page.locator("#lines")).to_contain_text("justify the cost")
        await has_no_faults(page)


async def test_a_replay_shows_what_was_shown_live(house: House, browser: Browser) -> None:
    """Wherever one seeks, the page is as the events up to there make it: the suggestion with its words."""
    events = await house.events("plain")
    shown = next(event for event in events if event["kind"] == "suggestion_shown")
    async with page_at(browser, f"{house.url}/?replay=plain") as page:
        position = page.get_by_role("slider", name="Time in the call")
        await expect(page.locator("#headline")).to_have_text("Listening")
        for _ in range(2):
            await position.fill(str(shown["at_ms"] + 1))
            await expect(page.locator("#sentence")).to_have_text(shown["text"])
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "shown")
            await position.fill(str(shown["at_ms"] - 1))
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "none")


async def test_a_call_that_is_not_there_is_told(house: House, browser: Browser) -> None:
    """In place of a bar that plays nothing."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{house.url}/?replay=absent")
    await expect(page.locator("#replay-note")).to_have_text("There is no call by that name.")
    await expect(page.get_by_role("button", name="Play")).to_have_count(0)
    await expect(page.locator("#stage")).to_be_hidden()
    await expect(page.get_by_role("link", name="Past calls")).to_have_attribute("href", "/calls")
    await has_no_faults(page)
    await context.close()


async def test_a_file_with_its_sound_plays_offline(house: House, browser: Browser, tmp_path: Path) -> None:
    """It fetches nothing, and its own policy stands."""
    wish = command.Wish("kept", "html", opens=False, answer=None, has_sound=True)
    path = tmp_path / "kept.html"
    path.write_text(await asyncio.to_thread(command.written, wish, load(journal_dir=house.journals)))
    context = await browser.new_context(offline=True)
    page = await context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    await page.goto(path.as_uri())
    await page.locator(".transcript button.at").first.click()
    await page.wait_for_function(IS_AT, arg=1.4)
    assert [url for url in fetched if not url.startswith("data:")] == [path.as_uri()]
    assert await page.evaluate(IS_REFUSED) == "TypeError"
    await has_no_faults(page)
    await context.close()

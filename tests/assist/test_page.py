"""The page in real Chromium, against the real server with real recognition: what a rep sees in a call."""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from assist import demo
from assist.overlay_pages import overlay_folder
from streaming import recording
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ
from tests.assist.calling import SIDES, calling, spoken
from tests.assist.conftest import House
from tests.assist.wire import Wire
from tests.chromium import listen, page_at, passing
from tests.overlay.stage import standing

# One event loop for the file: server and browser are started once.
pytestmark = pytest.mark.asyncio(loop_scope="module")

DEMO = Path(str(demo.__file__)).parent
SCREENSHOT = os.environ.get("ASSIST_SCREENSHOT")  # read before `own_settings` clears the environment
QUIET_MS = 500  # before a call's first word: the recogniser mishears a clip that is cut in mid-breath
WAIT_MS = 60_000  # a slow machine is not a broken page
THE_WORTH = re.compile(r"worth|ROI|return|value")  # one of which each wording for a price objection names
MARKUP = '<img src=x onerror="console.error(1)"><b>Acme</b>'

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def url(place: House) -> str:
    """The address of a real server with the real recogniser."""
    return place.url


async def test_a_rep_is_helped_through_a_call(url: str, browser: Browser) -> None:
    """Waiting, listening, words as they settle, a label, pinned, the next one held, dismissed, the end, the debrief."""
    sound = spoken(
        ("rep", "rep_summary", 700), ("prospect", "justify_the_cost", 10_000), ("prospect", "looks_disruptive", 8_000)
    )
    about = Metadata(names={"prospect": "Dana"}, company="Northwind Foods")
    complaints: list[str] = []
    async with page_at(browser, url, complaints, device_scale_factor=2) as page:
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        stage, said = page.locator("#stage"), page.locator("#lines li[data-speaker='prospect']")
        async with calling(url, sound, about) as playing:
            await expect(page.locator("#headline")).to_have_text("Listening")
            await expect(page.locator("#company")).to_have_text("Northwind Foods")
            await said.locator("em:not(:empty)").first.wait_for(timeout=WAIT_MS)
            await expect(stage).to_have_attribute("data-offer", "shown")
            await expect(page.locator("#technique")).to_have_text("Label")
            await expect(page.locator("#sentence")).to_contain_text(THE_WORTH)
            await expect(page.locator("#quote")).to_contain_text("justify the cost")
            await expect(said.first).to_contain_text("justify the cost right now.")
            await expect(said.first.locator("em")).to_be_empty()
            await take_screenshot(page)

            await page.keyboard.press("p")
            await expect(stage).to_have_attribute("data-pinned", "true")
            await expect(page.locator("#more")).to_have_text("1 more")
            await expect(page.locator("#quote")).to_contain_text("justify the cost")
            await page.keyboard.press("p")
            await expect(page.locator("#quote")).to_contain_text("disruptive")
            await expect(page.locator("#technique")).to_have_text("Mirror")
            await expect(page.locator("#sentence")).to_have_text("Disruptive...?")
            await page.keyboard.press("d")
            await expect(stage).to_have_attribute("data-offer", "none")
            await expect(page.locator("#sentence")).to_be_hidden()
            await playing
        await expect(page.locator("#headline")).to_have_text("Call ended")
        await expect(page.locator("#lines em:not(:empty)")).to_have_count(0)
        async with page.context.expect_page() as opening:
            await page.get_by_role("link", name="Open the debrief").click()
        debrief = await opening.value
        listen(debrief, complaints)
        await expect(debrief.get_by_text("Dismissed", exact=True)).to_be_visible()
    assert complaints == []


async def take_screenshot(page: Page) -> None:
    """Keeps the moment for the README where ASSIST_SCREENSHOT names a file."""
    if SCREENSHOT:
        await page.screenshot(path=SCREENSHOT, animations="disabled")


async def test_a_cut_line_is_told_and_made_good(url: str, browser: Browser) -> None:
    """After a cut the page says so, comes back, has every line once, and what was dismissed stays away."""
    sound = spoken(("prospect", "justify_the_cost", 2_500), ("prospect", "looks_disruptive", 1_500), before_ms=QUIET_MS)
    complaints: list[str] = []
    server_port = int(url.rsplit(":", 1)[1])
    async with Wire(server_port).laid() as wire, page_at(browser, f"http://127.0.0.1:{wire.port}", complaints) as page:
        said = page.locator("#lines li[data-speaker='prospect']")
        async with calling(url, sound, Metadata()) as playing:
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "shown")
            await page.keyboard.press("Escape")
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "none")
            await expect(said.first).to_contain_text("justify the cost right now.")
            await expect(said.first.locator("em")).to_be_empty()
            wire.cut()
            await expect(page.locator("#headline")).to_have_text("Reconnecting")
            await expect(page.locator("#empty")).to_contain_text("Suggestions will be back")
            wire.mend()
            await expect(page.locator("#headline")).not_to_have_text("Reconnecting")
            await expect(said.last).to_contain_text("disruptive")
            await playing
        await expect(page.locator("#headline")).to_have_text("Call ended")
        lines = await said.all_text_contents()
        assert sum("justify the cost" in text for text in lines) == 1
        assert sum("platform" in text for text in lines) == 1
    assert [text for text in complaints if "WebSocket connection to" not in text] == []


async def test_words_that_are_late_are_told_until_they_are_not(url: str, browser: Browser) -> None:
    """Sound that comes faster than it is heard, which goes on for half a minute of talk."""
    sound = spoken(
        ("prospect", "ordinary_talk", 0), ("prospect", "ordinary_talk", 0), ("prospect", "justify_the_cost", 9_000)
    )
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        async with calling(url, sound, Metadata(), is_paced=False) as playing:
            await passing(page, "headline", "Words are late")
            await expect(page.locator("#status")).not_to_contain_text("Words are late")
            await playing
    assert complaints == []


async def test_a_recorded_call_is_heard_in_its_debrief_and_watched_again(url: str, browser: Browser) -> None:
    """Found by the words that were heard; at the time of its words the overlay shows what it showed live."""
    sound = spoken(("prospect", "justify_the_cost", 4_000), before_ms=QUIET_MS)
    complaints: list[str] = []
    async with page_at(browser, f"{url}/calls", complaints) as page:
        async with calling(url, sound, Metadata(names={"prospect": "Priya"}, record=True)) as playing:
            await playing
        await page.get_by_label("Who, or which company").fill("Priya")
        await page.get_by_label("Words that were said").fill("justify the cost")
        await page.get_by_role("button", name="Search").click()
        await page.get_by_role("link", name="Priya").click()
        await page.locator(".transcript button.at").first.click()
        await expect(page.locator(".transcript li[data-now]")).to_contain_text("justify the cost")
        await page.get_by_role("link", name="Watch this call again").click()
        await expect(page.locator("#headline")).to_have_text("Listening")
        await page.locator("#replay-speed").select_option("4")
        await page.get_by_role("button", name="Play").press("Enter")
        await expect(page.locator("#sentence")).to_contain_text(THE_WORTH)
        await expect(page.locator("#quote")).to_contain_text("justify the cost")
        await expect(page.locator("#headline")).to_have_text("Call ended")
        await expect(page.locator("#recorded")).to_have_text("Recorded")
    assert complaints == []


async def test_a_page_whose_server_is_gone_says_so_until_it_is_back(url: str, browser: Browser) -> None:
    """It does not look alive: it tells that it is reconnecting, and recovers by itself."""
    server_port = int(url.rsplit(":", 1)[1])
    async with Wire(server_port).laid() as wire, page_at(browser, f"http://127.0.0.1:{wire.port}", []) as page:
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        wire.cut()
        await expect(page.locator("#headline")).to_have_text("Reconnecting")
        await expect(page.locator("#status")).to_have_attribute("data-tone", "problem")
        wire.mend()
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")


async def test_a_suggestion_is_reached_by_ear_and_by_keyboard(url: str, browser: Browser) -> None:
    """A live region says it, Tab goes from button to button, visibly, and names that hold markup stay text."""
    about = Metadata(names={"prospect": MARKUP}, company=MARKUP)
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        await page.set_viewport_size({"width": 1280, "height": 800})
        async with calling(url, spoken(("prospect", "justify_the_cost", 14_000), before_ms=QUIET_MS), about) as playing:
            live = page.locator("[aria-live='polite']")
            await expect(live).to_have_text(re.compile(r"^Label: .*[.?]$"))
            await expect(page.locator("#quote")).to_contain_text("justify the cost")
            await expect(page.locator("#company")).to_have_text(MARKUP)
            await expect(page.locator("#lines li > p").first).to_have_text(MARKUP)
            await expect(page.locator("main :is(img, b)")).to_have_count(0)
            await expect(page.get_by_role("button")).to_have_count(10)
            for button in await page.get_by_role("button").all():
                await expect(button).to_have_accessible_name(re.compile(r"\w"))
            for name in ("Pin P", "Dismiss D", "Next N", "Copy C", "Less of this L"):
                button = page.get_by_role("button", name=name, exact=True)
                await page.keyboard.press("Tab")
                await expect(button).to_be_focused()
                await expect(button).to_have_css("outline-style", "solid")
                await expect(button).to_have_css("outline-width", "3px")
            await page.keyboard.press("Enter")
            await expect(page.locator("#sentence")).to_be_hidden()
            await playing
    assert complaints == []


async def test_a_call_has_its_debrief_from_the_same_server(url: str, browser: Browser) -> None:
    """From the list to the page: names stay text there too, and nothing breaks the policy that the server sends."""
    complaints: list[str] = []
    about = Metadata(names={"prospect": MARKUP}, company=MARKUP)
    async with calling(url, spoken(("prospect", "justify_the_cost", 500), before_ms=QUIET_MS), about) as playing:
        await playing
    async with page_at(browser, f"{url}/calls", complaints) as page:
        await expect(page.locator("main img")).to_have_count(0)
        await page.locator(".calls a").first.click()
        await expect(page.locator("h1")).to_have_text(f"{MARKUP}, {MARKUP}")
        await expect(page.locator("#glance")).to_be_visible()
        await expect(page.locator(".concerns").get_by_text("justify the cost")).to_be_visible()
        await expect(page.locator("main img")).to_have_count(0)
    assert complaints == []


async def test_what_a_rep_says_is_ticked_off_and_the_silence_after_it_is_held(url: str, browser: Browser) -> None:
    """The rep of the bundled call repeats the word as it was suggested: the card says so, and the ring fills."""
    call_sound = recording.read((DEMO / "call.ogg",), len(SIDES)).samples
    first, last = (at_ms * SAMPLE_RATE_HZ // 1000 for at_ms in (117_000, 118_100))  # "Disruptive?"
    silence = np.zeros((12 * SAMPLE_RATE_HZ, len(SIDES)), np.int16)
    asked = spoken(("prospect", "looks_disruptive", 4_000)).samples
    sound = Recording(np.concatenate([asked, call_sound[first:last], silence]))
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        stage, status = page.locator("#stage"), page.locator("#status")
        async with calling(url, sound, Metadata()) as playing:
            await passing(page, "stage", "used")
            await expect(page.locator("#delivery")).to_have_text("Said")
            await passing(page, "spoken", "Said")
            await passing(page, "status", "full")
            await expect(status).to_have_attribute("data-ring", "off")
            await expect(stage).to_have_attribute("data-offer", "none")
            await playing
    assert complaints == []


async def test_less_of_this_and_next_reach_the_policy(url: str, browser: Browser) -> None:
    """Next brings another sentence for the same words; less of this takes it away, and says so."""
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        async with calling(
            url, spoken(("prospect", "justify_the_cost", 12_000), before_ms=QUIET_MS), Metadata()
        ) as playing:
            sentence = page.locator("#sentence")
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "shown")
            first = await sentence.text_content() or ""
            await page.keyboard.press("n")
            await expect(sentence).not_to_have_text(first)
            await expect(page.locator("#quote")).to_contain_text("justify the cost")
            await page.keyboard.press("l")
            await passing(page, "empty", "Less of that from now on.")
            await expect(page.locator("#empty")).to_have_text("Nothing to suggest right now.")
            await playing
    assert complaints == []


async def test_keys_are_listed_changed_and_turned_off(url: str, browser: Browser) -> None:
    """By keyboard alone, and the page remembers."""
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        help_, overlay = page.locator("#help"), page.locator("#overlay")
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")  # before it, no key is heard
        await page.keyboard.press("?")
        await expect(help_).to_be_focused()
        view = help_.get_by_role("button", name="V, change the key for: Compact view, or the full one")
        await view.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("k")
        await expect(page.locator("#view kbd")).to_have_text("K")
        await page.keyboard.press("Escape")
        await expect(help_).to_be_hidden()
        await expect(page.locator("#help-open")).to_be_focused()
        await page.keyboard.press("v")
        await expect(overlay).to_have_attribute("data-view", "full")
        await page.keyboard.press("k")
        await expect(overlay).to_have_attribute("data-view", "compact")
        await page.reload()
        await expect(overlay).to_have_attribute("data-view", "compact")
        await page.keyboard.press("?")
        await page.get_by_role("button", name="Single keys: on").press("Enter")
        await page.keyboard.press("k")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_have_text("Single keys: off")
        await expect(overlay).to_have_attribute("data-view", "compact")
        await expect(page.locator("#view kbd")).to_be_hidden()
        await page.get_by_role("button", name="Reset the keys").press("Enter")
        await page.keyboard.press("v")
        await expect(overlay).to_have_attribute("data-view", "full")
    assert complaints == []


@pytest.mark.parametrize("has_pictures", [True, False], ids=["picture-in-picture", "small window"])
async def test_the_overlay_works_in_a_window_of_its_own(url: str, browser: Browser, has_pictures: bool) -> None:
    """It shows the call there, under the same policy, obeys keys there, keeps its size, and comes home when closed."""
    complaints: list[str] = []
    async with page_at(browser, url, complaints) as page:
        if not has_pictures:
            await page.add_init_script("delete globalThis.documentPictureInPicture")
            await page.reload()
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        async with page.context.expect_page() as opening:
            await page.keyboard.press("w")
        apart = await opening.value
        listen(apart, complaints)
        await expect(page.get_by_role("heading")).to_have_text("The overlay is in a window of its own.")
        await expect(page.locator("#overlay")).to_have_count(0)
        async with calling(
            url, spoken(("prospect", "justify_the_cost", 12_000), before_ms=QUIET_MS), Metadata()
        ) as playing:
            await expect(apart.locator("#headline")).to_have_text("Listening")
            await expect(apart.locator("#stage")).to_have_attribute("data-offer", "shown")
            await expect(apart.locator("#stage")).to_have_css("border-radius", "20px")
            await apart.keyboard.press("p")
            await expect(apart.locator("#stage")).to_have_attribute("data-pinned", "true")
            await apart.keyboard.press("d")
            await expect(apart.locator("#stage")).to_have_attribute("data-offer", "none")
            # A click of the mouse would wait for a window that its own click has closed.
            await apart.get_by_role("button", name="Put back").dispatch_event("click")
            await expect(page.locator("#overlay")).to_be_visible()
            await playing
        await expect(page.locator("#headline")).to_have_text("Call ended")
        await expect(page.locator("#away")).to_be_hidden()
    assert complaints == []


async def test_a_second_language_is_one_more_file(browser: Browser, tmp_path: Path) -> None:
    """A catalogue that lies beside the others is used by who wants it, and English by who does not."""
    folder = tmp_path / "overlay"
    shutil.copytree(overlay_folder(), folder)
    german = (folder / "strings.en.js").read_text().replace("Waiting for a call", "Noch kein Anruf")
    (folder / "strings.de.js").write_text(german.replace('pin: "Pin"', 'pin: "Halten"'))
    async with standing(folder) as (_, url):
        for locale, headline in (("de-AT", "Noch kein Anruf"), ("fr", "Waiting for a call")):
            context = await browser.new_context(locale=locale)
            page = await context.new_page()
            await page.goto(url)
            await expect(page.locator("#headline")).to_have_text(headline)
            await expect(page.locator("html")).to_have_attribute("lang", locale[:2] if locale == "de-AT" else "en")
            await context.close()

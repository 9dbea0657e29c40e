"""Before a call and during it, in real Chromium against the real server: preparation, consent, and a manager's link."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from assist import app, audit
from assist import settings as assist_settings
from assist.grammar.parser import Parser
from streaming import recording
from streaming.feeder import Feeder
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ
from tests.chromium import inspecting, listen, page_at
from tests.overlay import axe

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIP = Path(__file__).parents[1] / "recordings" / "justify_the_cost.ogg"
WAIT_MS = 60_000
LINK_S = 12
MARKUP = '<img src=x onerror="console.error(1)"><b>Acme</b>'

expect.set_options(timeout=WAIT_MS)


class Place:
    """A server and its folder of journals."""

    def __init__(self, url: str, journals: Path) -> None:
        self.url = url
        self.journals = journals

    @property
    def files(self) -> set[str]:
        """What is on the disk of calls: all but the audit log, which tells of whoever looks at one."""
        return {path.name for path in self.journals.rglob("*") if path.is_file() and path.name != audit.FILE}

    @asynccontextmanager
    async def call(self, before_ms: int, after_ms: int) -> AsyncIterator[asyncio.Task[None]]:
        """The prospect doubts the cost, with so much silence around it, at its own pace."""
        voice = recording.read((CLIP,), 1).samples[:, 0]
        before, after = (ms * SAMPLE_RATE_HZ // 1000 for ms in (before_ms, after_ms))
        sound = np.zeros((before + len(voice) + after, 2), np.int16)
        sound[before : before + len(voice), 1] = voice
        feeder = Feeder(self.url.replace("http", "ws") + "/call/browser", Recording(sound), ("rep", "prospect"))
        playing = asyncio.create_task(feeder.play(True, lambda _: None, lambda _: None, Metadata()))
        try:
            yield playing
        finally:
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A real server with the real recogniser, whose links end soon."""
    folder = tmp_path_factory.mktemp("before")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ASSIST_")]:
            patch.delenv(name)
        (folder / "assist.toml").touch()
        patch.setenv("ASSIST_CONFIG", str(folder / "assist.toml"))
        settings = assist_settings.load(port=0, journal_dir=folder / "calls", view_link_s=LINK_S)
    async with app.running(settings) as running:
        await asyncio.to_thread(Parser().wait)  # that of the server, which began before it, is there then
        yield Place(running.url, settings.journal_dir)


async def test_a_preparation_is_thought_of_kept_and_taken_into_the_call(place: Place, browser: Browser) -> None:
    """By keyboard alone: fields, what may be said first, the overlay that waits, and the call that takes it."""
    complaints: list[str] = []
    async with page_at(browser, place.url, complaints) as overlay:
        await expect(overlay.locator("#headline")).to_have_text("Waiting for a call")
        async with overlay.context.expect_page() as opening:
            await overlay.locator("#prepare").press("Enter")
        page = await opening.value
        listen(page, complaints)
        kept = page.locator("#kept")
        await expect(kept).to_have_text("Nothing is kept yet.")
        await page.locator("#who").focus()
        thoughts = ("Dana", MARKUP, "the audit in January", "A quiet first quarter", "losing the trust of her team")
        for thought in (*thoughts, "Flowdesk"):
            await page.keyboard.type(thought)
            await page.keyboard.press("Tab")
        await expect(kept).to_have_text("Not kept yet.")
        await expect(page.get_by_role("button", name="Keep it for the next call")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(kept).to_have_text("Kept. Your next call takes it along.")
        line = "It may seem like this could mean losing the trust of your team."
        await expect(page.locator("#said-first li").first).to_have_text(line)
        assert await axe.violations(await inspecting(page)) == []
        await expect(overlay.locator("#empty")).to_contain_text(f"Ready for Dana, {MARKUP}.")
        await page.reload()
        await expect(page.locator("#fears")).to_have_value("losing the trust of her team")
        async with place.call(4_000, 8_000) as playing:
            await expect(overlay.locator("#headline")).to_have_text("Listening")
            await expect(overlay.locator("#company")).to_have_text(MARKUP)
            await expect(overlay.locator("#audits li").first).to_have_text(line)
            await expect(kept).to_have_text("Your call has begun, and has it with it.")
            await expect(page.locator("#fears")).to_have_value("")
            await expect(overlay.locator("#stage")).to_have_attribute("data-offer", "shown")
            await expect(overlay.locator("#audits")).to_be_hidden()
            await playing
        await expect(overlay.locator("#headline")).to_have_text("Call ended")
        await expect(overlay.locator("main :is(img, b)")).to_have_count(0)
    assert complaints == []
    (journal,) = place.files
    assert b'"kind":"call_prepared"' in (place.journals / journal).read_bytes()


async def test_too_much_is_told_where_it_is(place: Place, browser: Browser) -> None:
    """Before it is sent; the field has the focus."""
    complaints: list[str] = []
    async with page_at(browser, f"{place.url}/prepare", complaints) as page:
        await expect(page.locator("#kept")).to_have_text("Nothing is kept yet.")
        await page.locator("#fears").fill("one more\n" * 9)
        await page.locator("#keep").press("Enter")
        await expect(page.locator("#kept")).to_contain_text("Too much here")
        await expect(page.locator("#fears")).to_be_focused()
        await expect(page.locator("#fears")).to_have_attribute("aria-invalid", "true")
        assert await axe.violations(await inspecting(page)) == []
        await page.get_by_role("button", name="Clear").press("Enter")
        await expect(page.locator("#kept")).to_have_text("Nothing is kept yet.")
        await expect(page.locator("#fears")).to_have_value("")
    assert complaints == []


async def test_a_refusal_deletes_the_call_and_help_goes_on(place: Place, browser: Browser) -> None:
    """By one key and what it opens; disk and list know of no such call, the suggestion comes all the same."""
    before = place.files
    complaints: list[str] = []
    async with page_at(browser, place.url, complaints) as page:
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        state = page.locator("#consent-state")
        async with place.call(9_000, 6_000) as playing:
            await expect(page.locator("#headline")).to_have_text("Listening")
            assert len(place.files - before) == 1
            await page.keyboard.press("a")
            await expect(page.locator("#consent")).to_be_focused()
            await expect(page.locator("#consent-line")).to_contain_text("?")
            await expect(page.locator("#consent-kept")).to_have_text("The call is being kept until they refuse.")
            await page.get_by_role("button", name="They know").press("Enter")
            await expect(state).to_have_text("announced")
            await expect(page.locator("#consent")).to_be_focused()
            await page.get_by_role("button", name="They refuse: delete it").press("Enter")
            await expect(state).to_have_text("refused")
            await expect(page.locator("#consent-kept")).to_contain_text("nothing more is kept")
            assert place.files == before
            await page.keyboard.press("Escape")
            await expect(page.locator("#consent")).to_be_hidden()
            await expect(page.locator("#consent-open")).to_be_focused()
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "shown")
            await playing
        await expect(page.locator("#headline")).to_have_text("Call ended")
        assert place.files == before
        await page.goto(f"{place.url}/calls")
        await expect(page.locator(".calls a")).to_have_count(len(before))
    assert complaints == []


async def test_a_manager_watches_by_a_link_until_it_ends(place: Place, browser: Browser) -> None:
    """The same call, nothing to press that would change it, and a plain word when the time is over."""
    complaints: list[str] = []
    async with page_at(browser, place.url, complaints) as rep:
        await expect(rep.locator("#headline")).to_have_text("Waiting for a call")
        async with place.call(1_000, 40_000) as playing:
            await expect(rep.locator("#stage")).to_have_attribute("data-offer", "shown")
            await rep.keyboard.press("s")
            await expect(rep.locator("#link")).to_be_focused()
            await expect(rep.locator("#link-until")).to_contain_text("and do nothing else, until")
            link = await rep.locator("#link-text").input_value()
            assert link.startswith(f"{place.url}/?call=call-") and "#" in link
            async with page_at(browser, link, complaints) as manager:
                await expect(manager.locator("#overlay")).to_have_attribute("data-phase", "live")
                await expect(manager.locator("#sentence")).to_be_visible()
                await expect(manager.get_by_text("You are watching. Read only.")).to_be_visible()
                names = [await button.inner_text() for button in await manager.get_by_role("button").all()]
                assert [name.split()[0] for name in names] == ["Own", "Compact", "Keys"]
                for key in ("d", "n", "l", "a", "s", "Escape"):
                    await manager.keyboard.press(key)
                await expect(manager.locator("#overlay")).to_have_attribute("data-phase", "live")
                await expect(manager.locator("#headline")).to_have_text("This link has ended")
                await expect(manager.locator("#lines li")).to_have_count(0)
                await expect(rep.locator("#overlay")).to_have_attribute("data-phase", "live")
                await manager.reload()
                await expect(manager.locator("#headline")).to_have_text("This link has ended")
            playing.cancel()
    assert complaints == []

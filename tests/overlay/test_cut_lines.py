"""What a rep does while the line to the server is cut: what matters is passed on, nothing that was typed is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from assist.overlay_events import ConsentChanged
from assist.overlay_messages import Refused
from tests.assist.wire import Wire
from tests.overlay.scenes import ASKED, LABEL, LINE, THOUGHT
from tests.overlay.stage import Stage, standing

pytestmark = pytest.mark.asyncio(loop_scope="module")

WIN = "A quiet first quarter"

expect.set_options(timeout=60_000)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage() -> AsyncIterator[tuple[Stage, int]]:
    """A server without sound, and its port."""
    async with standing() as (stage, url):
        yield stage, int(url.rsplit(":", 1)[1])


async def test_what_they_refuse_is_told_once_the_line_is_back(stage: tuple[Stage, int], browser: Browser) -> None:
    """It is the one answer that must not get lost; less and next are told to be of no use meanwhile."""
    server, port = stage
    async with Wire(port).laid() as wire:
        server.begin("cut", 1_000)
        server.tell("cut", 740_000, ASKED, LABEL)
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{wire.port}/?call=cut")
        headline, kept = page.locator("#headline"), page.locator("#consent-kept")
        await expect(headline).to_have_text("Listening")
        wire.cut()
        await expect(headline).to_have_text("Reconnecting")
        await page.keyboard.press("l")
        await expect(page.locator("#delivery")).to_have_text("Not now: the assistant is out of reach")
        await page.keyboard.press("a")
        await page.get_by_role("button", name="They refuse: delete it").press("Enter")
        await expect(kept).to_contain_text("passed on as soon as it is back")
        assert server.replies == []
        wire.mend()
        await expect(kept).to_have_text("The call is kept unless they refuse.")
        for _ in range(300):
            if server.replies:
                break
            await asyncio.sleep(0.05)
        assert server.replies == [Refused("cut")]
        server.tell("cut", 741_000, ConsentChanged("refused", False, LINE))
        await expect(page.locator("#consent-state")).to_have_text("refused")
        await page.close()


async def test_what_is_typed_before_a_call_is_still_there(stage: tuple[Stage, int], browser: Browser) -> None:
    """Not replaced by what the server kept before, and kept by the next press."""
    server, port = stage
    server.desk.keep(THOUGHT)
    async with Wire(port).laid() as wire:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{wire.port}/prepare")
        kept, win = page.locator("#kept"), page.locator("#win")
        await expect(kept).to_have_text("Kept. Your next call takes it along.")
        await win.fill(WIN)
        await expect(kept).to_have_text("Not kept yet.")
        wire.cut()
        await expect(kept).to_contain_text("What you type stays here.")
        await page.locator("#keep").press("Enter")
        await expect(kept).to_contain_text("What you type stays here.")
        wire.mend()
        await expect(kept).to_have_text("Not kept yet.")
        await page.wait_for_timeout(300)  # the server tells what it kept before
        await expect(win).to_have_value(WIN)
        await page.locator("#keep").press("Enter")
        await expect(kept).to_have_text("Kept. Your next call takes it along.")
        assert server.desk.prepared is not None and server.desk.prepared.preparation.win == WIN
        await page.close()

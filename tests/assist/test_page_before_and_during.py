"""Before a call and during it, in real Chromium against the real server: preparation, consent, and a manager's link."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from assist import audit
from assist.grammar.parser import Parser
from assist.visits import AUDIENCE
from streaming.protocols.contract import Metadata
from streaming.tokens import Grant, sign
from tests.assist.calling import calling, spoken
from tests.assist.conftest import LINK_KEY, House
from tests.chromium import inspecting, listen, page_at
from tests.overlay import axe

pytestmark = pytest.mark.asyncio(loop_scope="module")

WAIT_MS = 60_000
MARKUP = '<img src=x onerror="console.error(1)"><b>Acme</b>'

expect.set_options(timeout=WAIT_MS)


@pytest_asyncio.fixture(autouse=True, loop_scope="module", scope="module")
async def _parser(place: House) -> None:
    """That of the server, which began before this one, is there by now."""
    await asyncio.to_thread(Parser().wait)


def files(place: House) -> set[str]:
    """What is on the disk of calls: all but the audit log, which tells of whoever looks at one."""
    return {path.name for path in place.journals.rglob("*") if path.is_file() and path.name != audit.FILE}


def call(place: House, before_ms: int, after_ms: int) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """The prospect doubts the cost, with so much silence around it, at its own pace."""
    return calling(place.url, spoken(("prospect", "justify_the_cost", after_ms), before_ms=before_ms), Metadata())


async def test_a_preparation_is_thought_of_kept_and_taken_into_the_call(place: House, browser: Browser) -> None:
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
        async with call(place, 4_000, 8_000) as playing:
            await expect(overlay.locator("#headline")).to_have_text("Listening")
            await expect(overlay.locator("#company")).to_have_text(MARKUP)
            await expect(overlay.locator("#audits li").first).to_have_text(line)
            await expect(kept).to_have_text("Your call has begun, and took it along.")
            await expect(page.locator("#fears")).to_have_value("")
            await expect(overlay.locator("#stage")).to_have_attribute("data-offer", "shown")
            await expect(overlay.locator("#audits")).to_be_hidden()
            await playing
        await expect(overlay.locator("#headline")).to_have_text("Call ended")
        await expect(overlay.locator("main :is(img, b)")).to_have_count(0)
    assert complaints == []
    (journal,) = files(place)
    assert b'"kind":"call_prepared"' in (place.journals / journal).read_bytes()


async def test_too_much_is_told_where_it_is(place: House, browser: Browser) -> None:
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


async def test_a_refusal_deletes_the_call_and_help_goes_on(place: House, browser: Browser) -> None:
    """By one key and what it opens; disk and list know of no such call, the suggestion comes all the same."""
    before = files(place)
    complaints: list[str] = []
    async with page_at(browser, place.url, complaints) as page:
        await expect(page.locator("#headline")).to_have_text("Waiting for a call")
        state = page.locator("#consent-state")
        async with call(place, 9_000, 6_000) as playing:
            await expect(page.locator("#headline")).to_have_text("Listening")
            assert len(files(place) - before) == 1
            await page.keyboard.press("a")
            await expect(page.locator("#consent")).to_be_focused()
            await expect(page.locator("#consent-line")).to_contain_text("?")
            await expect(page.locator("#consent-kept")).to_have_text("The call is kept unless they refuse.")
            await page.get_by_role("button", name="They know").press("Enter")
            await expect(state).to_have_text("announced")
            await expect(page.locator("#consent")).to_be_focused()
            await page.get_by_role("button", name="They refuse: delete it").press("Enter")
            await expect(state).to_have_text("refused")
            await expect(page.locator("#consent-kept")).to_contain_text("nothing more is kept")
            assert files(place) == before
            await page.keyboard.press("Escape")
            await expect(page.locator("#consent")).to_be_hidden()
            await expect(page.locator("#consent-open")).to_be_focused()
            await expect(page.locator("#stage")).to_have_attribute("data-offer", "shown")
            await playing
        await expect(page.locator("#headline")).to_have_text("Call ended")
        assert files(place) == before
        await page.goto(f"{place.url}/calls")
        await expect(page.locator(".calls a")).to_have_count(len(before))
    assert complaints == []


async def test_a_manager_watches_by_a_link_until_it_ends(place: House, browser: Browser) -> None:
    """The same call, nothing to press that would change it, and a plain word when the time is over."""
    complaints: list[str] = []
    async with page_at(browser, place.url, complaints) as rep:
        await expect(rep.locator("#headline")).to_have_text("Waiting for a call")
        async with call(place, 1_000, 240_000):
            await expect(rep.locator("#stage")).to_have_attribute("data-offer", "shown")
            await rep.keyboard.press("s")
            await expect(rep.locator("#link")).to_be_focused()
            await expect(rep.locator("#link-until")).to_contain_text("and do nothing else, until")
            link = await rep.locator("#link-text").input_value()
            assert link.startswith(f"{place.url}/?call=call-") and "#" in link
            begun_s = time.monotonic()
            async with page_at(browser, link, complaints) as manager:
                await expect(manager.locator("#overlay")).to_have_attribute("data-phase", "live")
                opened_in_s = time.monotonic() - begun_s
                await expect(manager.locator("#sentence")).to_be_visible()
                await expect(manager.get_by_text("You are watching. Read only.")).to_be_visible()
                names = [await button.inner_text() for button in await manager.get_by_role("button").all()]
                assert [name.split()[0] for name in names] == ["Pop", "Compact", "Keys"]
                for key in ("d", "n", "l", "a", "s", "Escape"):
                    await manager.keyboard.press(key)
                await expect(manager.locator("#overlay")).to_have_attribute("data-phase", "live")
            # One like it that ends while it is watched, however slow the machine is.
            async with page_at(browser, ending(link, 2 + 4 * opened_in_s), complaints) as manager:
                await expect(manager.locator("#overlay")).to_have_attribute("data-phase", "live")
                await expect(manager.locator("#headline")).to_have_text("This link has expired")
                await expect(manager.locator("#lines li")).to_have_count(0)
                await expect(rep.locator("#overlay")).to_have_attribute("data-phase", "live")
                await manager.reload()
                await expect(manager.locator("#headline")).to_have_text("This link has expired")
    assert complaints == []


def ending(link: str, in_s: float) -> str:
    """A link to the same call that holds for so long."""
    address, _, _ = link.partition("#")
    _, _, call_id = address.partition("?call=")
    return f"{address}#{sign(Grant('view', call_id, AUDIENCE, time.time() + in_s), LINK_KEY.encode())}"

"""Chromium for whatever looks at pages: the tests, the screenshots and the overlay's bench."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, async_playwright

# Chromium itself reports most violations in the console; this catches those it only tells the page.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) => console.error("policy:", e.violatedDirective));
"""
# Keeps each text and state of the page's parts, also of those that stand for a moment only.
MOMENTS = """
globalThis.moments = new Set();
new MutationObserver((changes) => {
  for (const { target, type, attributeName } of changes) {
    moments.add(`${target.id}: ${type === "attributes" ? target.getAttribute(attributeName) : target.textContent}`);
  }
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
QUIET_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@asynccontextmanager
async def launched(*flags: str, is_muted: bool = True) -> AsyncIterator[Browser]:
    """The system's Chromium. A test asks by `need` first."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*QUIET_FLAGS, *flags],
            ignore_default_args=None if is_muted else ["--mute-audio"],
        )
        try:
            yield browser
        finally:
            await browser.close()


def need() -> None:
    """Where Chromium is not installed the test is skipped, but never in CI."""
    if shutil.which("chromium") is None and "CI" not in os.environ:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")


@asynccontextmanager
async def page_at(browser: Browser, url: str, complaints: list[str], **context: Any) -> AsyncIterator[Page]:
    """A page of somebody's own, at an overlay's usual size unless `context` says otherwise.

    What is wrong on it goes to `complaints`.
    """
    room = await browser.new_context(**{"viewport": {"width": 420, "height": 640}} | context)
    page = await room.new_page()
    listen(page, complaints)
    await page.add_init_script(REPORT_VIOLATIONS)
    await page.add_init_script(MOMENTS)
    try:
        await page.goto(url)
        yield page
    finally:
        await room.close()


async def passing(page: Page, part: str, state: str) -> None:
    """Waits until a part of a page of `page_at` is so or was so, however short: nobody looks at each moment.

    Raises TimeoutError after a minute.
    """
    async with asyncio.timeout(60):
        while f"{part}: {state}" not in await page.evaluate("[...moments]"):
            await page.wait_for_timeout(100)


def listen(page: Page, complaints: list[str]) -> None:
    """Takes down errors and warnings of the console, exceptions, dialogs, and violations that are reported."""
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))


class Inspector:
    """Runs script beside a page, in a world of its own where the page's content policy does not reach."""

    def __init__(self, session: CDPSession, world: int) -> None:
        self.session = session
        self._world = world

    async def run(self, expression: str) -> Any:
        """The value of an expression, awaited if it is a promise. Raises RuntimeError with what went wrong."""
        wish = {"expression": expression, "contextId": self._world, "awaitPromise": True, "returnByValue": True}
        answer = await self.session.send("Runtime.evaluate", wish)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")


async def inspecting(page: Page) -> Inspector:
    """An inspector of the page as it is loaded now."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Page.getFrameTree")
    frame = tree["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "inspector"})
    return Inspector(session, world["executionContextId"])

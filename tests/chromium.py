"""Chromium for whatever looks at pages: the tests, the screenshots and the overlay's bench."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

QUIET_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The system's Chromium; look whether `is_installed` first."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def is_installed() -> bool:
    """Whether there is one."""
    return shutil.which("chromium") is not None


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

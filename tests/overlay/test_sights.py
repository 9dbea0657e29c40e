"""Every page about calls that were, narrow and wide, light and dark: axe finds nothing, and nothing is too wide."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import chromium
from tests.overlay import axe
from tests.overlay.scenes import Look
from tests.overlay.shelf import SIGHTS, Sight, filled, seen
from tests.overlay.stage import standing

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOKS = (Look(320, 568, "light"), Look(1280, 800, "dark"))

expect.set_options(timeout=60_000)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a server with calls that were."""
    async with standing(journals=filled(tmp_path_factory.mktemp("shelf"))) as (_, url):
        yield url


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; where it is not installed the file is skipped, but never in CI."""
    if not chromium.is_installed() and "CI" not in os.environ:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    async with chromium.launched() as browser:
        yield browser


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-light", "wide-dark"])
@pytest.mark.parametrize("sight", SIGHTS, ids=[sight.name for sight in SIGHTS])
async def test_a_page_can_be_used_by_anybody(sight: Sight, look: Look, url: str, browser: Browser) -> None:
    """By eye, ear and hand; and names stay text."""
    async with seen(sight, url, browser, look) as page:
        assert await axe.violations(await chromium.inspecting(page)) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= look.width
        await expect(page.locator("main img")).to_have_count(0)

"""Every page about calls that were or that brings one in, narrow and wide: axe finds nothing, nothing is too wide."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import chromium
from tests.overlay import axe
from tests.overlay.capturing import CAPTURES
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


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-light", "wide-dark"])
@pytest.mark.parametrize("sight", (*SIGHTS, *CAPTURES), ids=lambda sight: sight.name)
async def test_a_page_can_be_used_by_anybody(sight: Sight, look: Look, url: str, browser: Browser) -> None:
    """By eye, ear and hand; and names stay text."""
    async with seen(sight, url, browser, look) as page:
        assert await axe.violations(await chromium.inspecting(page)) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= look.width
        await expect(page.locator("main img")).to_have_count(0)

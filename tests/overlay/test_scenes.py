"""Every state of the overlay, narrow and wide, light and dark: axe finds nothing, nothing is covered or too wide."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests import chromium
from tests.overlay import axe
from tests.overlay.scenes import SCENES, Look, Scene, played
from tests.overlay.stage import Stage, standing

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOKS = (Look(320, 568, "light"), Look(1280, 800, "dark"))
WAIT_MS = 60_000

# Every button and link can be hit in its middle once it is scrolled to, and no two pieces of text or buttons overlap.
COVERED = """
(() => {
  const how = {visibilityProperty: true, opacityProperty: true};
  const isSeen = (at) => at?.checkVisibility(how) && at.textContent.trim();
  const wrong = [];
  for (const button of [...document.querySelectorAll('button, a')].filter(isSeen)) {
    button.scrollIntoView({block: 'nearest'});
    const {left, top, width, height} = button.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!button.contains(hit)) wrong.push(`${button.textContent} is covered by ${hit?.id || hit?.tagName}`);
    if (width < 24 || height < 24) wrong.push(`${button.textContent} is ${width} x ${height}`);
  }
  const named = 'headline detail call pulse rest manner sentence because actions lines consent link help'.split(' ');
  const feet = document.querySelectorAll('footer > *');
  const pieces = [...named.map((id) => document.getElementById(id)), ...feet].filter(isSeen);
  for (const [place, one] of pieces.entries()) {
    const a = one.getBoundingClientRect();
    for (const other of pieces.slice(place + 1)) {
      const b = other.getBoundingClientRect();
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1 && y > 1) wrong.push(`${one.id} and ${other.id} overlap by ${x} x ${y}`);
    }
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`the page is ${wide} wide`);
  return wrong;
})()
"""

expect.set_options(timeout=WAIT_MS)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage() -> AsyncIterator[tuple[Stage, str]]:
    """A server without sound, and its address."""
    async with standing() as stood:
        yield stood


def scene_named(name: str) -> Scene:
    """The one of that name."""
    return next(scene for scene in SCENES if scene.name == name)


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-light", "wide-dark"])
@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
async def test_a_state_can_be_used_by_anybody(
    scene: Scene, look: Look, stage: tuple[Stage, str], browser: Browser
) -> None:
    """By eye, ear and hand."""
    async with played(scene, *stage, browser, look) as page:
        inspector = await chromium.inspecting(page)
        assert await inspector.run(COVERED) == []
        assert await axe.violations(inspector) == []


# How many lines the foot has (its pieces have their middles in so many heights), and how much page there is below it.
FOOT = """
(() => {
  const middleOf = ({top, height}) => Math.round(top + height / 2);
  const pieces = [...document.querySelectorAll('footer > * > *')].filter((at) => at.checkVisibility());
  const end = Math.max(innerHeight, scrollY + document.querySelector('footer').getBoundingClientRect().bottom);
  return {
    lines: new Set(pieces.map((at) => middleOf(at.getBoundingClientRect()))).size,
    below: document.documentElement.scrollHeight - end,
  };
})()
"""
MOST_BELOW_PX = 8


@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("announced", 420, 1),
        ("apart", 420, 1),
        ("watched_by_link", 420, 1),
        ("label", 320, 2),
        ("compact_pinned", 320, 1),
    ],
)
async def test_the_foot_of_a_small_window_is_tidy(
    name: str, width: int, lines: int, stage: tuple[Stage, str], browser: Browser
) -> None:
    """One line, or two whole ones where the window is as narrow as a telephone, and nothing below it."""
    scene = scene_named(name)
    async with played(scene, *stage, browser, Look(width, 560, "light")) as page:
        foot = await (await chromium.inspecting(page)).run(FOOT)
        assert foot["lines"] == lines and foot["below"] <= MOST_BELOW_PX


# By how much the page is higher than its window, whether all of the sentence is in sight, and how large it is.
READ = """
(() => {
  const sentence = document.getElementById('sentence');
  const {top, bottom} = sentence.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(sentence).fontSize);
  return {over: document.scrollingElement.scrollHeight - innerHeight, isSeen: top >= 0 && bottom <= innerHeight, size};
})()
"""
LEAST_PX = 18
"""At an arm's length; see stage.css."""
SMALL = ((320, 480), (420, 560))


async def read_whole(page: Page) -> None:
    """Fails unless nothing has to be scrolled."""
    found = await (await chromium.inspecting(page)).run(READ)
    assert found["over"] <= 0 and found["isSeen"] and found["size"] >= LEAST_PX, found


@pytest.mark.parametrize(("width", "height"), SMALL)
@pytest.mark.parametrize("name", ["summary_longest", "compact_longest", "say_first"])
async def test_a_sentence_is_read_whole_without_scrolling(
    name: str, width: int, height: int, stage: tuple[Stage, str], browser: Browser
) -> None:
    """In a small window too; what is around it is small there, and the last lines of the call give way."""
    scene = msgspec.structs.replace(scene_named(name), height=height)
    async with played(scene, *stage, browser, Look(width, height, "light")) as page:
        await read_whole(page)


@pytest.mark.parametrize(("width", "height"), SMALL)
async def test_a_sentence_is_read_whole_in_a_window_of_its_own(
    width: int, height: int, stage: tuple[Stage, str], browser: Browser
) -> None:
    """A picture-in-picture window has a document of another kind."""
    scene = msgspec.structs.replace(scene_named("summary_longest"), height=900, apart="window")
    async with played(scene, *stage, browser, Look(768, 900, "light")) as window:
        await window.set_viewport_size({"width": width, "height": height})
        inspector = await chromium.inspecting(window)
        async with asyncio.timeout(60):
            while await inspector.run("[innerWidth, innerHeight].join()") != f"{width},{height}":
                await window.wait_for_timeout(50)
        await read_whole(window)


async def test_the_lines_come_back_once_the_sentence_is_gone(stage: tuple[Stage, str], browser: Browser) -> None:
    """What is not shown holds no room."""
    scene = msgspec.structs.replace(scene_named("summary_longest"), height=560)
    async with played(scene, *stage, browser, Look(420, 560, "light")) as page:
        inspector = await chromium.inspecting(page)
        high = "document.getElementById('transcript').clientHeight"
        before = await inspector.run(high)
        await page.keyboard.press("d")
        await expect(page.locator("#stage")).to_have_attribute("data-offer", "none")
        assert await inspector.run(high) > before + 60


async def test_a_window_of_its_own_leads_where_the_page_leads(stage: tuple[Stage, str], browser: Browser) -> None:
    """It is a document of its own, without an address."""
    scene = scene_named("apart_waiting")
    async with played(scene, *stage, browser, Look(768, 900, "light")) as apart:
        async with apart.context.expect_page() as opening:
            await apart.get_by_role("link", name="Prepare").click()
        prepare = await opening.value
        await expect(prepare.locator("#kept")).to_have_text("Nothing is kept yet.")

"""A practice in real Chromium as a rep goes through it by keyboard, stopping where there is something to look at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, expect

from assist.app import running
from assist.demo.render import write_opus
from assist.practice.scenario_files import scenarios
from assist.settings import Settings
from streaming import recording
from tests import chromium

LABELS = ("It sounds like this landed heavier than you expected.", "It seems like that would be on you.")
SUMMED_UP = (
    "Let me make sure I've got this. The number is not the thing. The owners hate surprises, the phones never paid for "
    "themselves, and it would be your name on it again."
)
STATES = ("choosing", "speaking", "your_turn", "hinted", "opened", "closed", "understood")
"""What there is to look at, in the order in which it comes."""

expect.set_options(timeout=60_000)


def with_quick_lines(folder: Path) -> Path:
    """Our scenarios with the first second of each line: what is looked at is the page, not how well it listens."""
    for name, kept in scenarios(None).items():
        own = folder / name
        own.mkdir(parents=True)
        (own / "scenario.toml").write_text((kept.folder / "scenario.toml").read_text("utf-8"))
        for line in kept.scenario.lines:
            samples = recording.read((kept.sound_of(line),), 1).samples[:16_000:2, 0]
            write_opus(own / f"{line}.ogg", samples[np.newaxis].astype(np.float32) / np.float32(32_768), 16_000)
    return folder


@asynccontextmanager
async def practising(browser: Browser, settings: Settings) -> AsyncIterator[tuple[Page, list[str]]]:
    """The page on a real server; errors, exceptions and policy violations go to the list."""
    complaints: list[str] = []
    async with running(settings) as up:
        context = await browser.new_context(reduced_motion="reduce")
        page = await context.new_page()
        chromium.listen(page, complaints)
        try:
            await page.goto(f"{up.url}/practice?scenario=price")
            yield page, complaints
        finally:
            await context.close()


async def states(page: Page) -> AsyncIterator[str]:
    """Goes from one of `STATES` to the next, by keyboard alone; the debrief is left to open."""
    await expect(page.locator("#start")).to_be_enabled()
    await expect(page.locator("#scenarios label")).to_have_count(len(scenarios(None)))
    yield "choosing"
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("radio", name="The price that hides the return")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="I type.")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#turn")).to_have_text("Renee is speaking.")
    yield "speaking"
    await _my_turn(page)
    yield "your_turn"
    await _press(page, "Give me a hint")
    await expect(page.locator("#hint")).to_contain_text("A number is seldom the reason.")
    yield "hinted"
    await page.locator("#words").focus()
    await _say(page, LABELS[0], "They heard a label. It opened them up.")
    yield "opened"
    await _say(page, "But it pays for itself.", "They heard a pitch. It shut them down.")
    yield "closed"
    await _say(page, LABELS[1], "They heard a label. It opened them up.")
    await page.keyboard.type(SUMMED_UP)
    await page.keyboard.press("Enter")
    await expect(page.locator("#outcome")).to_be_focused()
    await expect(page.locator("#outcome")).to_have_text("\u201cThat\u2019s right.\u201d")
    yield "understood"


async def _my_turn(page: Page) -> None:
    await expect(page.locator("#turn")).to_have_text("Your turn.")
    await expect(page.locator("#words")).to_be_focused()


async def _press(page: Page, name: str) -> None:
    """By Tab from the words typed so far to the button."""
    for _ in range(3):
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name=name)).to_be_focused()
    await page.keyboard.press("Enter")


async def _say(page: Page, words: str, reaction: str) -> None:
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#reaction")).to_have_text(reaction)
    await _my_turn(page)

"""Practice in real Chromium, against the real server and recogniser: by keyboard to its end, once by microphone."""

import os
import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest
from playwright.async_api import Browser, async_playwright, expect

from assist import demo
from assist.demo.render import Expected
from assist.practice.scenario_files import scenarios
from assist.settings import load
from streaming import recording
from streaming.types import SAMPLE_RATE_HZ
from tests import chromium
from tests.overlay import axe
from tests.overlay.practising import STATES, practising, states, with_quick_lines

DEMO = Path(str(demo.__file__)).parent
WAIT_MS = 60_000
LABEL_AFTER_S = 2.0
"""From the end of their first line to the rep's label: the silence would let them go on at 4.5 s."""

expect.set_options(timeout=WAIT_MS)

SIZED = """
(() => {
  const wrong = [];
  const hit_by_hand = document.querySelectorAll("button, a, input, label:has(input)");
  for (const at of [...hit_by_hand].filter((one) => one.checkVisibility())) {
    at.scrollIntoView({block: "nearest"});
    const {left, top, width, height} = at.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!at.contains(hit) && !hit?.closest("label")) wrong.push(`${at.id || at.textContent} is covered`);
    if (height < 20) wrong.push(`${at.id || at.textContent} is ${width} x ${height}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`the page is ${wide} wide`);
  return wrong;
})()
"""


@asynccontextmanager
async def browser(*flags: str) -> AsyncIterator[Browser]:
    """Chromium; where it is not installed the test is skipped, but never in CI."""
    if not chromium.is_installed() and "CI" not in os.environ:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*chromium.QUIET_FLAGS, *flags]
        )
        try:
            yield opened
        finally:
            await opened.close()


async def test_by_keyboard_to_thats_right_and_its_debrief(tmp_path: Path) -> None:
    """Each state can be used by anybody, narrow and wide; the debrief says what opened them up and what did not."""
    settings = load(port=0, journal_dir=tmp_path / "calls", practice_dir=with_quick_lines(tmp_path / "own"))
    seen = []
    async with browser() as chrome, practising(chrome, settings) as (page, complaints):
        inspector = await chromium.inspecting(page)
        async for state in states(page):
            seen.append(state)
            for width, scheme in ((320, "light"), (1280, "dark")):
                await page.set_viewport_size({"width": width, "height": 700})
                await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                assert await inspector.run(SIZED) == [], (state, width)
                assert await axe.violations(inspector) == [], (state, width)
        await expect(page.locator("#steps li[data-effect='opened']")).to_have_count(3)
        await page.get_by_role("link", name="Open the debrief").click()
        await expect(page.get_by_text("Debrief of a practice")).to_be_visible()
        await expect(page.locator("h1")).to_have_text("Practice with Renee Castillo, Harbor Dental")
        opened = page.locator("#practised ~ div .understood")
        await expect(opened).to_contain_text("It sounds like this landed heavier than you expected.")
        await expect(page.locator("#practised ~ div .waited")).to_contain_text("But it pays for itself.")
    assert tuple(seen) == STATES
    assert complaints == []


def said_in_the_demo(text: str) -> recording.Samples:
    """A sentence of the rep of the bundled call."""
    turns = msgspec.json.decode((DEMO / "expected.json").read_bytes(), type=Expected).turns
    (turn,) = (turn for turn in turns if turn.text == text)
    first, last = (at_ms * SAMPLE_RATE_HZ // 1000 for at_ms in (turn.start_ms - 100, turn.end_ms + 100))
    return recording.read((DEMO / "call.ogg",), 2).samples[first:last, 0]


async def test_by_microphone_a_label_is_heard_and_opens_them_up(tmp_path: Path) -> None:
    """Real lines at their own length, and a real voice; who hangs up gets the debrief all the same."""
    kept = scenarios(None)["price"]
    opening_s = recording.read((kept.sound_of("opening"),), 1).duration_ms / 1000
    voice = said_in_the_demo("It sounds like that one left a mark.")
    silence = np.zeros(int((0.6 + opening_s + LABEL_AFTER_S) * SAMPLE_RATE_HZ), np.int16)
    with wave.open(str(tmp_path / "rep.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(
            np.concatenate([silence, voice, np.zeros(60 * SAMPLE_RATE_HZ, np.int16)]).astype("<i2").tobytes()
        )
    flags = (
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
        f"--use-file-for-fake-audio-capture={tmp_path / 'rep.wav'}%noloop",
    )
    settings = load(port=0, journal_dir=tmp_path / "calls")
    async with browser(*flags) as chrome, practising(chrome, settings) as (page, complaints):
        await page.get_by_role("button", name="Call").click()
        await expect(page.locator("#reaction")).to_have_text("They heard a label. It opened them up.")
        await expect(page.locator("#said li[data-speaker='rep']")).to_contain_text("sounds like that one left a mark")
        await expect(page.locator("#said li[data-speaker='prospect']").first).to_contain_text("this is Renee")
        await page.get_by_role("button", name="Hang up").click()
        await expect(page.locator("#outcome")).to_have_text("You hung up")
        await page.get_by_role("link", name="Open the debrief").click()
        await expect(page.locator(".understood").first).to_contain_text("It sounds like")
    assert complaints == []

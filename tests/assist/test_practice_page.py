"""Practice in real Chromium, against the real server and recogniser: by keyboard, by microphone, by a token."""

import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from assist import demo
from assist.app import running
from assist.demo.render import Expected
from assist.front_door import token_for
from assist.practice.scenario_files import scenarios
from assist.settings import load
from streaming import recording
from streaming.types import SAMPLE_RATE_HZ
from tests import chromium
from tests.assist.certified import certified
from tests.bench.served import free_port
from tests.overlay import axe
from tests.overlay.practising import STATES, practising, states, with_quick_lines

pytestmark = pytest.mark.asyncio(loop_scope="module")

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


async def test_by_keyboard_to_thats_right_and_its_debrief(browser: Browser, tmp_path: Path) -> None:
    """Each state can be used by anybody, narrow and wide; the debrief says what opened them up and what did not."""
    settings = load(port=0, journal_dir=tmp_path / "calls", practice_dir=with_quick_lines(tmp_path / "own"))
    seen = []
    async with practising(browser, settings) as (page, complaints):
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
    chromium.need()
    async with chromium.launched(*flags) as hearing, practising(hearing, settings) as (page, complaints):
        await page.get_by_role("button", name="Call").click()
        await expect(page.locator("#reaction")).to_have_text("They heard a label. It opened them up.")
        await expect(page.locator("#said li[data-speaker='rep']")).to_contain_text("sounds like that one left a mark")
        await expect(page.locator("#said li[data-speaker='prospect']").first).to_contain_text("this is Renee")
        await page.get_by_role("button", name="Hang up").click()
        await expect(page.locator("#outcome")).to_have_text("You hung up")
        await page.get_by_role("link", name="Open the debrief").click()
        await expect(page.locator(".understood").first).to_contain_text("It sounds like")
    assert complaints == []


async def test_a_browser_that_lets_no_sound_in_says_so(browser: Browser, tmp_path: Path) -> None:
    """As an older Firefox, which takes no stream into a context of another rate."""
    settings = load(port=0, journal_dir=tmp_path / "calls")
    async with practising(browser, settings) as (page, complaints):
        await page.add_init_script("AudioContext.prototype.createMediaStreamSource = () => { throw new Error(); };")
        await page.reload()
        await page.get_by_label("I type.").check()
        await page.get_by_role("button", name="Call").click()
        await expect(page.locator("#trouble")).to_contain_text("try a newer browser or Chrome")
        await expect(page.locator("#choose")).to_be_visible()
    assert complaints == []


async def test_behind_a_door_a_token_lets_the_rep_prepare_practise_and_read_the_debrief(
    browser: Browser, tmp_path: Path
) -> None:
    """One that lets them have a say: all pages that are opened from the overlay have it. Others say what they need."""
    cert, key = certified(tmp_path)
    at = free_port()
    url = f"https://localhost:{at}"
    settings = load(
        **{"host": "0.0.0.0", "port": at, "tls_cert": cert, "tls_key": key, "token_key": "k" * 32, "origins": (url,)},
        **{"journal_dir": tmp_path / "calls", "practice_dir": with_quick_lines(tmp_path / "own")},
    )
    token = token_for(settings, "control", None, 60, 600)
    complaints: list[str] = []
    async with (
        running(settings),
        chromium.page_at(browser, f"{url}/#token={token}", complaints, ignore_https_errors=True) as overlay,
    ):
        await expect(overlay.locator("#headline")).to_have_text("Waiting for a call")
        prepare = await _opened(overlay, "Prepare", complaints)
        await expect(prepare.locator("#kept")).to_have_text("Nothing is kept yet.")
        page = await _opened(overlay, "Practise", complaints)
        await page.get_by_label("I type.").check()
        await page.get_by_role("button", name="Call").click()
        await expect(page.locator("#turn")).to_have_text("Your turn.")
        await page.get_by_role("button", name="Hang up").click()
        await expect(page.locator("#outcome")).to_have_text("You hung up")
        await page.get_by_role("link", name="Open the debrief").click()
        await expect(page.get_by_text("Debrief of a practice")).to_be_visible()
        await page.get_by_label("Your own answer").fill("I hung up on her.")
        await page.get_by_role("button", name="Keep my answer").click()
        await expect(page.locator("#kept")).to_have_text("Kept with the call.")
        assert complaints == []
        looking = f"{url}/#token={token_for(settings, 'view', None, 60, 600)}"
        async with chromium.page_at(browser, looking, complaints, ignore_https_errors=True) as manager:
            await expect(manager.get_by_text("You are watching. Read only.")).to_be_visible()
            await expect(manager.get_by_role("link")).to_have_text(["Past calls"])
            await expect(manager.get_by_role("button")).to_have_text(["Pop out W", "Compact V", "Keys ?"])
        assert complaints == []
        async with chromium.page_at(browser, f"{url}/practice", [], ignore_https_errors=True) as stranger:
            await stranger.get_by_label("I type.").check()
            await stranger.get_by_role("button", name="Call").click()
            await expect(stranger.locator("#trouble")).to_contain_text("token")
            await expect(stranger.locator("#choose")).to_be_visible()
            await stranger.goto(f"{url}/prepare")
            await expect(stranger.locator("#kept")).to_contain_text("needs a link that lets you prepare")


async def _opened(overlay: Page, name: str, complaints: list[str]) -> Page:
    """The page that a link of the overlay opens."""
    async with overlay.context.expect_page() as opening:
        await overlay.get_by_role("link", name=name).click()
    page = await opening.value
    chromium.listen(page, complaints)
    return page

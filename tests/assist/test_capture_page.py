"""A call out of real Chromium: its microphone and a tab's sound reach the server as two sides, whatever is cut."""

import asyncio
import base64
import re
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jiwer
import msgspec
import numpy as np
import numpy.typing as npt
from playwright.async_api import BrowserContext, Page, Route, expect

from assist import journal
from assist.app import running
from assist.archive import Archive
from assist.settings import load
from streaming import recording
from streaming.types import SAMPLE_RATE_HZ
from tests import chromium
from tests.assist.wire import Wire

Samples = np.ndarray[Any, np.dtype[np.int16]]

RECORDINGS = Path(__file__).parents[1] / "recordings"
CLIPS = msgspec.json.decode((RECORDINGS / "clips.json").read_bytes())
SAID = {clip["file"].removesuffix(".ogg"): clip["text"] for clip in CLIPS}
MEETING = "http://meeting.example/"
MICROPHONE_LEAD_S = 6.0  # from the microphone's opening to the meeting's first sound: time to set the page up
FLAGS = [
    *("--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required"),
    "--auto-select-tab-capture-source-by-title=Meeting",
]
NO_WORKLET_AT_FIRST = """
const add = Worklet.prototype.addModule;
Worklet.prototype.addModule = function () {
  Worklet.prototype.addModule = add;
  return Promise.reject(new DOMException("not now", "AbortError"));
};
globalThis.streams = [];
const open = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = function (wish) {
  return open.call(this, wish).then((stream) => (streams.push(stream), stream));
};
"""
PROSPECT = ((0.5, "justify_the_cost"), (6.7, "looks_disruptive"), (22.5, "ordinary_talk"))
REP = ((13.5, "rep_summary"),)
"""What each says, by the second of the meeting at which it begins."""
CUTS_S = ((2.5, 0.2), (9.0, 1.0), (15.8, 5.0), (25.0, 20.0))
"""When the line is cut, in mid-sentence each time, and for how long."""
LOUD = re.compile(r"^[4-9]\d$")

FRAME_SAMPLES, STEP_SAMPLES = SAMPLE_RATE_HZ // 50, SAMPLE_RATE_HZ // 400
PIECE_STEPS, AROUND_STEPS, NEAR_STEPS = 800, 240, 16
VOICED = 500.0
"""A frame's level, of 32,768, in which somebody speaks."""

FloatArray = npt.NDArray[np.float64]

expect.set_options(timeout=60_000)


def track(lines: tuple[tuple[float, str], ...], lead_s: float = 0.0) -> Samples:
    """Lines said at their seconds, behind so much silence, and two seconds of it at the end."""
    sound = np.zeros(0, np.int16)
    for second, name in lines:
        silence = np.zeros(int((lead_s + second) * SAMPLE_RATE_HZ) - len(sound), np.int16)
        sound = np.concatenate([sound, silence, recording.read((RECORDINGS / f"{name}.ogg",), 1).samples[:, 0]])
    return np.concatenate([sound, np.zeros(2 * SAMPLE_RATE_HZ, np.int16)])


def write(path: Path, sound: Samples) -> Path:
    """As a WAV file that Chromium reads."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(sound.astype("<i2").tobytes())
    return path


@asynccontextmanager
async def meeting_browser(microphone: Path, meeting: Path) -> AsyncIterator[BrowserContext]:
    """A browser whose microphone plays one file, and in which a site plays the other."""
    chromium.need()

    async def site(route: Route) -> None:
        if route.request.url.endswith(".wav"):
            await route.fulfill(path=meeting, content_type="audio/wav")
        else:
            await route.fulfill(body="<title>Meeting</title><audio src='/sound.wav'></audio>", content_type="text/html")

    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    async with chromium.launched(*flags, is_muted=False) as browser:
        context = await browser.new_context()
        await context.grant_permissions(["microphone"])
        await context.add_init_script(chromium.REPORT_VIOLATIONS)
        await context.route(f"{MEETING}**", site)
        yield context


async def opened(context: BrowserContext, url: str, complaints: list[Any]) -> Page:
    """A tab; console errors, exceptions and policy violations go to `complaints`."""
    page = await context.new_page()
    chromium.listen(page, complaints)
    await page.goto(url)
    return page


async def set_up(page: Page) -> float:
    """Both sources chosen, as a rep does it; when the microphone was opened, by the loop's clock."""
    await expect(page.locator("#start")).to_be_disabled()
    await page.get_by_role("button", name="Turn the microphone on").click()
    await expect(page.locator("#choice")).to_be_visible()
    opened_s = asyncio.get_running_loop().time()
    await expect(page.locator("#microphone option")).not_to_have_count(0)
    await page.get_by_role("button", name="Choose the meeting").click()
    await expect(page.locator("#check")).to_contain_text("both sides are silent so far")
    return opened_s


async def cut_again_and_again(wire: Wire, page: Page) -> None:
    """Each of the cuts at its second of the meeting, and the page says so."""
    clock = asyncio.get_running_loop().time
    begun_s = clock()
    for second, length_s in CUTS_S:
        await asyncio.sleep(begun_s + second - clock())
        wire.cut()
        mended_s = clock() + length_s
        if length_s >= 1:
            await expect(page.locator("#line")).to_contain_text("The line to the assistant is cut.")
        await asyncio.sleep(mended_s - clock())
        wire.mend()
        await expect(page.locator("#line")).to_have_text("The call is on.")


def plain(text: str) -> str:
    """Its words alone."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def said_by(events: list[dict[str, Any]], speaker: str) -> str:
    """All that one of them said, as it ended."""
    return " ".join(
        event["committed"]
        for event in events
        if event["kind"] == "transcript_changed" and event["speaker"] == speaker and event["is_final"]
    )


def assert_same_words(heard: str, lines: tuple[tuple[float, str], ...]) -> None:
    """But one in ten, which may be misheard: sound that comes late and at once is heard in a hurry."""
    found = jiwer.process_words(plain(" ".join(SAID[name] for _, name in lines)), plain(heard))
    assert found.substitutions + found.deletions + found.insertions <= len(found.references[0]) / 10, heard


def loudness(sound: Samples) -> FloatArray:
    """Of the frame that begins at each step: frames an eighth apart, as no sound comes at another's frames."""
    power = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    levels: FloatArray = np.sqrt((power[FRAME_SAMPLES:] - power[:-FRAME_SAMPLES])[::STEP_SAMPLES] / FRAME_SAMPLES)
    return levels


def assert_all_is_there_once(kept: Samples, said: Samples) -> None:
    """Every two seconds of speech lie in what was kept as far behind their place as all the others, to 40 ms.

    What a cut had lost or brought twice, were it a tenth of a second, would move all that follows it. A browser on
    a busy machine may stutter where it plays the meeting: a hole of 60 ms in its place, in a piece or two, is its own.
    """
    there, wanted = loudness(kept), loudness(said)
    late = int(np.correlate(there - there.mean(), wanted - wanted.mean(), "full").argmax()) - len(wanted) + 1
    found: list[float] = []
    for start in range(0, len(wanted) - PIECE_STEPS, PIECE_STEPS):
        piece = wanted[start : start + PIECE_STEPS]
        if piece.max() < VOICED:
            continue
        first = max(0, start + late - AROUND_STEPS)
        around = there[first : first + PIECE_STEPS + 2 * AROUND_STEPS]
        parts = np.lib.stride_tricks.sliding_window_view(around, PIECE_STEPS)
        alike = [float(np.corrcoef(part, piece)[0, 1]) if part.std() > 0 else -1.0 for part in parts]
        best = int(np.argmax(alike))
        found_at = first + best - late
        assert alike[best] > 0.6 and abs(found_at - start) <= NEAR_STEPS, (start, found_at, alike[best])
        found.append(alike[best])
    assert np.median(found) > 0.97, found


async def test_a_call_out_of_the_browser_outlives_each_cut(tmp_path: Path) -> None:
    """Both sides are heard apart, the overlay beside it suggests, and cuts of 0.2 to 20 s lose and double no sound."""
    complaints: list[str] = []
    microphone = write(tmp_path / "rep.wav", track(REP, MICROPHONE_LEAD_S))
    meeting = write(tmp_path / "prospect.wav", track(PROSPECT))
    settings = load(port=0, journal_dir=tmp_path / "calls", record_sound=True)
    async with running(settings) as up, meeting_browser(microphone, meeting) as context:
        async with Wire(int(up.url.rsplit(":", 1)[1])).laid() as wire:
            url = f"http://127.0.0.1:{wire.port}"
            talk = await opened(context, MEETING, [])
            overlay = await opened(context, url, complaints)
            page = await opened(context, f"{url}/capture", complaints)
            microphone_s = await set_up(page)
            await page.get_by_role("button", name="Start the call").click()
            await expect(page.locator("#line")).to_have_text("The call is on.")
            await asyncio.sleep(microphone_s + MICROPHONE_LEAD_S - asyncio.get_running_loop().time())
            await talk.evaluate("document.querySelector('audio').play()")
            cutting = asyncio.create_task(cut_again_and_again(wire, page))
            await expect(page.get_by_role("meter", name="How loud they are")).to_have_attribute("aria-valuenow", LOUD)
            await expect(overlay.locator("#stage")).to_have_attribute("data-offer", "shown")
            await expect(overlay.locator("#quote")).to_contain_text("justify the cost")
            await cutting
            await expect(page.locator("#check")).not_to_contain_text(re.compile("microphone hears|voice is in"))
            await talk.wait_for_function("document.querySelector('audio').ended")
            await page.get_by_role("button", name="End the call").click()
            await expect(page.locator("#line")).to_have_text("The call has ended.")
            await expect(overlay.locator("#headline")).to_have_text("Call ended")
    (kept,) = (tmp_path / "calls").glob("*.jsonl")
    events, _ = journal.read(kept, Archive(kept.parent))
    assert {event["kind"] for event in events} & {"audio_lost"} == set()
    assert_same_words(said_by(events, "prospect"), PROSPECT)
    assert_same_words(said_by(events, "rep"), REP)
    sound = recording.read((kept.with_suffix(".ogg"),), 2).samples
    assert_all_is_there_once(sound[:, 0], track(REP, MICROPHONE_LEAD_S))
    assert_all_is_there_once(sound[:, 1], track(PROSPECT))
    assert [text for text in complaints if "WebSocket connection to" not in text] == []


async def test_a_browser_that_cannot_take_sound_says_so_and_may_try_again(house: Any, tmp_path: Path) -> None:
    """What it had opened is let go: no microphone stays on for nothing."""
    silence = write(tmp_path / "silence.wav", np.zeros(SAMPLE_RATE_HZ, np.int16))
    async with meeting_browser(silence, silence) as context:
        await context.add_init_script(NO_WORKLET_AT_FIRST)
        page = await opened(context, f"{house.url}/capture", [])
        await page.get_by_role("button", name="Turn the microphone on").click()
        await expect(page.locator("#rep-says")).to_contain_text("could not start to take sound")
        assert await page.evaluate("streams.map((one) => one.getTracks()[0].readyState)") == ["ended"]
        await page.get_by_role("button", name="Turn the microphone on").click()
        await expect(page.locator("#choice")).to_be_visible()


async def test_a_browser_that_shares_no_sound_says_so(house: Any) -> None:
    """As Firefox and Safari, which share a tab's picture only."""
    chromium.need()
    async with chromium.launched() as browser, chromium.page_at(browser, f"{house.url}/capture", []) as page:
        unable = page.get_by_text("This browser cannot give a meeting\u2019s sound.")
        await expect(unable).to_be_hidden()
        await page.add_init_script("MediaDevices.prototype.getSupportedConstraints = () => ({});")
        await page.reload()
        await expect(unable).to_be_visible()


CHECK = """async (base64) => {
  const { createCheck, levels } = await import("/capture-check.js");
  const sound = new Int16Array(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer);
  const check = createCheck();
  for (let at = 0; at + 640 <= sound.length; at += 640) check.hear(levels(sound.subarray(at, at + 640)));
  return check.verdict();
}"""


async def test_the_sound_check_tells_loudspeakers_from_headphones(house: Any, tmp_path: Path) -> None:
    """On real voices in the browser: each leak at any delay by its name, and none where two people talk, even at once.

    (A leak by the air cannot be played here: Chromium takes what it plays itself out of its microphone.)
    """
    theirs, mine = track(((0.0, "ordinary_talk"),))[: 12 * SAMPLE_RATE_HZ], track(((0.0, "rep_summary"),))
    mine = np.concatenate([mine, mine])[: len(theirs)]
    noise = np.random.default_rng(1).normal(0, 20, len(theirs)).astype(np.int16)

    def later(sound: Samples, delay_ms: int) -> Samples:
        delay = delay_ms * SAMPLE_RATE_HZ // 1000
        leaked: Samples = np.concatenate([np.zeros(delay, np.int16), sound[: len(sound) - delay] // 5])
        return noise + leaked

    told: list[Any] = []
    async with meeting_browser(write(tmp_path / "rep.wav", mine), write(tmp_path / "prospect.wav", theirs)) as context:
        page = await opened(context, f"{house.url}/capture", told)
        for rep, prospect in (
            *((later(theirs, delay_ms), theirs) for delay_ms in (0, 40, 150, 500)),
            *((mine, later(mine, delay_ms)) for delay_ms in (120, 400)),
            *((mine, theirs), (noise, theirs), (mine, noise)),
        ):
            sound = np.stack([rep, prospect], axis=1).astype("<i2").tobytes()
            told.append((await page.evaluate(CHECK, base64.b64encode(sound).decode()))["leak"])
    assert told == [*["prospect_in_rep"] * 4, *["rep_in_prospect"] * 2, None, None, None]

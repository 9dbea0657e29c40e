"""Calls that were, to be looked at: the bundled call with its sound, and some that show how a rep develops."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import msgspec
from playwright.async_api import Browser, Page, ViewportSize, expect

from assist.overlay_events import CallPrepared, Envelope, RecordingChanged, encode
from assist.preparation import Preparation
from tests.assist.debrief.scene import A_CALL, BUNDLED, Line, events
from tests.overlay.scenes import Look

MARKUP = '<img src=x onerror="alert(1)">'
EARLIER: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    ("2026-11-12", "Priya", A_CALL[:5]),
    ("2026-11-17", MARKUP, (*A_CALL[:3], *A_CALL[5:7])),
    ("2026-11-20", "Jonas", A_CALL),
    ("2026-11-24", "Lea", A_CALL[5:]),
)


class Sight(msgspec.Struct, frozen=True):
    """A page without a call under way, and how it comes about; `seen` tells that it is there, then `script` runs."""

    name: str
    path: str
    seen: str
    at_ms: int | None = None
    presses: str = ""
    script: str = ""


SIGHTS = (
    Sight("calls", "/calls", "h1"),
    Sight("calls_searched", "/calls?words=disruptive&since=2026-11-15&right=1", ".calls"),
    Sight("calls_none", "/calls?words=nobody+says+this", ".none"),
    Sight("debrief", "/calls/bundled", ".transcript button.at"),
    Sight(
        "debrief_playing", "/calls/bundled", ".transcript button.at", presses=".transcript li:nth-child(4) button.at"
    ),
    Sight("debrief_without_sound", "/calls/call-2", ".transcript"),
    Sight("replay", "/?replay=bundled", "#replay-play", at_ms=33_000),
    Sight("replay_without_sound", "/?replay=call-2", "#replay-play", at_ms=12_000),
    Sight("replay_ended", "/?replay=bundled", "#replay-play", at_ms=10_000_000),
    Sight("replay_absent", "/?replay=absent", "#replay-note"),
)


def filled(folder: Path) -> Path:
    """The folder, with journals and sound in it."""
    first, *rest = BUNDLED.read_text().splitlines()
    recorded = encode(Envelope("bundled_call", 1, 0, RecordingChanged(True))).decode()
    (folder / "bundled.jsonl").write_text("\n".join([first, recorded, *rest]))
    (folder / "bundled.ogg").write_bytes((files("assist.demo") / "call.ogg").read_bytes())
    about = Preparation(
        who="Jonas",
        pressures=("The front desk is stretched",),
        fears=("The cost cannot be justified", "A new boss"),
        win="Nobody has to apologize to the front desk",
        expect=("invitation", "ROI"),
    )
    prepared = CallPrepared(about, ("You may think that I only want to sell you something.",))
    for number, (day, who, lines) in enumerate(EARLIER):
        told = events(*lines, names={"prospect": who}, company="Northwind Foods")
        told[0]["started_at"] = f"{day}T09:12:44+00:00"
        if who == about.who:
            told.insert(1, json.loads(encode(Envelope("c", 1, 0, prepared))))
        (folder / f"call-{number}.jsonl").write_text("".join(json.dumps(event) + "\n" for event in told))
    return folder


@asynccontextmanager
async def seen(sight: Sight, url: str, browser: Browser, look: Look) -> AsyncIterator[Page]:
    """The page as it is then, in a window that looks so."""
    context = await browser.new_context(
        viewport=ViewportSize(width=look.width, height=look.height), color_scheme=look.scheme, reduced_motion="reduce"
    )
    try:
        page = await context.new_page()
        await page.goto(url + sight.path)
        await page.locator(sight.seen).first.wait_for()
        if sight.script:
            await page.evaluate(sight.script)
        if sight.presses:
            await page.locator(sight.presses).click()
            await expect(page.locator(".transcript li[data-now]")).to_have_count(1)
            await page.evaluate("document.getElementById('sound').pause()")
        if sight.at_ms is not None:
            await expect(page.locator("#headline")).to_have_text("Listening")
            most = int(await page.locator("#replay-position").get_attribute("max") or 0)
            await page.locator("#replay-position").fill(str(min(sight.at_ms, most)))
            await page.wait_for_timeout(300)
        yield page
    finally:
        await context.close()

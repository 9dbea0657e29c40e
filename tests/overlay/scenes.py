"""Every state in which a rep may find the overlay, and how it comes about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import msgspec
from playwright.async_api import Browser, Page, ViewportSize, expect

from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallPrepared,
    ChannelChanged,
    CoachingShown,
    ConsentChanged,
    CueHeard,
    CueWithdrawn,
    Lagging,
    OverlayEvent,
    PulseChanged,
    SuggestionShown,
    SuggestionUsed,
    SuggestionWithdrawn,
    TranscriptChanged,
)
from assist.preparation import Preparation
from streaming.types import Speaker
from tests.assist.wire import Wire
from tests.overlay.stage import AUDITS, Stage

AT_MS = 754_000
COST = "I just don't know if we can justify the cost right now."


class Scene(msgspec.Struct, frozen=True):
    """What happened, which keys the rep then pressed, and what happened after that; `headline` tells that it is there.

    `height` is that of a window of its own; `is_cut`: in the end the line to the server is lost. `prepared` lies ready
    for the next call. `link`: the page is opened by one to the call. `is_prepare`: it is the page of the preparation.
    `apart`: the overlay went to a window of its own, which is looked at, or the page that it left.
    """

    name: str
    headline: str = "Listening"
    told: tuple[OverlayEvent, ...] = ()
    keys: str = ""
    then: tuple[OverlayEvent, ...] = ()
    has_call: bool = True
    is_cut: bool = False
    height: int | None = None
    speakers: tuple[Speaker, ...] = ("rep", "prospect")
    prepared: Preparation | None = None
    link: Literal["", "whole", "over"] = ""
    at_ms: int = AT_MS
    is_prepare: bool = False
    apart: Literal["", "window", "page"] = ""


def _line(speaker: Speaker, utterance: int, text: str, tentative: str = "", ago_ms: int = 0) -> TranscriptChanged:
    start_ms = AT_MS - ago_ms - 3_000
    return TranscriptChanged(speaker, utterance, text, tentative, not tentative, start_ms, start_ms + 2_000, ())


def _coached(topic: str, headline: str, detail: str, quote: str = "") -> CoachingShown:
    return msgspec.convert(
        {"kind": "coaching_shown", "topic": topic, "headline": headline, "detail": detail, "quote": quote}
        | {"until_ms": AT_MS + 60_000},
        CoachingShown,
    )


def _agreed(cue: str, quote: str) -> CueHeard:
    return CueHeard(cue, "agreement", "prospect", quote, AT_MS - 900, AT_MS, 0.95, True)


LINES = (
    _line("rep", 3, "So you need fewer missed appointments, and your team is stretched thin.", ago_ms=9_000),
    _line("prospect", 4, "Yeah. Two people on the phone, every afternoon.", ago_ms=6_000),
    _line("prospect", 5, "I just don't know if we can justify", "the cost right now."),
)
LABEL = SuggestionShown(
    "s1",
    "label",
    "It sounds like the value would have to be hard to argue with.",
    "don't know if we can justify the cost right now.",
    "price",
    610,
    AT_MS + 15_000,
)
MIRROR = SuggestionShown("s2", "mirror", "Disruptive...?", "looks disruptive.", "effort", 480, AT_MS + 15_000)
SUMMARY = SuggestionShown(
    "s3",
    "summary",
    "So you want fewer missed appointments without another thing on the front desk's plate, and the last rollout left "
    "scars. It seems like you can't afford to get this one wrong.",
    "we tried something like this two years ago and it was, honestly, a disaster for the front desk",
    "risk",
    900,
    AT_MS + 15_000,
)
LONGEST = SuggestionShown(
    "s5",
    "summary",
    "So far, you need to get the front desk through the winter without another hire, and your team is stretched so "
    "thin that one more login would break them. It seems like you can't afford to get this one wrong.",
    SUMMARY.quote,
    "risk",
    900,
    AT_MS + 15_000,
)
"""Longer than a summary may be."""
QUESTION = SuggestionShown(
    "s4", "question", "What would have to be true for this to pay?", "the cost", "price", 610, AT_MS + 15_000
)
PULSE = PulseChanged(0.6, 150, None, None, 4_000)
HELD = PulseChanged(0.6, 150, None, AT_MS - 1_600, 4_000)
LONG_TALK = PulseChanged(0.8, 180, AT_MS - 95_000, None, 4_000)
LIVE = (*LINES, PULSE)
ONE_CHANNEL = (
    _line("mixed", 3, COST, ago_ms=6_000),
    _line("mixed", 4, "So what would have to", "be true for this to pay?"),
)

LINE = "Before we start: an assistant listens along and takes notes for me. Is that all right with you?"
ASKED = ConsentChanged("not_asked", True, LINE)
THOUGHT = Preparation("Dana", "Northwind Foods", ("the audit in January",), "", ("losing the trust of her team",))
SCENES = (
    Scene("waiting", "Waiting for a call", has_call=False),
    Scene("prepared", "Waiting for a call", has_call=False, prepared=THOUGHT),
    Scene("prepare", "Nothing is kept yet.", has_call=False, is_prepare=True),
    Scene("prepare_kept", "Kept. Your next call takes it along.", has_call=False, prepared=THOUGHT, is_prepare=True),
    Scene("say_first", told=(ASKED, CallPrepared(THOUGHT, AUDITS)), at_ms=9_000),
    Scene("consent", told=(*LIVE, ASKED), keys="a"),
    Scene("consent_not_kept", told=(*LIVE, ConsentChanged("not_asked", False, LINE)), keys="a"),
    Scene("announced", told=(*LIVE, LABEL, ConsentChanged("announced", True, LINE)), keys="a"),
    Scene("refused", told=(*LIVE, LABEL, ConsentChanged("refused", False, LINE)), keys="a"),
    Scene("not_deleted", told=(*LIVE, LABEL, ConsentChanged("refused", True, LINE)), keys="a"),
    Scene("refused_unopened", told=(*LIVE, LABEL, ConsentChanged("refused", False, LINE))),
    Scene("link", told=(*LIVE, LABEL), keys="s"),
    Scene("watched_by_link", told=(*LIVE, LABEL), link="whole"),
    Scene("link_over", "This link has expired", told=(*LIVE, LABEL), link="over"),
    Scene(
        "label_due",
        "No label tried yet",
        told=(
            *LIVE,
            _coached("label_due", "No label tried yet", "\u201cIt seems like ...\u201d, about what you heard."),
        ),
    ),
    Scene("listening", told=LIVE),
    Scene("just_begun"),
    Scene("label", told=(*LIVE, LABEL)),
    Scene("mirror", told=(*LIVE, MIRROR)),
    Scene("summary", told=(*LIVE, SUMMARY)),
    Scene(
        "summary_longest",
        "Something is still open",
        told=(*LIVE, LONGEST, _coached("concern_open", "Something is still open", "Name it before you go on.", COST)),
        height=480,
    ),
    Scene("pinned_with_one_waiting", told=(*LIVE, LABEL), keys="p", then=(MIRROR,)),
    Scene("pinned_and_over", told=(*LIVE, LABEL), keys="p", then=(SuggestionWithdrawn("s1", "expired"),)),
    Scene("doubtful", told=(*LIVE, LABEL, CueWithdrawn("price", "objection", "prospect", LABEL.quote))),
    Scene("said", told=(*LIVE, LABEL, SuggestionUsed("s1", "said", LABEL.text, AT_MS))),
    Scene("copied", told=(*LIVE, LABEL), keys="c"),
    Scene("less", told=(*LIVE, LABEL), keys="l"),
    Scene("no_other", told=(*LIVE, QUESTION), keys="n"),
    Scene(
        "hold_the_silence",
        "Hold the silence",
        told=(*LINES, HELD, _coached("hold_silence", "Hold the silence", "Count to four. The next word is theirs.")),
    ),
    Scene("silence_held_unasked", told=(*LINES, HELD)),
    Scene(
        "monologue",
        "You have talked for a while",
        told=(
            *LINES,
            LONG_TALK,
            _coached("monologue", "You have talked for a while", "End the sentence. Ask what stands out to them."),
        ),
    ),
    Scene(
        "concern_open",
        "Something is still open",
        told=(*LIVE, LABEL, _coached("concern_open", "Something is still open", "Name it before you go on.", COST)),
    ),
    Scene("thats_right", "\u201cThat\u2019s right\u201d", told=(*LIVE, _agreed("thats_right", "that's right"))),
    Scene("youre_right", "\u201cYou\u2019re right\u201d", told=(*LIVE, _agreed("youre_right", "you're right"))),
    Scene("no_sound", "No sound from you", told=(*LIVE, ChannelChanged("rep", False), Lagging(True, 4_200))),
    Scene("sound_lost", "Some sound was lost", told=(*LIVE, LABEL, AudioLost("prospect", AT_MS - 2_000, 1_400))),
    Scene("late", "Words are late", told=(*LIVE, LABEL, Lagging(True, 4_200))),
    Scene("busy", "The server is busy", told=(*LIVE, LABEL, Lagging(False, 900, 2))),
    Scene("reconnecting", "Reconnecting", told=(*LIVE, LABEL), is_cut=True),
    Scene("one_channel", told=(*ONE_CHANNEL, LABEL), speakers=("mixed",)),
    Scene("one_channel_silent", "No sound", told=(*ONE_CHANNEL, ChannelChanged("mixed", False)), speakers=("mixed",)),
    Scene("ended", "Call ended", told=(*LIVE, CallEnded(AT_MS, "stopped"))),
    Scene("keys_listed", told=(*LIVE, LABEL), keys="?"),
    Scene("compact_label", told=(*LIVE, LABEL), keys="v", height=240),
    Scene("compact_summary", told=(*LIVE, SUMMARY), keys="v", height=300),
    Scene("compact_longest", told=(*LIVE, LONGEST), keys="v", height=480),
    Scene("compact_pinned", told=(*LIVE, LABEL), keys="vp", then=(MIRROR,), height=240),
    Scene("compact_listening", told=LIVE, keys="v", height=200),
    Scene("compact_silence", told=(*LINES, HELD), keys="v", height=200),
    Scene("compact_consent", told=(*LIVE, LABEL, ASKED), keys="va", height=500),
    Scene("compact_say_first", told=(ASKED, CallPrepared(THOUGHT, AUDITS)), keys="v", height=260, at_ms=9_000),
    Scene("compact_keys", told=(*LIVE, LABEL), keys="v?", height=500),
    Scene("short_full", told=(*LIVE, LABEL), height=420),
    Scene("apart", told=(*LIVE, LABEL, ConsentChanged("announced", True, LINE)), apart="window"),
    Scene("apart_waiting", "Waiting for a call", has_call=False, apart="window"),
    Scene("apart_left", told=(*LIVE, LABEL), apart="page"),
)


class Look(msgspec.Struct, frozen=True):
    """A window's size in CSS pixels, and the scheme."""

    width: int
    height: int
    scheme: Literal["light", "dark"]


async def _pressed(page: Page, scene: Scene) -> None:
    """Its keys, once the suggestion that they act on is there."""
    if scene.keys and any(isinstance(event, SuggestionShown) for event in scene.told):
        await expect(page.locator("#stage")).not_to_have_attribute("data-offer", "none")
    for key in scene.keys:
        await page.keyboard.press(key)


@asynccontextmanager
async def played(scene: Scene, stage: Stage, url: str, browser: Browser, look: Look) -> AsyncIterator[Page]:
    """The page as it is then, in a window that looks so."""
    call = f"{scene.name}-{look.width}-{look.scheme}"
    context = await browser.new_context(
        viewport=ViewportSize(width=look.width, height=scene.height or look.height),
        color_scheme=look.scheme,
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    try:
        async with Wire(int(url.rsplit(":", 1)[1])).laid() as wire:
            if scene.has_call:
                stage.begin(call, scene.at_ms, scene.speakers)
                stage.tell(call, scene.at_ms, *scene.told)
            stage.desk.keep(scene.prepared or Preparation())
            page = await context.new_page()
            fragment = f"#{stage.link(call, scene.link == 'whole')}" if scene.link else ""
            path = "prepare" if scene.is_prepare else f"?call={call}{fragment}"
            await page.goto(f"http://127.0.0.1:{wire.port}/{path}")
            headline = page.locator("#kept" if scene.is_prepare else "#headline")
            await expect(headline).not_to_have_text("Connecting")
            await _pressed(page, scene)
            if scene.then:
                stage.tell(call, scene.at_ms, *scene.then)
            if scene.is_cut:
                wire.cut()
            await expect(headline).to_have_text(scene.headline)
            await page.wait_for_timeout(800 if scene.name == "no_other" else 150)
            if not scene.apart:
                yield page
                return
            async with context.expect_page() as opening:
                await page.keyboard.press("w")
            window = await opening.value
            await expect(window.locator("#headline")).to_have_text(scene.headline)
            yield window if scene.apart == "window" else page
    finally:
        await context.close()

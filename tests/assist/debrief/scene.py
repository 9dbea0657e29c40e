"""Calls for the tests: lines of talk go through the real detectors and the real advice into a journal's events."""

import json
from pathlib import Path
from typing import Any

import msgspec

from assist import advising, settings
from assist.conversation import Conversation
from assist.debrief.debrief import Debrief, debrief_of
from assist.debrief.reading import LEAD_MS, TAIL_MS, record_of
from assist.debrief.record import CallRecord
from assist.overlay_events import CallEnded, CallStarted, Envelope, OverlayEvent, encode
from assist.talk.stretch import SpokenWord, Stretch
from streaming.types import Speaker, Word, Words

WORD_MS = 300
BUNDLED = Path(__file__).parent / "bundled_call.jsonl"
"""What the bundled call left in its journal when it was played at real time, drafts of utterances left out."""

ADVISING = advising.load(settings.load())
ENTRIES = ADVISING.playbook.cues
Line = tuple[Speaker, int, str]
Event = dict[str, Any]

A_CALL: tuple[Line, ...] = (
    ("prospect", 0, "Hello, this is Marcus speaking, how are you today?"),
    ("rep", 4_000, "Hi Marcus. What stood out for you in the demo last week?"),
    ("prospect", 8_500, "It was nice, but I just don't know if we can justify the cost right now."),
    ("rep", 15_000, "Sure. It pays for itself in the first month, since you save forty visits a week."),
    ("prospect", 22_000, "Yeah, you're right."),
    ("rep", 24_000, "It sounds like there's something here that doesn't sit right."),
    (
        "prospect",
        30_000,
        "Well, the implementation process looks disruptive, and we lost five months last time.",
    ),
    ("rep", 37_000, "Disruptive?"),
    ("prospect", 38_000, "Everybody typed it in twice, and I had to apologize to the whole front desk for it."),
    (
        "rep",
        46_000,
        "Let me make sure I've got this. You need fewer missed appointments. The rollout cost you trust.",
    ),
    ("prospect", 54_000, "That's right."),
    ("rep", 57_000, "I'll send you an invitation for Thursday."),
)
"""A call with some of everything in it."""


def stretch(speaker: Speaker, start_ms: int, text: str) -> Stretch:
    """Words of 300 ms each without pause between them."""
    times = ((word, start_ms + number * WORD_MS) for number, word in enumerate(text.split()))
    return Stretch(speaker, tuple(SpokenWord(word, at_ms, at_ms + WORD_MS) for word, at_ms in times))


def events(*lines: Line, names: dict[str, str] | None = None, company: str | None = None) -> list[Event]:
    """A journal's events of a call with these lines."""
    told: list[Event] = []

    def publish(at_ms: int, event: OverlayEvent) -> None:
        told.append(json.loads(encode(Envelope("c", len(told), at_ms, event))))

    conversation = Conversation(*ADVISING.for_call("c"), ADVISING.playbook, publish, lambda _: 500)
    is_mixed = any(speaker == "mixed" for speaker, _, _ in lines)
    speakers: tuple[Speaker, ...] = ("mixed",) if is_mixed else ("rep", "prospect")
    publish(0, CallStarted(speakers, "browser", company, names or {}, "2026-11-26T09:12:44+00:00"))
    end_ms = 0
    for number, (speaker, start_ms, text) in enumerate(lines):
        first, *others = (Word(w.text, w.start_ms, w.end_ms, 0.9) for w in stretch(speaker, start_ms, text).words)
        # As the recogniser tells it: the quiet around an utterance is part of its first and its last word.
        first = msgspec.structs.replace(first, start_ms=max(0, first.start_ms - LEAD_MS))
        *before, last = (first, *others)
        said = (*before, msgspec.structs.replace(last, end_ms=last.end_ms + TAIL_MS))
        conversation.tick(start_ms)
        conversation.hear(Words(speaker, number, said, (), True), last.end_ms)
        end_ms = max(end_ms, last.end_ms)
    conversation.tick(end_ms + 1_000)
    publish(end_ms + 1_000, CallEnded(end_ms + 1_000, "stopped"))
    return told


def record(*lines: Line, names: dict[str, str] | None = None, company: str | None = None) -> CallRecord:
    """The record of such a call."""
    return record_of("c", events(*lines, names=names, company=company))


def debrief(*lines: Line, names: dict[str, str] | None = None, company: str | None = None) -> Debrief:
    """Its debrief, by the bundled playbook."""
    return debrief_of(record(*lines, names=names, company=company), ENTRIES)


def bundled() -> Debrief:
    """The debrief of the bundled call."""
    return debrief_of(
        record_of("bundled_call", [json.loads(line) for line in BUNDLED.read_text().splitlines()]), ENTRIES
    )

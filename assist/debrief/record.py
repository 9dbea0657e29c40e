"""One call as its journal tells it, in the order in which it happened; shapes only.

All times are whole milliseconds on the call's own clock.
"""

from typing import Literal

import msgspec

from assist.overlay_events import Technique
from assist.practice.events import ProspectAnswered
from assist.preparation import Preparation
from assist.talk.stretch import Stretch
from detectors.contract import Cue
from streaming.protocols.contract import Direction
from streaming.types import Gap, Speaker

GoneReason = Literal["words_changed", "expired", "replaced", "used", "moved_on", "dismissed", "call_ended"]
Ending = Literal["stopped", "connection_lost", "refused", "shutdown", "failed", "not_told"]


class Offer(msgspec.Struct, frozen=True):
    """A suggestion that was on the screen from `shown_ms` to `gone_ms`, and why it went."""

    id: str
    technique: Technique
    text: str
    cue: str
    quote: str
    shown_ms: int
    gone_ms: int
    reason: GoneReason


class CallRecord(msgspec.Struct, frozen=True):
    """All that a debrief is made of.

    `started_at` is a time of day with its zone, ISO 8601, where the journal has it. `utterances` and `cues` (those that
    stood) are in order of their beginning. `is_mixed` where both parties came on one channel: then nobody knows who
    said what, and nothing may be made of it. `preparation` is what the rep thought of before the call, `audits` what
    was made of it to be said first. `answer` is the rep's own to the closing question, `next_seq` the number of the
    event to come. `unread_lines` counts what could not be read of the file, `earlier_calls` the calls before
    this one under the same id. `practice` is the scenario, where it was no call, and `answers` what the prospect said
    of it, with the time at which they began.
    """

    id: str
    started_at: str | None
    company: str | None
    names: dict[str, str]
    duration_ms: int
    ending: Ending
    utterances: tuple[Stretch, ...]
    cues: tuple[Cue, ...]
    offers: tuple[Offer, ...]
    direction: Direction | None = None
    is_mixed: bool = False
    losses: tuple[Gap, ...] = ()
    preparation: Preparation | None = None
    audits: tuple[str, ...] = ()
    answer: str | None = None
    next_seq: int = 0
    unread_lines: int = 0
    earlier_calls: int = 0
    practice: str | None = None
    answers: tuple[tuple[int, ProspectAnswered], ...] = ()

    def name_of(self, speaker: Speaker) -> str:
        """Theirs as the source gave it, else what they are on the call."""
        return self.names.get(speaker, "").strip() or speaker.capitalize()

"""A journal -> one CallRecord; what is torn or unknown in it is passed over and counted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import msgspec

from assist import journal
from assist.archive import Archive
from assist.debrief.record import CallRecord, GoneReason, Offer
from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallPrepared,
    CallStarted,
    CueHeard,
    DebriefAnswered,
    OverlayEvent,
    SuggestionShown,
    SuggestionWithdrawn,
    TranscriptChanged,
)
from assist.practice.events import ProspectAnswered
from assist.talk.stretch import Stretch, stretch_of
from assist.talk.turns import OVERLAID_MARGIN_MS, distance_ms
from detectors.contract import Cue
from streaming.types import Gap, Speaker

TAIL_MS = 270
"""So much of the quiet by which its end was known is told as part of an utterance's last word.

Measured on two calls, against the sound (0.27 s at the median, 0.13 to 0.32) and a transcript made by hand (0.29 s).
"""

LEAD_MS = 240
"""So much of the quiet before its sound is told as part of an utterance's first word.

Measured likewise: 0.24 s at the median, 0.09 to 0.29; none where its first word was left out.
"""

SHORTEST_WORD_MS = 60

KINDS = frozenset(kind.__struct_config__.tag for kind in get_args(OverlayEvent))


class CallUnknown(Exception):
    """There is no journal of a call by that id."""


class SoundMissing(Exception):
    """The call's sound was not kept."""


def read(archive: Archive, call_id: str) -> CallRecord:
    """The call of that id; raises CallUnknown, KeyMissing, or OSError where its journal may not be read."""
    with known(archive, call_id) as path:
        events, torn = journal.read(path, archive)
    return record_of(call_id, events, torn)


@contextmanager
def known(archive: Archive, call_id: str) -> Iterator[Path]:
    """Inside the context: where the call's journal is; raises CallUnknown where it is not found there."""
    try:
        yield journal.path_of(archive.folder, call_id)
    except (journal.CallIdRefused, FileNotFoundError):
        raise CallUnknown(
            f"there is no call {call_id[:64]!r} in {archive.folder}; `assist calls` lists those there are"
        ) from None


def record_of(call_id: str, events: list[dict[str, Any]], torn: int = 0) -> CallRecord:
    """The last call among the events of one journal, in their order. Events of kinds unknown to us are let go."""
    told = _Told(call_id, torn)
    for event in events:
        if event.get("kind") in KINDS:
            try:
                told.take(msgspec.convert(event, type=_Place), msgspec.convert(event, type=OverlayEvent))
            except msgspec.ValidationError:
                told.unread += 1
    return told.record()


def last_call(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the last call among the events of one journal, in their order."""
    starts = [number for number, event in enumerate(events) if event.get("kind") == "call_started"]
    return events[starts[-1] :] if starts else events


class _Place(msgspec.Struct, frozen=True):
    seq: int
    at_ms: int


class _Told:
    """What was told so far."""

    def __init__(self, call_id: str, unread: int) -> None:
        self.unread = unread
        self._id = call_id
        self._calls = 0
        self._begin(None)

    def _begin(self, started: CallStarted | None) -> None:
        self._started = started
        self._prepared: CallPrepared | None = None
        self._ended: CallEnded | None = None
        self._answer: str | None = None
        self._last_ms = 0
        self._next_seq = 0
        self._utterances: dict[tuple[Speaker, int], TranscriptChanged] = {}
        self._cues: list[CueHeard] = []
        self._offers: dict[str, Offer] = {}
        self._losses: list[Gap] = []
        self._answers: list[tuple[int, ProspectAnswered]] = []

    def take(self, place: _Place, event: OverlayEvent) -> None:  # noqa: C901 -- one case a kind
        match event:
            case CallStarted():
                # An id may be used again once its call is over; times and numbers start anew, so the calls cannot mix.
                self._calls += 1
                self._begin(event)
            case CallPrepared():
                self._prepared = event
            case TranscriptChanged():
                self._utterances[event.speaker, event.utterance] = event
            case CueHeard(firm=True):
                self._cues.append(event)
            case SuggestionShown():
                self._offers[event.id] = _offer(event, place.at_ms)
            case SuggestionWithdrawn():
                self._take_down(event.id, place.at_ms, event.reason)
            case AudioLost():
                self._losses.append(Gap(event.speaker, event.start_ms, event.duration_ms))
            case ProspectAnswered():
                self._answers.append((place.at_ms, event))
            case CallEnded():
                self._ended = event
            case DebriefAnswered():
                self._answer = event.text or None
        self._last_ms = max(self._last_ms, place.at_ms)
        self._next_seq = place.seq + 1

    def _take_down(self, id_: str, at_ms: int, reason: GoneReason) -> None:
        if offer := self._offers.get(id_):
            self._offers[id_] = msgspec.structs.replace(offer, gone_ms=at_ms, reason=reason)

    def record(self) -> CallRecord:
        heard = [
            stretch
            for told in self._utterances.values()
            if (stretch := stretch_of(told.speaker, told.words)) is not None
        ]
        utterances = [_said(stretch) for stretch in heard]
        cues = [_cue(cue, heard) for cue in self._cues]
        duration_ms = max([self._last_ms, *(stretch.end_ms for stretch in utterances)])
        for id_, offer in self._offers.items():
            if offer.reason == "call_ended":
                self._take_down(id_, min(offer.gone_ms, duration_ms), "call_ended")
        return CallRecord(
            id=self._id,
            started_at=self._started.started_at if self._started else None,
            company=self._started.company if self._started else None,
            names=self._started.names if self._started else {},
            direction=self._started.direction if self._started else None,
            is_mixed=self._started is not None and "mixed" in self._started.speakers,
            preparation=self._prepared.preparation if self._prepared else None,
            audits=self._prepared.audits if self._prepared else (),
            duration_ms=duration_ms,
            ending=self._ended.reason if self._ended else "not_told",
            utterances=tuple(sorted(utterances, key=lambda stretch: (stretch.start_ms, stretch.end_ms))),
            cues=tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))),
            offers=tuple(self._offers.values()),
            losses=tuple(self._losses),
            answer=self._answer,
            next_seq=self._next_seq,
            unread_lines=self.unread,
            earlier_calls=max(0, self._calls - 1),
            practice=self._started.practice if self._started else None,
            answers=tuple(self._answers),
        )


def _said(utterance: Stretch) -> Stretch:
    """Without the quiet around it, which would shorten every silence and lengthen all that was spoken."""
    first, *others = utterance.words
    start_ms = max(first.start_ms, min(first.start_ms + LEAD_MS, first.end_ms - SHORTEST_WORD_MS))
    *before, last = (msgspec.structs.replace(first, start_ms=start_ms), *others)
    end_ms = max(last.end_ms - TAIL_MS, min(last.start_ms + SHORTEST_WORD_MS, last.end_ms))
    return Stretch(utterance.speaker, (*before, msgspec.structs.replace(last, end_ms=end_ms)))


def _offer(shown: SuggestionShown, at_ms: int) -> Offer:
    # Until something takes it down, it stands to its own end or to the call's.
    return Offer(
        id=shown.id,
        technique=shown.technique,
        text=shown.text,
        cue=shown.cue,
        quote=shown.quote,
        shown_ms=at_ms,
        gone_ms=shown.expires_ms,
        reason="call_ended",
    )


def _cue(told: CueHeard, heard: Sequence[Stretch]) -> Cue:
    """It begins no sooner than the utterance that it is in."""
    theirs = [utterance for utterance in heard if utterance.speaker == told.speaker]
    said = min(theirs, key=lambda utterance: distance_ms(utterance, told.start_ms), default=None)
    is_in = said is not None and distance_ms(said, told.start_ms) <= OVERLAID_MARGIN_MS
    return Cue(
        kind=told.cue_kind,
        name=told.cue,
        speaker=told.speaker,
        quote=told.quote,
        start_ms=max(told.start_ms, _said(said).start_ms) if said is not None and is_in else told.start_ms,
        end_ms=told.end_ms,
        confidence=told.confidence,
        firm=True,
    )

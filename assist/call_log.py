"""One call's events: an append-only log with epoch and sequence, of which an overlay gets what it missed; pure.

What a later event replaces (an utterance as it stood, a reading of the pulse) is forgotten with it, so a log tells
every final word, of the tentative ones only the latest, and stays short.
"""

import msgspec

from assist.overlay_events import (
    CallPrepared,
    CallStarted,
    ChannelChanged,
    ConsentChanged,
    Lagging,
    OverlayEvent,
    PulseChanged,
    RecordingChanged,
    TranscriptChanged,
)
from streaming.bus.contract import Place

EVENTS_KEPT = 400
NOWHERE = Place(-1, -1)


class Entry(msgspec.Struct, frozen=True):
    """One event with its number and its line of JSON."""

    seq: int
    event: OverlayEvent
    line: bytes

    @property
    def at_ms(self) -> int:
        """The call's clock when it was told."""
        return msgspec.json.decode(self.line, type=_At).at_ms


class Missed(msgspec.Struct, frozen=True):
    """What a reader is to be told: `recovered` where that is all it missed, else all that is known, to begin anew."""

    recovered: bool
    entries: tuple[Entry, ...]


class CallLog:
    """Entries are added in order. It keeps all that still stands, and of what passed the last 400."""

    def __init__(self, root: int, turn: int = 0) -> None:
        """`root` is the epoch in which it was begun, and its own on the bus; `turn` that of whoever went on with it."""
        self.root = root
        self.turn = turn
        self.last_seq = -1
        self._before = NOWHERE
        """How far it was when it changed hands, in the epoch that was told until then."""
        self._kept: dict[object, Entry] = {}
        """In order, by what replaces them."""
        self.forgotten_seq = -1
        """The newest that was let go though nothing replaced it."""
        self._passed = 0

    @property
    def epoch(self) -> int:
        """The one that overlays are told."""
        return self.turn or self.root

    def append(self, entry: Entry) -> int | None:
        """Adds the next one; gives the number of that which it replaces, if it does."""
        key = _replaced_by_next(entry.event)
        replaced = None if key is None else self._kept.pop(key, None)
        self._kept[entry.seq if key is None else key] = entry
        self.last_seq = entry.seq
        if replaced is None and not _stands(entry.event):
            self._passed += 1
            self._bound()
        return None if replaced is None else replaced.seq

    def begin_epoch(self) -> None:
        """What anybody has of this log counts no more: it is told anew."""
        self.root, self.turn = max(self.root, self.turn) + 1, 0

    def pass_on(self, turn: int) -> None:
        """Another goes on with it: whatever else the owner before told of it counts no more."""
        self._before = Place(self.epoch, self.last_seq)
        self.turn = turn

    @property
    def clock_ms(self) -> int:
        """The call's clock when the last event was told."""
        last = next(reversed(self._kept.values()), None)
        return last.at_ms if last else 0

    def all(self) -> tuple[Entry, ...]:
        """What is kept, oldest first."""
        return tuple(self._kept.values())

    def after(self, place: Place | None) -> Missed:
        """What is to be told to a reader who is that far, or who knows nothing."""
        if place is None or not self._knows(place):
            return Missed(False, self.all())
        return Missed(True, tuple(entry for entry in self._kept.values() if entry.seq > place.seq))

    def _knows(self, place: Place) -> bool:
        ends = {self._before.epoch: self._before.seq, self.epoch: self.last_seq}
        return place.epoch in ends and self.forgotten_seq <= place.seq <= ends[place.epoch]

    def _bound(self) -> None:
        if self._passed > EVENTS_KEPT:
            key, oldest = next((key, entry) for key, entry in self._kept.items() if not _stands(entry.event))
            del self._kept[key]
            self.forgotten_seq = oldest.seq
            self._passed -= 1


class _At(msgspec.Struct, frozen=True):
    at_ms: int


def _replaced_by_next(event: OverlayEvent) -> object:
    """What an event's successor has in common with it; None where nothing replaces it."""
    match event:
        case TranscriptChanged(speaker, utterance):
            return (speaker, utterance)
        case ChannelChanged(speaker):
            return speaker
        case CallStarted() | CallPrepared() | ConsentChanged() | RecordingChanged() | Lagging() | PulseChanged():
            return type(event)
    return None


def _stands(event: OverlayEvent) -> bool:
    """Whether it goes on to hold until the next of its kind, however many events come between."""
    of_call = CallStarted | CallPrepared | ConsentChanged | RecordingChanged
    return isinstance(event, of_call | ChannelChanged | Lagging | PulseChanged)

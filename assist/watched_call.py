"""One call as the hub has it: its log, the overlays that watch it, and what those are told."""

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from assist.call_log import CallLog, Entry, Missed
from assist.overlay_events import CallEnded, Envelope, OverlayEvent, encode
from assist.overlay_messages import Following, Reply
from streaming.bus.contract import Place

NOBODYS = 0
"""An epoch that no log has: whoever comes back with it is told all anew."""


class Inbox(Protocol):
    """Where an overlay's messages are put; never waits."""

    def put(self, message: str | bytes) -> None:
        """Queues one message."""
        ...


class Voice(msgspec.Struct, frozen=True):
    """A call of this node as the hub speaks to it: its journal, its way to the bus (each line, and the number of that
    which it replaces), and what takes a rep's reply."""

    write: Callable[[OverlayEvent, bytes], object]
    grown: Callable[[int | None], None]
    reply: Callable[[Reply], None]


class WatchedCall:
    """`voice` is none where the call is another node's: then its log is what the bus was seen to have."""

    def __init__(self, call_id: str, log: CallLog) -> None:
        self.call_id = call_id
        self.log = log
        self.voice: Voice | None = None
        self.inboxes: list[Inbox] = []
        self._has_ended = False
        self._is_void = False
        self._parting: tuple[bytes, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether its end was told."""
        return self._has_ended or bool(self._parting)

    def greet(self, inbox: Inbox, place: Place | None) -> None:
        """Begins to tell an overlay that is that far, or knows nothing."""
        self.inboxes.append(inbox)
        for message in (*self._told(self.log.after(place)), *self._parting):
            inbox.put(message)

    def publish(self, at_ms: int, event: OverlayEvent) -> None:
        """Tells log, journal, overlays and bus of an event, where the call is this node's."""
        if self.voice is None:
            return
        entry = self._entry(at_ms, event)
        replaced = self._add(entry)
        self.voice.write(event, entry.line)
        self._tell(entry.line)
        self.voice.grown(replaced)

    def mirror(self, epoch: int, turn: int, entries: Iterable[Entry]) -> None:
        """What the bus has behind what is known here, or all of it. However much that is, an overlay is told no more
        than what still stands of it, and where too much has passed all that is kept."""
        is_anew = self._is_void or self.log.root != epoch
        has_changed_hands = not is_anew and self.log.turn != turn
        if is_anew:
            self.log, self._has_ended, self._is_void = CallLog(epoch, turn), False, False
        elif has_changed_hands:
            self.log.pass_on(turn)
        before = Place(self.log.epoch, self.log.last_seq)
        for entry in entries:
            if entry.seq > self.log.last_seq:
                self._add(entry)
        if self._parting and (is_anew or self.log.last_seq > before.seq):
            is_anew, self._parting = True, ()
        missed = self.log.after(None if is_anew else before)
        told = self._told(missed)
        self._tell(*told if has_changed_hands or not missed.recovered else told[1:])

    def go_on(self, turn: int, voice: Voice) -> None:
        """It is this node's from now on. Overlays here know what the bus has, and miss nothing."""
        self.log.pass_on(turn)
        self.voice = voice
        was_parted, self._parting = bool(self._parting), ()
        here = Place(self.log.epoch, self.log.last_seq)
        self._tell(*self._told(self.log.after(None if was_parted else here)))

    def give_up(self) -> None:
        """It is another node's. What was told here may never have come there: all is told anew."""
        self.voice = None
        self._is_void = True

    def part(self) -> None:
        """No node has it any more, and nobody came back to it: overlays are told its end, unless they were.

        That stands in no log: where a node has it again after all, everything is told anew.
        """
        if not self.is_over:
            at_ms = self.log.clock_ms
            end = self._entry(at_ms, CallEnded(at_ms, "connection_lost"))
            self._parting = (_following(self.call_id, NOBODYS, recovered=True), end.line)
            self._tell(*self._parting)

    def _entry(self, at_ms: int, event: OverlayEvent) -> Entry:
        seq = self.log.last_seq + 1
        return Entry(seq, event, encode(Envelope(self.call_id, seq, at_ms, event)))

    def _add(self, entry: Entry) -> int | None:
        self._has_ended = self._has_ended or isinstance(entry.event, CallEnded)
        return self.log.append(entry)

    def _told(self, missed: Missed) -> tuple[bytes, ...]:
        lines = (entry.line for entry in missed.entries)
        return (_following(self.call_id, self.log.epoch, missed.recovered), *lines)

    def _tell(self, *messages: bytes) -> None:
        for inbox in self.inboxes:
            for message in messages:
                inbox.put(message)


def _following(call_id: str, epoch: int, recovered: bool) -> bytes:
    return msgspec.json.encode(Following(call_id, epoch, recovered))

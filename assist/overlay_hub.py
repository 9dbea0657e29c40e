"""Events of each call -> its journal and every overlay that watches it, with a bounded history for late ones."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

import msgspec

from assist.overlay_events import (
    CallEnded,
    CallPrepared,
    CallStarted,
    ChannelChanged,
    ConsentChanged,
    Envelope,
    Lagging,
    OverlayEvent,
    PulseChanged,
    TranscriptChanged,
    encode,
)
from assist.overlay_messages import Reply, Watch

Write = Callable[[OverlayEvent, bytes], object]
"""Takes each event and its line."""

HISTORY_EVENTS = 400
CALLS_KEPT = 32  # ended calls whose last events an overlay may still ask for

WAITING = b'{"kind":"waiting"}'
HEARTBEAT = b'{"kind":"heartbeat"}'


class Inbox(Protocol):
    """Where an overlay's messages are put; never waits."""

    def put(self, message: str | bytes) -> None:
        """Queues one message."""
        ...


class _Told(msgspec.Struct, frozen=True):
    seq: int
    event: OverlayEvent
    line: bytes


class _CallLog:
    def __init__(self, call_id: str, write: Write, reply: Callable[[Reply], None]) -> None:
        self.call_id = call_id
        self.write = write
        self.reply = reply
        self.next_seq = 0
        self.is_over = False
        self.history: deque[_Told] = deque(maxlen=HISTORY_EVENTS)
        self.standing: dict[object, _Told] = {}
        self.watchers: list[Watcher] = []

    def remember(self, told: _Told) -> None:
        if (key := _standing_key(told.event)) is not None:
            self.standing[key] = told
        if isinstance(told.event, PulseChanged):
            return  # only the newest tells anything, and it stands
        # An utterance's earlier versions are worth nothing to one who joins late.
        last = self.history[-1].event if self.history else None
        if isinstance(told.event, TranscriptChanged) and isinstance(last, TranscriptChanged):
            if (last.speaker, last.utterance) == (told.event.speaker, told.event.utterance):
                self.history.pop()
        self.history.append(told)

    def told_after(self, seq: int) -> list[_Told]:
        """What an overlay that knows all up to `seq` has missed, as far as it is remembered."""
        known = {told.seq: told for told in (*self.standing.values(), *self.history)}
        return [known[number] for number in sorted(known) if number > seq]


class Watcher:
    """An overlay that is told of one call after the other."""

    def __init__(self, inbox: Inbox, call_id: str | None, leave: Callable[["Watcher"], None]) -> None:
        self.inbox = inbox
        self._call_id = call_id
        self._leave = leave
        self.call: _CallLog | None = None

    def hear(self, said: Reply) -> None:
        """Takes what the overlay says; of a call that it does not watch, or that is over, it is let go."""
        if self.call is not None and self.is_of(said.call):
            self.call.reply(said)

    def is_of(self, call_id: str) -> bool:
        """Whether it is told of that call, and the call still runs."""
        return self.call is not None and not self.call.is_over and self.call.call_id == call_id

    def end(self) -> None:
        """The overlay left."""
        self._leave(self)

    def is_waiting_for(self, call_id: str) -> bool:
        """Whether it would follow a call that begins now."""
        return self._call_id in (None, call_id) and (self.call is None or self.call.is_over)


class OverlayHub:
    """All calls of this process. Nothing here waits."""

    def __init__(self, on_view: Callable[[str], None] = lambda call_id: None) -> None:
        """`on_view` is told each call that an overlay begins to watch."""
        self._on_view = on_view
        self._calls: OrderedDict[str, _CallLog] = OrderedDict()
        self._watchers: list[Watcher] = []

    def is_running(self, call_id: str) -> bool:
        """Whether a call by that id runs now."""
        return call_id in self._calls and not self._calls[call_id].is_over

    def open(self, call_id: str, write: Write, reply: Callable[[Reply], None]) -> None:
        """A call begins. Overlays that wait for it, or for any, follow it.

        Each of its lines also goes to `write`; what the rep makes of it goes to `reply`.
        """
        call = self._calls[call_id] = _CallLog(call_id, write, reply)
        self._calls.move_to_end(call_id)
        for watcher in self._watchers:
            if watcher.is_waiting_for(call_id):
                self._follow(watcher, call, None)
        for old in [c for c in self._calls.values() if c.is_over][:-CALLS_KEPT]:
            del self._calls[old.call_id]

    def publish(self, call_id: str, at_ms: int, event: OverlayEvent) -> None:
        """Tells the journal and every overlay of the call."""
        call = self._calls[call_id]
        line = encode(Envelope(call_id, call.next_seq, at_ms, event))
        call.remember(_Told(call.next_seq, event, line))
        call.next_seq += 1
        call.write(event, line)
        for watcher in call.watchers:
            watcher.inbox.put(line)
        if isinstance(event, CallEnded):
            call.is_over = True

    def watch(self, watch: Watch, inbox: Inbox) -> Watcher:
        """Begins to tell an overlay what it wishes to see."""
        watcher = Watcher(inbox, watch.call, self._unwatch)
        self._watchers.append(watcher)
        call = self._calls.get(watch.call) if watch.call else self._running()
        if call is None:
            inbox.put(WAITING)
        else:
            self._follow(watcher, call, watch.after_seq if watch.call else None)
        return watcher

    def beat(self) -> None:
        """Tells every overlay that the server lives; call it every few seconds."""
        for watcher in self._watchers:
            watcher.inbox.put(HEARTBEAT)

    def _running(self) -> _CallLog | None:
        return next((call for call in reversed(self._calls.values()) if not call.is_over), None)

    def _follow(self, watcher: Watcher, call: _CallLog, after_seq: int | None) -> None:
        if watcher.call is not None:
            watcher.call.watchers.remove(watcher)
        watcher.call = call
        self._on_view(call.call_id)
        call.watchers.append(watcher)
        for told in call.told_after(-1 if after_seq is None else after_seq):
            watcher.inbox.put(told.line)

    def _unwatch(self, watcher: Watcher) -> None:
        self._watchers.remove(watcher)
        if watcher.call is not None:
            watcher.call.watchers.remove(watcher)


def _standing_key(event: OverlayEvent) -> object:
    """What of an event goes on to hold until the next of its kind, however many events come between."""
    match event:
        case ChannelChanged(speaker):
            return (ChannelChanged, speaker)
        case CallStarted() | CallPrepared() | ConsentChanged() | Lagging() | PulseChanged():
            return type(event)
    return None

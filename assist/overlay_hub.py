"""Events of each call -> its log, its journal and every overlay that watches it; what reps make of them -> the call.

Calls of this node are `open`ed and `publish`ed here. Calls of other nodes are here while an overlay watches them: what
the bus has of them is `mirror`ed.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import msgspec

from assist.call_log import CallLog, Entry
from assist.elsewhere import Elsewhere
from assist.overlay_events import CallEnded, Envelope, OverlayEvent, encode
from assist.overlay_messages import Following, Reply, Watch
from streaming.bus.contract import Place

CALLS_KEPT = 32  # ended calls whose last events an overlay may still ask for

WAITING = b'{"kind":"waiting"}'
HEARTBEAT = b'{"kind":"heartbeat"}'


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


class _Call:
    """A call, its log and who watches it; `voice` is none where it is another node's."""

    def __init__(self, call_id: str, log: CallLog) -> None:
        self.call_id = call_id
        self.log = log
        self.voice: Voice | None = None
        self.is_over = False
        self.watchers: list[Watcher] = []

    def add(self, entry: Entry) -> int | None:
        replaced = self.log.append(entry)
        self.is_over = self.is_over or isinstance(entry.event, CallEnded)
        return replaced

    def tell(self, line: bytes) -> None:
        for watcher in self.watchers:
            watcher.inbox.put(line)


class Watcher:
    """An overlay that is told of one call after the other."""

    def __init__(self, inbox: Inbox, watch: Watch, hub: "OverlayHub") -> None:
        self.inbox = inbox
        self.wish = watch.call
        self.place = watch.place
        self._hub = hub
        self.call: _Call | None = None

    def hear(self, said: Reply) -> None:
        """Takes what the overlay says; of a call that it does not watch, or that is over, it is let go."""
        if self.is_of(said.call):
            self._hub.reply(said.call, said)

    def is_of(self, call_id: str) -> bool:
        """Whether it is told of that call, and the call still runs."""
        return self.call is not None and not self.call.is_over and self.call.call_id == call_id

    def end(self) -> None:
        """The overlay left."""
        self._hub.unwatch(self)

    def is_waiting_for(self, call: _Call) -> bool:
        """Whether it would follow a call that begins now."""
        # Without a wish only calls of this node are followed: those of others are nobody's here to see.
        is_wanted = self.wish == call.call_id or (self.wish is None and call.voice is not None)
        return is_wanted and (self.call is None or self.call.is_over)


class OverlayHub:
    """All calls of this node, and those of others that are watched here. Nothing here waits."""

    def __init__(
        self,
        elsewhere: Elsewhere,
        now_s: Callable[[], float] = time.time,
        on_view: Callable[[str], None] = lambda call_id: None,
    ) -> None:
        """`on_view` is told each call that an overlay begins to watch."""
        self._elsewhere = elsewhere
        self._on_view = on_view
        self._now_s = now_s
        self._last_epoch = 0
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._watchers: list[Watcher] = []

    def is_running(self, call_id: str) -> bool:
        """Whether a call by that id runs on this node now."""
        call = self._calls.get(call_id)
        return call is not None and call.voice is not None and not call.is_over

    def open(self, call_id: str, voice: Voice) -> CallLog:
        """A call begins on this node: its log. Overlays that wait for it, or for any, follow it."""
        return self._enter(_Call(call_id, CallLog(self._new_epoch())), voice).log

    def take_over(self, call_id: str, epoch: int, entries: tuple[Entry, ...], voice: Voice) -> CallLog:
        """A call of another node goes on here: its log, as far as it is told."""
        known = self._calls.get(call_id)
        if known is not None and known.voice is not None:
            del self._calls[call_id]  # an earlier call by that id, which is over
        self.mirror(call_id, epoch, entries)
        return self._enter(self._calls[call_id], voice).log

    def give_up(self, call_id: str) -> None:
        """Another node goes on with a call of this one."""
        call = self._calls[call_id]
        call.voice = None
        if call.watchers:
            self._elsewhere.follow(call_id)
        else:
            del self._calls[call_id]

    def forget(self, call_id: str) -> None:
        """Nothing may be told any more of a call that is over."""
        call = self._calls.get(call_id)
        if call is not None and call.voice is not None and call.is_over:
            del self._calls[call_id]

    def publish(self, call_id: str, at_ms: int, event: OverlayEvent) -> None:
        """Tells log, journal, bus and every overlay of the call; once it was given up nobody."""
        call = self._calls.get(call_id)
        if call is None or call.voice is None:
            return
        seq = call.log.last_seq + 1
        line = encode(Envelope(call_id, seq, at_ms, event))
        replaced = call.add(Entry(seq, event, line))
        call.voice.write(event, line)
        call.tell(line)
        call.voice.grown(replaced)

    def mirror(self, call_id: str, epoch: int, entries: tuple[Entry, ...]) -> None:
        """What the bus has of a call of another node; what is known of it already is let go."""
        call = self._calls.get(call_id)
        if call is None or (call.voice is None and call.log.epoch != epoch):
            watchers = call.watchers if call is not None else []
            call = self._calls[call_id] = _Call(call_id, CallLog(epoch))
            for entry in entries:
                call.add(entry)
            for watcher in watchers:
                watcher.call = None
                self._follow(watcher, call, None)
            self._call_up(call)
            return
        for entry in entries if call.voice is None else ():
            if entry.seq > call.log.last_seq:
                call.add(entry)
                call.tell(entry.line)

    def unknown(self, call_id: str) -> None:
        """No node has such a call, or none can be asked: whoever waits for it is told to go on waiting."""
        for watcher in self._watchers:
            if watcher.wish == call_id and watcher.call is None:
                watcher.inbox.put(WAITING)

    def watch(self, watch: Watch, inbox: Inbox) -> Watcher:
        """Begins to tell an overlay what it wishes to see."""
        watcher = Watcher(inbox, watch, self)
        self._watchers.append(watcher)
        call = self._calls.get(watcher.wish) if watcher.wish else self._running()
        if call is not None:
            self._follow(watcher, call, watcher.place)
        elif watcher.wish is None:
            inbox.put(WAITING)
        else:
            self._elsewhere.follow(watcher.wish)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """It left."""
        self._watchers.remove(watcher)
        if watcher.call is not None:
            watcher.call.watchers.remove(watcher)
        wish = watcher.wish
        if wish is None or any(other.wish == wish for other in self._watchers):
            return
        self._elsewhere.leave(wish)
        if (call := self._calls.get(wish)) is not None and call.voice is None:
            del self._calls[wish]

    def reply(self, call_id: str, reply: Reply) -> None:
        """What a rep made of a suggestion."""
        voice = self._calls[call_id].voice
        if voice is not None:
            voice.reply(reply)
        else:
            self._elsewhere.reply(call_id, reply)

    def beat(self) -> None:
        """Tells every overlay that the server lives; call it every few seconds."""
        for watcher in self._watchers:
            watcher.inbox.put(HEARTBEAT)

    def _enter(self, call: _Call, voice: Voice) -> _Call:
        call.voice = voice
        self._calls[call.call_id] = call
        self._calls.move_to_end(call.call_id)
        self._call_up(call)
        for old in [c for c in self._calls.values() if c.voice is not None and c.is_over][:-CALLS_KEPT]:
            del self._calls[old.call_id]
        return call

    def _call_up(self, call: _Call) -> None:
        for watcher in self._watchers:
            if watcher.is_waiting_for(call):
                self._follow(watcher, call, watcher.place if watcher.wish else None)

    def _new_epoch(self) -> int:
        # Milliseconds since 1970, but for a clock that was set back.
        self._last_epoch = max(self._last_epoch + 1, int(self._now_s() * 1000))
        return self._last_epoch

    def _running(self) -> _Call | None:
        running = (call for call in reversed(self._calls.values()) if call.voice is not None and not call.is_over)
        return next(running, None)

    def _follow(self, watcher: Watcher, call: _Call, place: Place | None) -> None:
        if watcher.call is not None:
            watcher.call.watchers.remove(watcher)
        watcher.call = call
        self._on_view(call.call_id)
        call.watchers.append(watcher)
        missed = call.log.after(place)
        watcher.inbox.put(msgspec.json.encode(Following(call.call_id, call.log.epoch, missed.recovered)))
        for entry in missed.entries:
            watcher.inbox.put(entry.line)

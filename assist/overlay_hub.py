"""Events of each call -> its log, its journal and every overlay that watches it; what reps make of them -> the call.

Calls of this node are `open`ed and `publish`ed here. Calls of other nodes are here while an overlay watches them: what
the bus has of them is `mirror`ed.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from assist.call_log import CallLog, Entry
from assist.elsewhere import Elsewhere
from assist.handover import Claimed
from assist.overlay_events import OverlayEvent
from assist.overlay_messages import Reply, Watch
from assist.watched_call import Inbox, Voice, WatchedCall
from streaming.bus.contract import Place

CALLS_KEPT = 32  # ended calls whose last events an overlay may still ask for

WAITING = b'{"kind":"waiting"}'
HEARTBEAT = b'{"kind":"heartbeat"}'


class Watcher:
    """An overlay that is told of one call after the other."""

    def __init__(self, inbox: Inbox, watch: Watch, hub: "OverlayHub", elsewhere: Elsewhere) -> None:
        self.inbox = inbox
        self.wish = watch.call
        self.place = watch.place
        self._hub = hub
        self._elsewhere = elsewhere
        self.call: WatchedCall | None = None

    def hear(self, said: Reply) -> None:
        """Takes what the overlay says; of a call that it does not watch, or that is over, it is let go."""
        if self.call is None or not self.is_of(said.call):
            return
        if self.call.voice is not None:
            self.call.voice.reply(said)
        else:
            self._elsewhere.reply(said.call, said)

    def is_of(self, call_id: str) -> bool:
        """Whether it is told of that call, and the call still runs."""
        return self.call is not None and not self.call.is_over and self.call.call_id == call_id

    def end(self) -> None:
        """The overlay left."""
        self._hub.unwatch(self)

    def is_waiting_for(self, call: WatchedCall) -> bool:
        """Whether it would follow a call that begins now."""
        if self.call is call:
            return False
        # Without a wish only calls of this node are followed: those of others are nobody's here to see.
        is_wanted = self.wish == call.call_id or (self.wish is None and call.voice is not None)
        # One by the id of the call that it watches takes that one's place, which was another node's and is dead.
        return is_wanted and (self.call is None or self.call.is_over or self.call.call_id == call.call_id)


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
        self._calls: OrderedDict[str, WatchedCall] = OrderedDict()
        self._watchers: list[Watcher] = []

    def is_running(self, call_id: str) -> bool:
        """Whether a call by that id runs on this node now."""
        call = self._calls.get(call_id)
        return call is not None and call.voice is not None and not call.is_over

    def open(self, call_id: str, voice: Voice) -> CallLog:
        """A call begins on this node: its log. Overlays that wait for it, or for any, follow it."""
        return self._enter(WatchedCall(call_id, CallLog(self._new_epoch())), voice).log

    def take_over(self, call_id: str, claimed: Claimed, voice: Voice) -> CallLog:
        """A call of another node goes on here: its log, as far as it is told."""
        known, past = self._calls.get(call_id), claimed.past
        if known is not None and known.voice is not None:
            del self._calls[call_id]  # an earlier call by that id, which is over
        self.mirror(call_id, past.epoch, past.turn, past.entries)
        call = self._calls[call_id]
        call.go_on(claimed.fence, voice)
        return self._enter(call, voice).log

    def give_up(self, call_id: str) -> None:
        """Another node goes on with a call of this one."""
        self._calls[call_id].give_up()
        self._leave_unwatched(call_id)
        if call_id in self._calls:
            self._elsewhere.follow(call_id)

    def forget(self, call_id: str) -> None:
        """Nothing may be told any more of a call that is over; whoever watched it waits for another."""
        call = self._calls.get(call_id)
        if call is not None and call.voice is not None and call.is_over:
            del self._calls[call_id]
            for watcher in self._watchers:
                if watcher.call is call:
                    watcher.call = None

    def publish(self, call_id: str, at_ms: int, event: OverlayEvent) -> None:
        """Tells log, journal, bus and every overlay of the call; once it was given up nobody."""
        if (call := self._calls.get(call_id)) is not None:
            call.publish(at_ms, event)

    def mirror(self, call_id: str, epoch: int, turn: int, entries: tuple[Entry, ...]) -> None:
        """What the bus has of a call of another node; what is known of it already is let go."""
        call = self._calls.get(call_id)
        if call is None:
            call = self._calls[call_id] = WatchedCall(call_id, CallLog(epoch, turn))
            call.mirror(epoch, turn, entries)
            self._call_up(call)
        elif call.voice is None:
            call.mirror(epoch, turn, entries)

    def gone(self, call_id: str) -> None:
        """No node has a call any more that had one, and nobody came back to it."""
        if (call := self._calls.get(call_id)) is not None and call.voice is None:
            call.part()

    def unknown(self, call_id: str) -> None:
        """No node has such a call, or none can be asked: whoever waits for it is told to go on waiting."""
        for watcher in self._watchers:
            if watcher.wish == call_id and watcher.call is None:
                watcher.inbox.put(WAITING)

    def watch(self, watch: Watch, inbox: Inbox) -> Watcher:
        """Begins to tell an overlay what it wishes to see."""
        watcher = Watcher(inbox, watch, self, self._elsewhere)
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
        if (call := watcher.call) is not None:
            call.inboxes.remove(watcher.inbox)
            self._leave_unwatched(call.call_id)
        if watcher.wish is not None:
            self._leave_unwatched(watcher.wish)

    def beat(self) -> None:
        """Tells every overlay that the server lives; call it every few seconds."""
        for watcher in self._watchers:
            watcher.inbox.put(HEARTBEAT)

    def _enter(self, call: WatchedCall, voice: Voice) -> WatchedCall:
        call.voice = voice
        self._calls[call.call_id] = call
        self._calls.move_to_end(call.call_id)
        self._call_up(call)
        for old in [c for c in self._calls.values() if c.voice is not None and c.is_over][:-CALLS_KEPT]:
            del self._calls[old.call_id]
        return call

    def _call_up(self, call: WatchedCall) -> None:
        for watcher in self._watchers:
            if watcher.is_waiting_for(call):
                self._follow(watcher, call, watcher.place if watcher.wish else None)

    def _new_epoch(self) -> int:
        # Milliseconds since 1970, but for a clock that was set back.
        self._last_epoch = max(self._last_epoch + 1, int(self._now_s() * 1000))
        return self._last_epoch

    def _running(self) -> WatchedCall | None:
        running = (call for call in reversed(self._calls.values()) if call.voice is not None and not call.is_over)
        return next(running, None)

    def _follow(self, watcher: Watcher, call: WatchedCall, place: Place | None) -> None:
        before, watcher.call = watcher.call, call
        if before is not None:
            before.inboxes.remove(watcher.inbox)
            self._leave_unwatched(before.call_id)
        self._on_view(call.call_id)
        call.greet(watcher.inbox, place)

    def _leave_unwatched(self, call_id: str) -> None:
        """A call of another node is here for those who watch it, or wait for it."""
        call = self._calls.get(call_id)
        is_ours = call is not None and call.voice is not None
        if is_ours or (call is not None and call.inboxes) or any(one.wish == call_id for one in self._watchers):
            return
        self._elsewhere.leave(call_id)
        self._calls.pop(call_id, None)

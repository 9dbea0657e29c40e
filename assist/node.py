"""This node among others: its calls on the bus, those of others that come here, and those of its own that leave."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

import streaming.protocols
from assist.call import LiveCall
from assist.call_log import CallLog, Entry
from assist.far_calls import FIRST, FarCalls, entry_of
from assist.handover import Claimed, Handover, Past, decode, digest, encode, needed_from_ms
from assist.lasting import lasting
from assist.overlay_messages import Reply
from assist.publishing import Ours, Publishing, forget
from streaming import plugins
from streaming.bus.contract import Bus, Place, Seen
from streaming.errors import BusDown, NotHere, ProtocolViolation, UnknownPlugin
from streaming.protocols.contract import Accepted, Returned


class Ties(msgspec.Struct, frozen=True):
    """How a call of this node hangs together with the rest.

    `is_running` until its end is told; `may_keep` while anything of it may be stored; `let_go` is called when another
    node has it, or `ended` once it has ended here and can end nowhere else; `take` with what is replied elsewhere.
    """

    is_running: Callable[[], bool]
    may_keep: Callable[[], bool]
    let_go: Callable[[], None]
    ended: Callable[[], None]
    take: Callable[[Reply], None]


class Node:
    """One process. `is_alone` where the bus ends with it, so that no call can go on elsewhere.

    A call that has no node any more is over once its source has not come back for `resume_s`.
    """

    def __init__(self, bus: Bus, is_alone: bool, resume_s: float) -> None:
        self._bus = bus
        self._is_alone = is_alone
        self._name = secrets.token_hex(6)
        self._movable: dict[str, Callable[[], None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self.publishing = Publishing(bus, self._name)
        self.far_calls = FarCalls(bus, resume_s)

    def begin(self, call: LiveCall, call_log: CallLog, ties: Ties, resumable: "Resumable | None") -> None:
        """A call of this node from now on."""
        call_id = call.call_id
        start = resumable and msgspec.structs.replace(resumable, claimed=None)  # its past goes once it is heard

        def state() -> tuple[bytes, int]:
            settled = call.settled
            position_ms = needed_from_ms(settled.values())
            if start is None or not ties.is_running():
                return b"", position_ms
            begun = (start.protocol, start.opening, start.token_sha256)
            taken = self.far_calls.taken(call_id)
            return encode(Handover(*begun, call.clock_ms, settled, start.foreseen, taken)), position_ms

        def lost() -> None:
            self.end(call_id)
            ties.let_go()

        def written(position_ms: int) -> None:
            call.safe_ms = position_ms

        claimed = resumable.claimed if resumable else None
        ours = Ours(call_log, state, written, lost, ties.may_keep, ties.ended)
        if claimed is None:
            self.publishing.begin(call_id, ours)
            self.far_calls.own(call_id, ties.take)
        else:
            self.publishing.begin(call_id, ours, claimed.fence, claimed.past.entries[-1].seq)
            self.far_calls.own(call_id, ties.take, claimed.past.handover.taken)
        if resumable is not None and not self._is_alone:
            self._movable[call_id] = lost

    def told(self, call_id: str, replaced: int | None) -> None:
        """A call's log has one more, which may replace an earlier one."""
        self.publishing.told(call_id, replaced)

    def end(self, call_id: str) -> None:
        """A call's last event is told, or it is this node's no more."""
        self.publishing.end(call_id)
        self.far_calls.disown(call_id)
        self._movable.pop(call_id, None)

    async def claim(self, returned: Returned) -> Claimed | None:
        """Takes a call from whichever node had it, if that is its client. Raises BusDown.

        Raises NotHere, and leaves it where it is, if a newer server wrote what cannot be read here.
        """
        told = _Told()
        try:
            seen = await self._read_on(returned.call_id, told)
            handover = decode(seen.state) if seen else None
            if handover is None or not handover.is_of(returned.token):
                return None
            plugins.load(streaming.protocols, handover.protocol).go_on(handover.opening, 0)
            fence = await self._bus.claim(returned.call_id, self._name, True)
            # Whatever the other node wrote until then is part of it, that of a newer one too which had just claimed it:
            # its source is sent on, and finds that one again.
            seen = await self._read_on(returned.call_id, told)
            handover = decode(seen.state) if seen else None
        except (msgspec.DecodeError, ProtocolViolation, UnknownPlugin):
            raise NotHere("a call that was written by a newer server") from None
        if fence is None or seen is None or handover is None or not told.entries:
            return None
        return Claimed(fence, Past(handover, tuple(told.entries), seen.epoch, seen.turn))

    async def _read_on(self, call_id: str, told: "_Told") -> Seen | None:
        """Adds what the bus has of it behind what was read before; how it stands then."""
        while (seen := await self._bus.read(call_id, told.place)) is not None and seen.lines:
            if seen.lines[0].place.epoch != told.place.epoch:
                told.entries.clear()  # it was told anew
            told.entries += map(entry_of, seen.lines)
            told.place = seen.lines[-1].place
        return seen

    async def hand_over_all(self) -> None:
        """Sends the sources away whose calls can go on elsewhere, once all that was told is on the bus."""
        await asyncio.gather(*map(self._hand_over, list(self._movable)))

    async def forget(self, call_ids: Iterable[str]) -> None:
        """Nothing is left on the bus of calls that are over and were purged, if it can be reached."""
        with suppress(BusDown):
            await forget(self._bus, call_ids)

    def start(self) -> None:
        """Begins to read the bus."""
        self._reading = lasting(self.far_calls.run())

    async def close(self) -> None:
        """Waits for the last lines of calls that are over."""
        await self.publishing.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._bus.close()

    async def _hand_over(self, call_id: str) -> None:
        if await self.publishing.flush(call_id) and call_id in self._movable:
            self.publishing.let_go(call_id)
            self._movable[call_id]()


class _Told:
    """A call's log as far as it was read."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.place: Place = FIRST


class Resumable(msgspec.Struct, frozen=True):
    """By what another node could go on with a call."""

    protocol: str
    opening: str
    token_sha256: bytes
    foreseen: frozenset[str]
    claimed: Claimed | None = None


def resumable(accepted: Accepted, protocol: str, foreseen: frozenset[str], claimed: Claimed | None) -> Resumable | None:
    """None where its source cannot come back to another node."""
    if claimed is not None:
        handover = claimed.past.handover
        return Resumable(handover.protocol, handover.opening, handover.token_sha256, handover.foreseen, claimed)
    if accepted.metadata.practice:
        return None  # where it stands in its scenario, only this node knows
    return Resumable(protocol, accepted.opening, digest(accepted.token), foreseen) if accepted.token else None

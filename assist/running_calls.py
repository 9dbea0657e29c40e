"""The calls of this node: begun here, or taken over from another; no more than there is room for."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress

from assist import admission
from assist.admission import Standing
from assist.advising import Advising
from assist.archive import archive_of
from assist.audit import Audit
from assist.call import LiveCall
from assist.desk import Desk
from assist.forgetting import Forgetting
from assist.handover import Claimed
from assist.journal import path_of
from assist.node import Node
from assist.noting import Noting
from assist.overlay_hub import OverlayHub
from assist.practice.practised_call import PractisedCall, also_to, session_of
from assist.practice.scenario_files import scenarios
from assist.rehearing import Turns
from assist.running_call import House, RunningCall
from assist.settings import Settings
from streaming.errors import NotHere, Overloaded, ProtocolViolation
from streaming.product import Left, Tell
from streaming.protocols.contract import Accepted, Returned
from streaming.tiers import Tiers

HAND_OVER_S = 0.5
"""So long after one try to hand calls over comes the next."""


class _Left(Left, frozen=True):
    """With all that the other node left of it."""

    claimed: Claimed


class RunningCalls:
    """All of them, and no more than there is room for."""

    def __init__(self, settings: Settings, advising: Advising, tiers: Tiers, node: Node, desk: Desk) -> None:
        """Raises ScenarioError where a scenario of practice cannot be played."""
        self.scenarios = scenarios(settings.practice_dir)
        self._max_calls = settings.max_calls
        self._overload = tiers.overload
        self._node = node
        self.desk = desk
        self.archive = archive_of(settings)
        self.audit = Noting(Audit(settings.journal_dir, "page"))
        self.turns = Turns()
        self.hub = OverlayHub(node.far_calls, on_view=lambda call_id: self.audit.note("overlay_viewed", call_id))
        node.far_calls.connect(self.hub)
        self._house = House(
            self.archive,
            settings.record_sound,
            settings.consent,
            advising,
            tiers,
            node,
            desk,
            self.hub,
            self.audit,
            self.turns,
        )
        self.on_kept: Callable[[str], None] | None = None
        """Called once with the id of each call that has ended and may be kept, when its journal is whole."""
        self._calls: dict[str, LiveCall | PractisedCall] = {}
        self._coming = 0
        """Calls of other nodes on their way here."""
        self._one_ended = asyncio.Event()
        self.is_draining = False
        self.forgetting = Forgetting(settings.journal_dir, self.hub.is_running, self._forget)

    def open(self, accepted: Accepted, protocol: str, tell: Tell) -> LiveCall | PractisedCall:
        """Begins a call, whose words and suggestions also go to `tell`.

        Raises ProtocolViolation where its id is taken or its scenario unknown, Overloaded where there is no room.
        """
        call_id = accepted.call_id or f"call-{secrets.token_hex(6)}"
        if self.hub.is_running(call_id):
            raise ProtocolViolation("call_exists", "a call by that id is running; end it first or use another id")
        if (full := self.no_room()) is not None:
            raise full
        session = session_of(accepted.metadata.practice, self.scenarios)
        if session is None:
            return self._begin(call_id, accepted, protocol, tell)
        # It takes less to practise than to feed a call: no kept one may be written over by it.
        if path_of(self.archive.folder, call_id).exists():
            raise ProtocolViolation("call_exists", "a call by that id is kept; a practice needs one of its own")
        # Nobody outside is told of its end. Whether it may be kept is asked as of any call: that it is a practice is
        # only said by whoever feeds it.
        practice = RunningCall(call_id, self._house, also_to(session, tell), self._one_ended.set, lambda _: None)
        self.forgetting.begin(call_id)
        practice.begin(accepted, protocol, None)
        practised = self._calls[call_id] = practice.practise(session)
        return practised

    def no_room(self) -> Overloaded | None:
        """Why a call that began now would be refused; none where it would be taken."""
        return admission.no_room(self._standing())

    def why_not_ready(self) -> str:
        """Why new calls should be sent elsewhere; empty where they are welcome."""
        return admission.why_not_ready(self._standing())

    def _standing(self) -> Standing:
        self._calls = {id_: call for id_, call in self._calls.items() if self.hub.is_running(id_)}
        count, overload = len(self._calls) + self._coming, self._overload
        return Standing(count, self._max_calls, overload.step, overload.wait_s, self.is_draining)

    async def claim(self, returned: Returned) -> Left | None:
        """The call of another node that a client wants to go on with, if its token is the right one.

        Raises NotHere where there is no room: the call stays where it is. Raises BusDown.
        """
        # One that runs here and was not found is about to end.
        if self.hub.is_running(returned.call_id):
            return None
        if (full := admission.no_room_to_go_on(self._standing())) is not None:
            raise NotHere(str(full))
        self._coming += 1
        try:
            claimed = await self._node.claim(returned)
        finally:
            self._coming -= 1
        # Meanwhile one by that id may have begun here: it is another, and stays.
        if claimed is None or self.hub.is_running(returned.call_id):
            return None
        handover = claimed.past.handover
        return _Left(returned.call_id, handover.protocol, handover.opening, handover.from_ms, claimed)

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> LiveCall:
        """Goes on with it."""
        assert isinstance(left, _Left)
        return self._begin(left.call_id, accepted, left.protocol, tell, left.claimed)

    async def drain(self, limit_s: float) -> None:
        """No new calls; those that can go on elsewhere do, the others may end in so many seconds. Safe to cancel.

        Those that the bus was too slow for, or that were on their way here, are handed over as soon as they can be.
        """
        self.is_draining = True
        await self._node.hand_over_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while self._coming or any(map(self.hub.is_running, self._calls)):
                    self._one_ended.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._one_ended.wait(), HAND_OVER_S)
                    await self._node.hand_over_all()

    def _begin(
        self, call_id: str, accepted: Accepted, protocol: str, tell: Tell, claimed: Claimed | None = None
    ) -> LiveCall:
        running = RunningCall(call_id, self._house, tell, self._one_ended.set, self._note_kept)
        self.forgetting.begin(call_id)
        call = self._calls[call_id] = running.begin(accepted, protocol, claimed)
        return call

    def _note_kept(self, call_id: str) -> None:
        if self.on_kept is not None:
            self.on_kept(call_id)

    async def _forget(self, call_ids: list[str]) -> None:
        for call_id in call_ids:
            self.hub.forget(call_id)
        await self._node.forget(call_ids)

    def beat(self, now_s: float) -> None:
        """Tells of calls whose source has stalled; called every few seconds."""
        for call_id, call in self._calls.items():
            if self.hub.is_running(call_id):
                call.beat(now_s)

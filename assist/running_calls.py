"""The calls of this node: begun here, or taken over from another; no more than there is room for."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress

import msgspec

from assist.advising import Advising
from assist.audit import Audit
from assist.call import LiveCall
from assist.desk import Desk
from assist.node import Claimed, Node
from assist.overlay_hub import OverlayHub
from assist.practice.practised_call import PractisedCall, also_to, session_of
from assist.practice.scenario_files import scenarios
from assist.running_call import House, RunningCall
from assist.settings import Settings
from streaming.errors import Overloaded, ProtocolViolation
from streaming.product import Left, Tell
from streaming.protocols.contract import Accepted, Returned
from streaming.tiers import Tiers


class RunningCalls:
    """All of them, and no more than there is room for."""

    def __init__(self, settings: Settings, advising: Advising, tiers: Tiers, node: Node, desk: Desk) -> None:
        """Raises ScenarioError where a scenario of practice cannot be played."""
        self.scenarios = scenarios(settings.practice_dir)
        self._max_calls = settings.max_calls
        self._node = node
        self.desk = desk
        self.audit = Audit(settings.journal_dir, "page")
        self.hub = OverlayHub(node.far_calls, on_view=lambda call_id: self.audit.note("overlay_viewed", call_id))
        node.far_calls.connect(self.hub.mirror, self.hub.unknown)
        self._house = House(
            settings.journal_dir,
            settings.record_sound,
            settings.consent,
            advising,
            tiers,
            node,
            desk,
            self.hub,
            self.audit,
        )
        self.on_kept: Callable[[str], None] | None = None
        """Called with the id of each call that has ended and may be kept, once its journal is whole."""
        self._calls: dict[str, LiveCall | PractisedCall] = {}
        self._claimed: dict[str, Claimed] = {}
        self._one_ended = asyncio.Event()
        self.is_draining = False

    def open(self, accepted: Accepted, protocol: str, tell: Tell) -> LiveCall | PractisedCall:
        """Begins a call, whose words and suggestions also go to `tell`.

        Raises ProtocolViolation where its id is taken or its scenario unknown, Overloaded where there is no room.
        """
        call_id = accepted.call_id or f"call-{secrets.token_hex(6)}"
        self._calls = {id_: call for id_, call in self._calls.items() if self.hub.is_running(id_)}
        if call_id in self._calls:
            raise ProtocolViolation("call_exists", "a call by that id is running; end it first or use another id")
        if self.is_draining:
            raise Overloaded("this server is going down; try again in a moment")
        if len(self._calls) >= self._max_calls:
            raise Overloaded(f"{len(self._calls)} calls are running, and max_calls is that; try again later")
        session = session_of(accepted.metadata.practice, self.scenarios)
        if session is None:
            return self._begin(call_id, accepted, protocol, tell)
        # Nobody is listened to whose consent it would need, and nobody outside is told of its end.
        house = msgspec.structs.replace(self._house, consent="unless_refused")
        practice = RunningCall(call_id, house, also_to(session, tell), lambda id_, _: self._note_end(id_, False))
        practice.begin(accepted, protocol, None)
        practised = self._calls[call_id] = practice.practise(session)
        return practised

    async def claim(self, returned: Returned) -> Left | None:
        """The call of another node that a client wants to go on with, if its token is the right one."""
        # One that runs here and was not found is about to end.
        if self.is_draining or self.hub.is_running(returned.call_id):
            return None
        if (claimed := await self._node.claim(returned)) is None:
            return None
        self._claimed[returned.call_id] = claimed
        handover = claimed.past.handover
        return Left(returned.call_id, handover.protocol, handover.opening, handover.from_ms)

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> LiveCall:
        """Goes on with it."""
        return self._begin(left.call_id, accepted, left.protocol, tell, self._claimed.pop(left.call_id))

    async def drain(self, limit_s: float) -> None:
        """No new calls; those that can go on elsewhere do, the others may end in so many seconds. Safe to cancel."""
        self.is_draining = True
        await self._node.hand_over_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while any(map(self.hub.is_running, self._calls)):
                    self._one_ended.clear()
                    await self._one_ended.wait()

    def _begin(
        self, call_id: str, accepted: Accepted, protocol: str, tell: Tell, claimed: Claimed | None = None
    ) -> LiveCall:
        running = RunningCall(call_id, self._house, tell, self._note_end)
        call = self._calls[call_id] = running.begin(accepted, protocol, claimed)
        return call

    def _note_end(self, call_id: str, is_kept: bool) -> None:
        self._one_ended.set()
        if is_kept and self.on_kept is not None:
            self.on_kept(call_id)

    def beat(self, now_s: float) -> None:
        """Tells of calls whose source has stalled; called every few seconds."""
        for call_id, call in self._calls.items():
            if self.hub.is_running(call_id):
                call.beat(now_s)

"""A practice as a call: a live call like any other, and beside it the session that decides what the prospect says."""

from collections.abc import Mapping

from assist.call import LiveCall
from assist.conversation import Publish
from assist.overlay_messages import OfPractice, Played, Say
from assist.practice.scenario_files import Kept, ScenarioUnknown, named
from assist.practice.session import Session
from streaming.errors import ProtocolViolation
from streaming.product import EndReason, Tell
from streaming.protocols.contract import Flushed, Moved, Practice, Suggested
from streaming.types import AudioFrame, Gap, Words


def session_of(practice: Practice | None, known: Mapping[str, Kept]) -> Session | None:
    """That of a practice, none of a call. Raises ProtocolViolation."""
    if practice is None:
        return None
    try:
        return Session(named(known, practice.scenario).scenario, practice.speaks)
    except ScenarioUnknown as fault:
        raise ProtocolViolation("unknown_scenario", str(fault)) from None


def also_to(session: Session, tell: Tell) -> Tell:
    """What whoever feeds the call is told; of it, words go to its session as well."""

    def both(told: Words | Suggested | Moved) -> None:
        if isinstance(told, Words):
            session.hear(told)
        tell(told)

    return both


class PractisedCall:
    """Each frame of the call is a step of the session, so that its times are the call's."""

    def __init__(self, call: LiveCall, session: Session, publish: Publish) -> None:
        self._call = call
        self._session = session
        self._publish = publish

    @property
    def call_id(self) -> str:
        """The call's."""
        return self._call.call_id

    @property
    def received_ms(self) -> int:
        """Sound taken in so far."""
        return self._call.received_ms

    @property
    def heard_ms(self) -> int:
        """Up to where all speech was looked at."""
        return self._call.heard_ms

    @property
    def safe_ms(self) -> int:
        """Up to where nothing is lost whatever happens to this node."""
        return self._call.safe_ms

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        """Takes sound in, both sides' as of any call; never waits."""
        self._call.hear(event)
        now_ms = self._call.received_ms
        answered = self._session.tick(now_ms, now_ms - self._call.heard_ms)
        if answered is not None:
            self._publish(now_ms, answered)

    def take(self, reply: OfPractice) -> None:
        """What the rep types, and what was played to them."""
        now_ms = self._call.received_ms
        match reply:
            case Played(_, line):
                self._session.played(line, now_ms)
            case Say(_, text):
                words = self._session.say(text, now_ms)
                if words is not None:
                    self._call.say(words)
            case _:
                self._session.wait()

    def beat(self, now_s: float) -> None:
        """Called every few seconds."""
        self._call.beat(now_s)

    async def end(self, reason: EndReason) -> None:
        """Waits until the last words are out."""
        await self._call.end(reason)

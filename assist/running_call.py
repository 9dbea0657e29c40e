"""One call of this node with all that hangs on it: its consent, its journal, its log, its ties to other nodes."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import msgspec
import structlog

from assist.advising import Advising
from assist.archive import Archive
from assist.call import LiveCall
from assist.call_log import CallLog
from assist.call_parts import Parts
from assist.consent import Consent, Policy
from assist.desk import Desk, Foreseen, Prepared
from assist.handover import Claimed, Past
from assist.node import Node, Ties, resumable
from assist.noting import Noting
from assist.overlay_events import (
    CallEnded,
    CallPrepared,
    ConsentChanged,
    OverlayEvent,
    RecordingChanged,
    SuggestionShown,
)
from assist.overlay_hub import OverlayHub
from assist.overlay_messages import Announced, Played, Refused, Reply, Say, Wait
from assist.practice.practised_call import PractisedCall
from assist.practice.session import Session
from assist.rehearing import Turns
from assist.storing import Storing
from assist.tape import Tape, remove_sound
from assist.watched_call import Voice
from streaming.product import Tell
from streaming.protocols.contract import Accepted, Moved, Suggested
from streaming.tiers import Tiers

log = structlog.get_logger()


class House(msgspec.Struct, frozen=True):
    """What all calls of a node share; `records`: their sound is kept where the source does not say otherwise."""

    archive: Archive
    records: bool
    consent: Policy
    advising: Advising
    tiers: Tiers
    node: Node
    desk: Desk
    hub: OverlayHub
    audit: Noting
    turns: Turns


class RunningCall:
    """Its words and suggestions also go to `tell`; `on_end` is called when it is over, or another node's, and `on_kept`
    once it is over for all nodes, if it may be kept."""

    def __init__(
        self, call_id: str, house: House, tell: Tell, on_end: Callable[[], None], on_kept: Callable[[str], None]
    ) -> None:
        self._id = call_id
        self._house = house
        self._tell = tell
        self._on_end = on_end
        self._on_kept = on_kept
        self._consent = Consent(house.consent)
        self._storing = Storing(house.archive, call_id, self._consent)
        self._call: LiveCall
        self._tape: Tape | None = None
        self._practised: PractisedCall | None = None

    def begin(self, accepted: Accepted, protocol: str, claimed: Claimed | None) -> LiveCall:
        """It begins, or goes on where another node left it. Call it once. Whatever it raises, nothing of it runs on."""
        with ExitStack() as undoing:
            undoing.callback(self._undo, is_taken_over=claimed is not None)
            call_log, parts, given, prepared = self._opened(accepted, claimed)
            foreseen = prepared.foreseen.cues if prepared else frozenset()
            self._call = LiveCall(self._id, given, protocol, parts, self._publish)
            undoing.callback(self._call.let_go)
            if claimed is None:
                if prepared is not None:
                    self._publish(0, CallPrepared(prepared.preparation, prepared.foreseen.audits))
                self._tell_consent(0)
            elif claimed.past.is_recorded:
                self._publish(self._call.clock_ms, RecordingChanged(False))  # the rest of its sound nobody keeps
            is_running = partial(self._house.hub.is_running, self._id)
            ties = Ties(is_running, lambda: self._consent.may_keep, self._let_go, self._note_ended, self._take)
            self._house.node.begin(self._call, call_log, ties, resumable(accepted, protocol, foreseen, claimed))
            undoing.pop_all()
        return self._call

    def _opened(self, accepted: Accepted, claimed: Claimed | None) -> tuple[CallLog, Parts, Accepted, Prepared | None]:
        """Its log, what its conversation is made of, what is known of it, and what was thought of before it."""
        hub, advising = self._house.hub, self._house.advising
        past = claimed.past if claimed else None
        voice = Voice(self._storing.write, partial(self._house.node.told, self._id), self._take)
        if claimed is None:
            call_log = hub.open(self._id, voice)
            prepared = None if accepted.metadata.practice else self._house.desk.take(accepted.metadata)
        else:
            call_log = hub.take_over(self._id, claimed, voice)
            prepared = self._recalled(claimed.past)
        given, foreseen = _filled_in(accepted, prepared)
        detection, advice = advising.for_call(self._id, "mixed" in accepted.speakers, foreseen)
        tape = self._tape_of(accepted) if past is None else None
        own = (detection, advice, advising.playbook, self._house.tiers, self._end, self._tell)
        return call_log, Parts(*own, past, tape, self._house.turns, self._storing.written), given, prepared

    def _undo(self, is_taken_over: bool) -> None:
        """It could not begin. A call whose end is not told would count as running for ever."""
        if self._house.hub.is_running(self._id):
            if is_taken_over:
                self._house.hub.give_up(self._id)  # its source may find a node that can go on with it
            else:
                self._publish(0, CallEnded(0, "failed"))
        self._storing.close()
        if self._tape is not None:
            self._tape.discard()  # else its thread would wait for sound for ever
        if not self._consent.may_keep:
            self._house.hub.forget(self._id)

    def practise(self, session: Session) -> PractisedCall:
        """It is a practice. Call it after `begin`."""
        self._practised = PractisedCall(self._call, session, self._publish)
        return self._practised

    def _tape_of(self, accepted: Accepted) -> Tape | None:
        """Where the call's sound goes, if it is to be kept; of an earlier call by that id none may stay.

        A call that another node begins keeps its sound there, up to where it was left. A fault of the disk costs the
        sound alone.
        """
        try:
            remove_sound(self._house.archive.folder, self._id)
        except OSError as error:
            log.error("sound_not_kept", call_id=self._id, error=error.strerror)
            return None
        asked = accepted.metadata.record
        if not (self._house.records if asked is None else asked):
            return None
        self._tape = Tape(self._house.archive, self._id, accepted.speakers, lambda: self._consent.may_keep)
        self._consent.on_refusal(self._tape.discard)
        return self._tape

    def _recalled(self, past: Past) -> Prepared | None:
        """Keeps what another node told, as far as it may be kept. Gives what was thought of the call before it."""
        prepared = None
        for entry in past.entries:
            match entry.event:
                case ConsentChanged("announced"):
                    self._consent.announce()
                case ConsentChanged("refused"):
                    self._consent.refuse()
                case CallPrepared(preparation):
                    prepared = Prepared(preparation, Foreseen(past.handover.foreseen))
        self._storing.catch_up((entry.event, entry.line) for entry in past.entries)
        return prepared

    def _publish(self, at_ms: int, event: OverlayEvent) -> None:
        self._house.hub.publish(self._id, at_ms, event)
        if isinstance(event, SuggestionShown):
            self._tell(Suggested(event.id, at_ms, event.quote, event.text))

    def _tell_consent(self, at_ms: int) -> None:
        line = self._house.advising.playbook.consent.line
        self._publish(at_ms, ConsentChanged(self._consent.state, self._consent.is_kept, line))

    def _take(self, reply: Reply) -> None:
        match reply:
            case Announced():
                self._consent.announce()
                self._note_consent()
            case Refused():
                self._consent.refuse()
                self._note_consent()
            case Played() | Say() | Wait():
                if self._practised is not None:  # on a real call words are put into nobody's mouth
                    self._practised.take(reply)
            case _:
                self._call.take(reply)

    def _note_consent(self) -> None:
        self._house.audit.note("consent_changed", self._id, self._consent.state)
        self._tell_consent(self._call.clock_ms)

    def _end(self) -> None:
        self._storing.close()
        if not self._consent.may_keep:
            self._house.hub.forget(self._id)
        self._house.node.end(self._id)
        self._on_end()

    def _note_ended(self) -> None:
        if self._consent.may_keep:
            self._on_kept(self._id)

    def _let_go(self) -> None:
        self._house.hub.give_up(self._id)
        self._call.let_go()
        self._tell(Moved())


def _filled_in(accepted: Accepted, prepared: Prepared | None) -> tuple[Accepted, frozenset[str]]:
    """What is known of a call with what was thought of before it, and the cues that were foreseen."""
    if prepared is None:
        return accepted, frozenset()
    metadata = prepared.preparation.under(accepted.metadata)
    return msgspec.structs.replace(accepted, metadata=metadata), prepared.foreseen.cues

"""The rep's own answer to the closing question, kept with the call: the last line of its journal."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import msgspec

from assist.archive import Archive, ArchiveFault
from assist.debrief import reading
from assist.debrief.debrief import MOST_ANSWER
from assist.debrief.record import CallRecord
from assist.journal import Journal, JournalInUse, resting
from assist.overlay_events import DebriefAnswered, Envelope, encode
from streaming.errors import ProtocolViolation
from streaming.redaction.redactor import redacted

WRITTEN_S = 5.0
STILL_RUNNING = "The call is still running; answer when it is over."


class AnswerNotKept(Exception):
    """The journal took no more lines."""


class Answer(msgspec.Struct, frozen=True, tag_field="kind", tag="answer"):
    """What the debrief's page says on a socket of its own: the rep's answer to the question about that call."""

    call: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=MOST_ANSWER)]


def answer_of(message: str) -> Answer | None:
    """The answer, if that is what the first message of a socket is."""
    try:
        return msgspec.json.decode(message, type=Answer)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def keep(archive: Archive, call_id: str, text: str) -> None:
    """Adds the answer, without payment and identity numbers, to a call's journal.

    Raises CallUnknown, JournalInUse where the call runs, here or elsewhere, ArchiveFault, AnswerNotKept or OSError.
    """
    with reading.known(archive, call_id) as path, resting(path):
        _add(archive, reading.read(archive, call_id), DebriefAnswered(redacted(text)))


def _add(archive: Archive, record: CallRecord, answered: DebriefAnswered) -> None:
    journal = Journal(archive, record.id)
    try:
        if not journal.append(encode(Envelope(record.id, record.next_seq, record.duration_ms, answered))):
            raise AnswerNotKept(f"the answer could not be added to the journal in {archive.folder}; is the disk full?")
    finally:
        journal.close()
        journal.join(WRITTEN_S)


class Answering:
    """The socket of a debrief's page: it brought its answer with its first message, and is told what became of it."""

    def __init__(
        self, archive: Archive, is_running: Callable[[str], bool], tell: Callable[[str | bytes], object]
    ) -> None:
        self._archive = archive
        self._is_running = is_running
        self._tell = tell
        self._keeping: asyncio.Task[None] | None = None

    def begin(self, answer: Answer) -> "Answering":
        """Keeps it meanwhile; call it inside a running event loop."""
        self._keeping = asyncio.create_task(self._keep(answer))
        return self

    def hear(self, message: str | bytes) -> None:
        """There is no more to say; raises ProtocolViolation."""
        raise ProtocolViolation("bad_message", "one answer a connection; open another to answer anew")

    def end(self) -> None:
        """The page left; what is being kept is kept."""

    async def _keep(self, answer: Answer) -> None:
        if self._is_running(answer.call):
            self._say("not_answered", STILL_RUNNING)
            return
        try:
            # Reading a long call's journal takes a while, and calls under way must not wait for it.
            await asyncio.to_thread(keep, self._archive, answer.call, answer.text)
        except JournalInUse:
            self._say("not_answered", STILL_RUNNING)
        except (reading.CallUnknown, OSError):
            self._say("not_answered", "There is no such call any more.")
        except ArchiveFault:
            self._say("not_answered", "This server has no key for this call.")
        except AnswerNotKept:
            self._say("not_answered", "It could not be written down. Is the disk full?")
        else:
            self._say("answered", "")

    def _say(self, kind: str, message: str) -> None:
        self._tell(msgspec.json.encode({"kind": kind, "message": message}).decode())

"""The rep's own answer to the closing question, kept with the call: the last line of its journal."""

from pathlib import Path

from assist.debrief.record import CallRecord
from assist.journal import Journal
from assist.overlay_events import DebriefAnswered, Envelope, encode
from streaming.redaction.redactor import redacted


class AnswerNotKept(Exception):
    """The journal took no more lines."""


def keep(folder: Path, record: CallRecord, text: str) -> None:
    """Adds the answer, without payment and identity numbers, to the journal of a call that was read from `folder`.

    Raises AnswerNotKept.
    """
    answered = DebriefAnswered(redacted(text))
    journal = Journal(folder, record.id)
    try:
        if not journal.append(encode(Envelope(record.id, record.next_seq, record.duration_ms, answered))):
            raise AnswerNotKept(f"the answer could not be added to the journal in {folder}; is the disk full?")
    finally:
        journal.close()

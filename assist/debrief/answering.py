"""The rep's own answer to the closing question, kept with the call: the last line of its journal."""

from pathlib import Path

from assist.debrief.record import CallRecord
from assist.journal import Journal
from assist.overlay_events import DebriefAnswered, Envelope, encode


class AnswerNotKept(Exception):
    """The journal took no more lines."""


def keep(folder: Path, record: CallRecord, text: str) -> None:
    """Adds the answer to the journal of a call that was read from `folder`; raises AnswerNotKept."""
    journal = Journal(folder, record.id)
    try:
        if not journal.append(encode(Envelope(record.id, record.next_seq, record.duration_ms, DebriefAnswered(text)))):
            raise AnswerNotKept(f"the answer could not be added to the journal in {folder}; is the disk full?")
    finally:
        journal.close()

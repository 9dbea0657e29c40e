"""What `assist debrief` and `assist calls` do."""

import os
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import msgspec

from assist import playbook
from assist.audit import Audit, user
from assist.debrief import answering, reading
from assist.debrief.calls import calls_in
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.markup import clean
from assist.debrief.formats.wording import when
from assist.debrief.writing import WRITERS
from assist.settings import Settings


class Wish(msgspec.Struct, frozen=True):
    """What is wanted of a call."""

    call: str
    format: str
    opens: bool
    answer: str | None


def run(wish: Wish, settings: Settings) -> None:
    """Keeps the answer, if one is given; then opens the debrief, or writes it to standard output.

    Raises CallUnknown, PlaybookError, AnswerNotKept or OSError.
    """
    folder = settings.journal_dir
    record = reading.read(folder, wish.call)
    if wish.answer is not None:
        answering.keep(folder, record, wish.answer)
        record = reading.read(folder, wish.call)
        print("Your answer is kept with the call.", file=sys.stderr)
        if not wish.opens:
            return
    entries = playbook.load(settings.playbook).cues
    text = WRITERS[wish.format](debrief_of(record, entries))
    Audit(folder, user()).note("exported", record.id, wish.format)
    if wish.opens:
        path = folder / f"{record.id}.{wish.format}"
        _save(path, text)
        print(f"The debrief is in {path}", file=sys.stderr)
        webbrowser.open(path.absolute().as_uri())
    else:
        sys.stdout.buffer.write(text.encode())


def listing(folder: Path, words: tuple[str, ...]) -> Iterator[str]:
    """A line a call that has all the words in it, newest first; nothing in it can command a terminal."""
    Audit(folder, user()).note("calls_listed")
    for entry in calls_in(folder):
        length = seconds(entry.duration_ms) if entry.duration_ms is not None else "no end"
        began = clean(when(entry.started_at) or "")
        line = f"{entry.id}  {began}  {length}  {clean(entry.title)}".rstrip()
        if all(word.casefold() in line.casefold() for word in words):
            yield line


def _save(path: Path, text: str) -> None:
    """Beside the journal, for its owner's eyes alone, as what was said is."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(text.encode())

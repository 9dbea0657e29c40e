"""What `assist debrief` and `assist calls` do."""

import base64
import os
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import msgspec

from assist import playbook, tape
from assist.archive import Archive, archive_of
from assist.audit import Audit, user
from assist.debrief import answering, reading
from assist.debrief.calls import CallEntry
from assist.debrief.debrief import debrief_of
from assist.debrief.formats.clock import seconds
from assist.debrief.formats.development import Step, in_lines
from assist.debrief.formats.markup import clean
from assist.debrief.formats.page import Place, html
from assist.debrief.formats.wording import counted, when
from assist.debrief.search import Search, found
from assist.debrief.showing import show
from assist.debrief.writing import WRITERS
from assist.settings import Settings

MOST_DRAWN = 60
"""Calls in the charts: as many as a terminal has room for."""


class Wish(msgspec.Struct, frozen=True):
    """What is wanted of a call; `has_sound`: an HTML file carries the call's sound."""

    call: str
    format: str
    opens: bool
    answer: str | None
    has_sound: bool = False


def run(wish: Wish, settings: Settings) -> None:
    """Keeps the answer, if one is given; then opens the debrief, or writes it to standard output.

    Raises CallUnknown, SoundMissing, PlaybookError, JournalInUse, AnswerNotKept, NotShown, ArchiveFault or OSError.
    """
    archive = archive_of(settings)
    if wish.answer is not None:
        answering.keep(archive, wish.call, wish.answer)
        print("Your answer is kept with the call.", file=sys.stderr)
        if not wish.opens:
            return
    text = written(wish, settings)
    Audit(archive.folder, user()).note("exported", wish.call, wish.format)
    if wish.opens and archive.keys:
        show(text, "text/html" if wish.format == "html" else "text/plain")
    elif wish.opens:
        path = archive.folder / f"{wish.call}.{wish.format}"
        _save(path, text)
        print(f"The debrief is in {path}", file=sys.stderr)
        webbrowser.open(path.absolute().as_uri())
    else:
        sys.stdout.buffer.write(text.encode())


def written(wish: Wish, settings: Settings) -> str:
    """The debrief as a file of that format.

    Raises CallUnknown, SoundMissing, PlaybookError, ArchiveFault or OSError.
    """
    archive = archive_of(settings)
    record = reading.read(archive, wish.call)
    debrief = debrief_of(record, playbook.load(settings.playbook).cues)
    if wish.has_sound and wish.format == "html":
        return html(debrief, Place(_sound(archive, record.id)))
    return WRITERS[wish.format](debrief)


def listing(archive: Archive, search: Search) -> Iterator[str]:
    """A line a call that is looked for, newest first, then how the rep develops; nothing can command a terminal."""
    Audit(archive.folder, user()).note("calls_listed")
    told = found(archive, search)
    yield from (_line(hit.call) for hit in told.hits)
    if told.unread:
        older = counted(told.unread, "older call was", "older calls were")
        yield f"({older} not looked into: narrow the days to reach them)"
    if told.missing_keys:
        yield f"(some calls cannot be opened: not among encryption_keys is {', '.join(told.missing_keys)})"
    steps = [Step(hit.call, hit.inside.measures) for hit in told.hits if hit.inside and hit.inside.measures]
    yield from in_lines(steps[:MOST_DRAWN][::-1])


def _line(call: CallEntry) -> str:
    length = seconds(call.duration_ms) if call.duration_ms is not None else "no end"
    return f"{call.id}  {clean(when(call.started_at) or '')}  {length}  {clean(call.title)}".rstrip()


def _sound(archive: Archive, call_id: str) -> str:
    try:
        sound = archive.load(tape.path_of(archive.folder, call_id))
        return f"data:audio/ogg;base64,{base64.b64encode(sound).decode()}"
    except FileNotFoundError:
        raise reading.SoundMissing(f"no sound of the call {call_id} was kept; leave out --sound") from None


def _save(path: Path, text: str) -> None:
    """Beside the journal, for its owner's eyes alone, as what was said is."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(text.encode())

"""Which of the calls there are somebody looks for; each call is read once, until its journal changes or goes."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from threading import Lock

import msgspec

from assist.archive import Archive, ArchiveFault
from assist.debrief import reading
from assist.debrief.analysis import analyse
from assist.debrief.calls import CallEntry, calls_in
from assist.debrief.formats.wording import when
from assist.debrief.measures import Measures, measures_of
from assist.journal import is_gone

MOST_READ = 300
"""The newest calls are looked into; to read every journal there is would take too long."""


class Search(msgspec.Struct, frozen=True):
    """What is looked for; each part of it narrows.

    `words` are all in the call: said in it, or in its id, name, company or day. `who` is in the prospect's name or
    the company. `since` and `until` are days in UTC, both included. `is_open`: a concern stayed unaddressed;
    `is_right`: they said "that's right".
    """

    words: tuple[str, ...] = ()
    who: str = ""
    since: date | None = None
    until: date | None = None
    is_open: bool = False
    is_right: bool = False

    @property
    def looks_inside(self) -> bool:
        """Whether a call must be read to tell."""
        return bool(self.words) or self.is_open or self.is_right


class Inside(msgspec.Struct, frozen=True):
    """What was read of a call: its figures, and all words said in it, folded; no figures where nobody knows who."""

    measures: Measures | None
    said: str


class Hit(msgspec.Struct, frozen=True):
    """A call that was looked for; `inside` is there if it was read."""

    call: CallEntry
    inside: Inside | None


class Found(msgspec.Struct, frozen=True):
    """The calls, newest first; how many older ones could not be looked into; keys that some lack."""

    hits: tuple[Hit, ...]
    unread: int
    missing_keys: tuple[str, ...] = ()


def found(archive: Archive, search: Search) -> Found:
    """The calls of an archive that are looked for."""
    every = calls_in(archive)
    missing = tuple(sorted({call.missing_key for call in every if call.missing_key}))
    calls = [call for call in every if _is_of(call, search)]
    read, older = calls[:MOST_READ], calls[MOST_READ:]
    hits = [hit for call in read if _is_meant(hit := Hit(call, _inside(archive, call)), search)]
    if search.looks_inside:
        return Found(tuple(hits), len(older), missing)
    return Found((*hits, *(Hit(call, None) for call in older)), 0, missing)


def _is_of(call: CallEntry, search: Search) -> bool:
    """By what its first line says."""
    began = _day(call.started_at)
    is_late_enough = search.since is None or (began is not None and began >= search.since)
    is_early_enough = search.until is None or (began is not None and began <= search.until)
    return is_late_enough and is_early_enough and search.who.casefold().strip() in call.title.casefold()


def _is_meant(hit: Hit, search: Search) -> bool:
    inside = hit.inside
    text = " ".join(_texts(hit)).casefold()
    if not all(word.casefold() in text for word in search.words):
        return False
    measures = inside.measures if inside else None
    if search.is_open and not (measures and measures.concerns > measures.concerns_addressed):
        return False
    return not search.is_right or bool(measures and measures.thats_right)


def _texts(hit: Hit) -> Iterator[str]:
    yield from (hit.call.id, hit.call.title, when(hit.call.started_at) or "")
    if hit.inside:
        yield hit.inside.said


def _day(started_at: str) -> date | None:
    try:
        return datetime.fromisoformat(started_at).date()
    except ValueError:
        return None


def forget_gone() -> None:
    """Nothing is known any more of calls whose journals are gone. Asks the disk: call it where waiting is no harm.

    Raises OSError.
    """
    _known.forget_gone()


def _inside(archive: Archive, call: CallEntry) -> Inside | None:
    path = archive.folder / f"{call.id}.jsonl"
    try:
        stat = path.stat()
        state = stat.st_mtime_ns, stat.st_size
        if (inside := _known.get(path, state)) is None:
            inside = _read(archive, call.id)
            _known.put(path, state, inside)
    except (reading.CallUnknown, ArchiveFault, OSError):
        return None
    return inside


def _read(archive: Archive, call_id: str) -> Inside:
    record = reading.read(archive, call_id)
    said = " ".join(stretch.text for stretch in record.utterances).casefold()
    return Inside(None if record.is_mixed else measures_of(analyse(record)), said)  # figures are about who said what


State = tuple[int, int]
"""What tells one state of a journal from the next: when it was changed, and its size."""


class _Known:
    """What was read of calls, of the last few hundred; safe to use from several threads."""

    def __init__(self) -> None:
        self._read: OrderedDict[Path, tuple[State, Inside]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, state: State) -> Inside | None:
        with self._lock:
            known = self._read.get(path)
        return known[1] if known is not None and known[0] == state else None

    def put(self, path: Path, state: State, inside: Inside) -> None:
        with self._lock:
            self._read[path] = state, inside
            self._read.move_to_end(path)
            while len(self._read) > MOST_READ:
                self._read.popitem(last=False)

    def forget_gone(self) -> None:
        with self._lock:
            paths = list(self._read)
        gone = [path for path in paths if is_gone(path)]
        with self._lock:
            for path in gone:
                self._read.pop(path, None)


_known = _Known()

"""Who looked at what was said and who took it away: one append-only file, each line chained to the one before.

A line holds its own SHA-256 and that of the line before, so that none can be changed, left out or put in without a
trace. Behind one that was torn, of a machine that died, the log goes on; the torn one keeps its number. No word of a
call, no name and no token is in it. Whoever can write the file can also make a new chain from any line on, or cut its
end off: note the last hash elsewhere, `assist audit --verify` prints it.
"""

import errno
import fcntl
import getpass
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
import structlog

Action = Literal[
    "overlay_viewed",
    "link_made",
    "calls_listed",
    "debrief_viewed",
    "sound_heard",
    "exported",
    "purged",
    "swept",
    "consent_changed",
]
BEGINNING = "0" * 64
FILE = "audit.log"
LAST_BYTES = 4_096
"""No line is longer."""

log = structlog.get_logger()


class Entry(msgspec.Struct, frozen=True):
    """One line. `at` is ISO 8601, UTC; `who` is `page` for whoever has a page of the server open, `server` for what it
    does by its settings, or a user's name.

    `hash` is the SHA-256 of the line's other fields, `previous` that of the line before.
    """

    number: int
    at: str
    who: str
    action: Action
    call: str | None
    detail: str
    previous: str
    hash: str = ""


class Note(msgspec.Struct, frozen=True):
    """What goes into a line, but for who did it and its place; `at` is when it happened."""

    at: str
    action: Action
    call: str | None
    detail: str


class AuditBroken(Exception):
    """The chain does not hold: which line, and what is wrong there."""


class Audit:
    """The log of one folder of calls. Several processes may write at once."""

    def __init__(self, folder: Path, who: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = folder / FILE
        self._who = who
        self._now = now

    def note(self, action: Action, call: str | None = None, detail: str = "") -> None:
        """Adds a line; waits while another process writes. What cannot be written is logged: nobody is kept from their
        own calls by a full disk."""
        self.write((self.of_now(action, call, detail),))

    def of_now(self, action: Action, call: str | None = None, detail: str = "") -> Note:
        """What has just happened, to be written."""
        return Note(self._now().isoformat(timespec="milliseconds"), action, call, detail)

    def write(self, notes: Sequence[Note], is_patient: bool = True) -> bool:
        """Adds a line for each, as `note` does. False, and none is added, where another process is at the log and this
        one is not patient."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX if is_patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
                for note in notes:
                    end = _end(file)
                    line_break = b"" if end[-1:] in (b"", b"\n") else b"\n"
                    _append(file, line_break + self._line(end, note))
            finally:
                os.close(file)
        except BlockingIOError:
            return False
        except OSError as error:
            log.error("audit_not_written", actions=[note.action for note in notes], error=type(error).__name__)
        return True

    def _line(self, end: bytes, note: Note) -> bytes:
        number, previous = _next(end)
        entry = Entry(number, note.at, self._who, note.action, note.call, note.detail, previous)
        return msgspec.json.encode(msgspec.structs.replace(entry, hash=_hash(entry))) + b"\n"


def user() -> str:
    """Whoever runs a command."""
    return getpass.getuser()


def entries(folder: Path) -> Iterator[Entry]:
    """All lines, in order; raises AuditBroken at the first that is not as it was written, or OSError."""
    path = folder / FILE
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    previous = BEGINNING
    for number, line in enumerate(lines, 1):
        if number == len(lines) and not line:
            return  # the last one ends in a line break
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise AuditBroken(f"{path}, line {number}: it was changed or cut off") from None
        if entry.hash != _hash(entry) or msgspec.json.encode(entry) != line:
            raise AuditBroken(f"{path}, line {number}: it was changed")
        if (entry.number, entry.previous) != (number, previous):
            raise AuditBroken(f"{path}, line {number}: the line that stood before it is gone, or another was put in")
        previous = entry.hash
        yield entry


def verify(folder: Path) -> tuple[int, str]:
    """How many lines there are, and the hash of the last; raises AuditBroken, or OSError where it may not be read."""
    count, last = 0, BEGINNING
    for entry in entries(folder):
        count, last = entry.number, entry.hash
    return count, last


def _end(file: int) -> bytes:
    """Enough of it for a torn line and the whole one before."""
    return os.pread(file, 2 * LAST_BYTES, max(0, os.fstat(file).st_size - 2 * LAST_BYTES))


def _next(end: bytes) -> tuple[int, str]:
    """The number of the line that comes now, and the hash of the last whole one; the first where none can be read."""
    lines = end.removesuffix(b"\n").split(b"\n")
    for places, line in enumerate(reversed(lines), 1):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            entry = msgspec.json.decode(line, type=Entry)
            return entry.number + places, entry.hash
    return 1, BEGINNING


def _append(file: int, line: bytes) -> None:
    """All of it or nothing. Raises OSError."""
    length = os.fstat(file).st_size
    try:
        if os.write(file, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        os.ftruncate(file, length)
        raise


def _hash(entry: Entry) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(entry, hash=""))).hexdigest()

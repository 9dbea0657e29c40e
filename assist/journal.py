"""One append-only file a call, of JSON Lines or of encrypted ones, readable after a crash at any byte.

While a call is written to it, its process holds a lock on it (flock), so that any process of any server with that
folder knows that the call runs.
"""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import structlog

from assist.archive import Archive, KeyMissing
from streaming.protocols import contract

CALL_ID = re.compile(contract.CALL_ID)

log = structlog.get_logger()


class CallIdRefused(ValueError):
    """A call's id that cannot be the name of a file."""


class JournalInUse(Exception):
    """A call is being written to a journal, by this server or another."""


def path_of(folder: Path, call_id: str) -> Path:
    """Where a call's journal is kept; raises CallIdRefused, so that no id can lead out of the folder."""
    if not CALL_ID.fullmatch(call_id):
        raise CallIdRefused(
            f"call id {call_id[:80]!r} ({len(call_id)} characters) cannot name a journal; "
            "use 1 to 64 of the letters A-Z and a-z, digits, '_' and '-'"
        )
    return folder / f"{call_id}.jsonl"


def is_gone(path: Path) -> bool:
    """Whether there is no such file; raises OSError where that cannot be told, as of a disk that does not answer."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    return False


@contextmanager
def resting(path: Path) -> Iterator[None]:
    """Inside the context: no call is written to that journal, as far as its file system has locks.

    Raises JournalInUse where one is, or OSError.
    """
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalInUse(f"{path.stem} is still running; try again when it is over") from None
        except OSError:
            pass  # a file system that has no locks
        yield
    finally:
        os.close(file)


class Journal:
    """The journal of one call, for one writer; only its owner can read folder and file.

    What cannot be written disables it for the rest of the call and is logged once: a full disk must not end a call.
    """

    def __init__(self, archive: Archive, call_id: str) -> None:
        """Opens or goes on with the call's file; raises CallIdRefused."""
        self._call_id = call_id
        self._archive = archive
        self._path = path_of(archive.folder, call_id)
        self._file: int | None = None
        self._began_at: int | None = None
        self._syncing: Thread | None = None
        try:
            archive.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with suppress(OSError):  # it says that the call runs, and is no reason to keep nothing
                fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._began_at = os.fstat(self._file).st_size
            self._start_on_a_fresh_line(self._file)
            self._encoded = archive.encoding(self._path, os.fstat(self._file).st_size)
        except OSError as error:
            self._disable(error)

    @property
    def is_writing(self) -> bool:
        """False once closed or disabled."""
        return self._file is not None

    def append(self, line: bytes) -> bool:
        """Hands one JSON object, without line breaks, to the operating system; false if it is not kept."""
        if self._file is None:
            return False
        try:
            _write(self._file, self._encoded(line) + b"\n")
        except OSError as error:
            self._disable(error)
        return self.is_writing

    def catch_up(self, lines: Iterable[bytes]) -> None:
        """Appends those of a call's lines that are not there yet: another node told them.

        What that node wrote here since the first of them is the same call's, and is erased with it.
        """
        told, known = tuple(lines), set[bytes]()
        try:
            for line in self._archive.lines(self._path) if self.is_writing else ():
                if line.plain is not None:
                    known.add(line.plain)
                    if told[:1] == (line.plain,):
                        self._began_at = line.at
        except OSError as error:
            self._disable(error)
        for one in told:
            if one not in known:
                self.append(one)

    def close(self) -> None:
        """Ends the writing; never waits. May be called again.

        A thread sees to it that the file is on the disk itself.
        """
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_UN)  # not only once a slow disk has it
            self._syncing = Thread(target=self._sync, args=(file,), name=f"journal {self._call_id}")
            self._syncing.start()

    def join(self, timeout_s: float) -> bool:
        """Waits until what was closed is on the disk itself, or could not get there; whether it was in time."""
        if self._syncing is None:
            return True
        self._syncing.join(timeout_s)
        return not self._syncing.is_alive()

    def erase(self) -> None:
        """Ends the writing, and takes back all that was written to the file since its call began; raises OSError.

        An earlier call's lines under the same id stay.
        """
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
        with suppress(FileNotFoundError):
            if self._began_at == 0:
                self._path.unlink()
            elif self._began_at is not None:
                os.truncate(self._path, self._began_at)

    def _sync(self, file: int) -> None:
        try:
            try:
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            self._report(error)

    def _start_on_a_fresh_line(self, file: int) -> None:
        # After a crash the last line may be torn; glued to it, the next one would be lost as well.
        length = os.fstat(file).st_size
        if length and os.pread(file, 1, length - 1) != b"\n":
            _write(file, b"\n")

    def _disable(self, error: OSError) -> None:
        self._report(error)
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # it is lost already, and that was told
                os.close(file)

    def _report(self, error: OSError) -> None:
        log.error("journal_disabled", call_id=self._call_id, error=error.strerror)


def read(path: Path, archive: Archive) -> tuple[list[dict[str, Any]], int]:
    """The objects of a journal in order, and how many lines were torn, are missing or are no JSON object.

    Raises OSError, or KeyMissing where nothing can be read for want of a key.
    """
    kept: list[dict[str, Any]] = []
    torn, missing = 0, list[KeyMissing]()
    for line in archive.lines(path):
        torn += line.lost
        if line.missing is not None:
            missing.append(line.missing)
        if line.plain is not None and not line.plain.strip():
            continue
        try:
            kept.append(msgspec.json.decode(line.plain or b"", type=dict[str, Any]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            torn += 1
    if missing and not kept:
        raise missing[0]
    return kept, torn


def _write(file: int, remaining: bytes) -> None:
    # A nearly full disk takes a part; the next attempt at the rest then raises.
    while remaining:
        remaining = remaining[os.write(file, remaining) :]

"""Where calls are kept on the disk, and the keys they are encrypted with: the one place that their bytes go through.

Whoever keeps or reads something of a call has an archive, and nobody else knows of keys.
"""

import math
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

import msgspec

from assist.encrypted import (
    FILE,
    LINE,
    PIECE_BYTES,
    WRITER_BYTES,
    Key,
    Order,
    Record,
    RecordBroken,
    Writer,
    line_of,
    record_in,
    records_in,
)
from assist.settings import Settings

FRESH = ".new"
"""At the end of the name of a file that is being written and takes its place at once."""


class ArchiveFault(Exception):
    """Something that is kept cannot be decrypted: which file, and what to do."""


class KeyMissing(ArchiveFault):
    """A file is encrypted with a key that is not set."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.key = key.hex()
        super().__init__(
            f"{path} is encrypted with the key {self.key}, which is not among encryption_keys. Add that key there, "
            "behind the first (which encrypts what is new), or delete the call (`assist purge`). Nothing was changed"
        )


class FileBroken(ArchiveFault):
    """A whole file is not as it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be decrypted: it was changed or cut off, or is that of another call")


class Line(msgspec.Struct, frozen=True):
    """One line of a journal, from byte `at` on; `plain` is None where it cannot be read or does not belong there.

    `lost` lines should have stood before it and do not; `missing` says which key it wants that is not set.
    """

    at: int
    plain: bytes | None
    lost: int = 0
    missing: KeyMissing | None = None


class Sink(Protocol):
    """What takes the bytes of a whole file, in order."""

    def write(self, data: bytes, /) -> int:
        """Takes all of them; says how many they were. Raises OSError."""
        ...


class Archive(msgspec.Struct, frozen=True):
    """A folder of calls. The first of the keys encrypts what is written, each decrypts; without any all is as it is.

    What is not encrypted is read as it is: calls from before there was a key stay readable. A file is vouched for under
    its name, so it may be moved to another folder and not be called otherwise.
    """

    folder: Path
    keys: tuple[Key, ...] = ()

    def encoding(self, path: Path, began_at: int) -> Callable[[bytes], bytes]:
        """Makes of each line what is to be written of it to a journal that has `began_at` bytes now."""
        if not self.keys:
            return bytes
        writer = self._writer(path, began_at)
        return lambda line: line_of(writer.record(line))

    def lines(self, path: Path) -> Iterator[Line]:
        """The lines of a journal, in order; raises OSError."""
        order, at, plain_to = Order(), 0, self._plain_to(path)
        with path.open("rb") as file:
            for raw in file:
                line = raw.rstrip(b"\n")
                if line.startswith(LINE):
                    yield self._line(path, line, at, order)
                else:
                    yield Line(at, line if at < plain_to or not line else None)
                at += len(raw)

    def line(self, path: Path, line: bytes) -> bytes | None:
        """What one line of a journal was, wherever it stands; None where it cannot be read. Raises KeyMissing."""
        if not line.startswith(LINE):
            return line
        try:
            return self._decrypted(path, record_in(line))
        except RecordBroken:
            return None

    @contextmanager
    def encrypting(self, path: Path, file: IO[bytes]) -> Iterator[Sink]:
        """Inside the context: what takes the bytes of the file that will be `path`. It is whole when that ends."""
        if not self.keys:
            yield file
            return
        pieces = _Pieces(file, self._writer(path, 0))
        yield pieces
        pieces.finish()

    def save(self, path: Path, data: bytes) -> None:
        """Puts a whole file in its place at once, for its owner's eyes alone; raises OSError.

        Of several who do so at once, in whichever process, one comes last, and that one's is there.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}{FRESH}")
        opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(opened, "wb") as file, self.encrypting(path, file) as sink:
                sink.write(data)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)  # where the disk was full

    def load(self, path: Path) -> bytes:
        """A whole file as it was before it was encrypted; raises OSError, KeyMissing or FileBroken."""
        data = path.read_bytes()
        if not data.startswith(FILE):
            return data
        try:
            return b"".join([self._decrypted(path, record) for record in records_in(data)])
        except RecordBroken:
            raise FileBroken(path) from None

    def _writer(self, path: Path, began_at: int) -> Writer:
        return Writer(self.keys[0], path.name, began_at, secrets.token_bytes(WRITER_BYTES))

    def _plain_to(self, path: Path) -> float:
        """How many bytes of a journal there were before it was encrypted: its first record that can be read says so.

        Behind them nobody who has the key writes a plain line.
        """
        with path.open("rb") as file:
            for raw in file:
                if raw.startswith(LINE):
                    with suppress(RecordBroken, KeyMissing):
                        record = record_in(raw.rstrip(b"\n"))
                        self._decrypted(path, record)
                        return record.header.began_at
        return math.inf

    def _line(self, path: Path, line: bytes, at: int, order: Order) -> Line:
        try:
            record = record_in(line)
            plain = self._decrypted(path, record)
        except (RecordBroken, KeyMissing) as fault:
            order.skip()
            return Line(at, None, missing=fault if isinstance(fault, KeyMissing) else None)
        lost = order.missing_before(record.header, at)
        return Line(at, None) if lost is None else Line(at, plain, lost)

    def _decrypted(self, path: Path, record: Record) -> bytes:
        for key in self.keys:
            if key.id == record.header.key:
                return key.decrypt(record, path.name)
        raise KeyMissing(path, record.header.key)


class _Pieces:
    """Bytes on their way to a whole file, encrypted a piece at a time."""

    def __init__(self, file: IO[bytes], writer: Writer) -> None:
        self._file = file
        self._writer = writer
        self._rest = bytearray()
        file.write(FILE)

    def write(self, data: bytes, /) -> int:
        """As the contract has it."""
        self._rest += data
        while len(self._rest) > PIECE_BYTES:
            self._file.write(self._writer.record(bytes(self._rest[:PIECE_BYTES])))
            del self._rest[:PIECE_BYTES]
        return len(data)

    def finish(self) -> None:
        """The last piece, which says so."""
        self._file.write(self._writer.record(bytes(self._rest), is_last=True))


def archive_of(settings: Settings) -> Archive:
    """The archive that is set."""
    if settings.encryption_keys is None:
        return Archive(settings.journal_dir)
    from assist.encryption import keys_of  # noqa: PLC0415 - the library is loaded only where there is a key

    return Archive(settings.journal_dir, keys_of(settings.encryption_keys.get_secret_value()))

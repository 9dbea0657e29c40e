"""What an encrypted record is, and whether records stand where they were written; pure. `encryption.py` has the cipher.

A record is one line of a journal, or one piece of a whole file. It vouches for the name of its file, for who wrote it,
from which byte of the file on they wrote, for its number among theirs, and for whether it is their last. So none can be
moved, left out, said twice or put into another call unseen. What cannot be seen is that the last lines of a journal
were cut off: it is then that of a call that a crash cut short.
"""

import base64
import binascii
import struct
from contextlib import suppress
from typing import Protocol

import msgspec

LINE = b"encrypted-1:"
"""What an encrypted line begins with; base64 follows. No JSON object begins so."""

FILE = b"encrypted-1\n"
"""What an encrypted whole file begins with; its records follow, each of a piece of it. No Ogg or JSON begins so."""

PIECE_BYTES = 65_536
SECRET_BYTES = 32
KEY_ID_BYTES = 8
WRITER_BYTES = 16
TAG_BYTES = 16
_HEADER = struct.Struct(">8s16sQI?")
RECORD_BYTES = _HEADER.size + PIECE_BYTES + TAG_BYTES
HEAD_BYTES = 96
"""So much of a file is enough for `key_in`."""


class RecordBroken(Exception):
    """It was torn or changed, or belongs elsewhere."""


class Header(msgspec.Struct, frozen=True):
    """What stands in the clear before a record, which vouches for it.

    `key` is the id of the key; `writer` is random, another each time that a file is opened to be written; `began_at` is
    how many bytes the file had then; `number` counts that writer's records from 0; `is_last`: theirs end here.
    """

    key: bytes
    writer: bytes
    began_at: int
    number: int
    is_last: bool = False

    def encoded(self) -> bytes:
        """As it stands before the record."""
        return _HEADER.pack(self.key, self.writer, self.began_at, self.number, self.is_last)


class Record(msgspec.Struct, frozen=True):
    """One record; `clear` is its header as it was found, `sealed` is what was encrypted, with its tag."""

    header: Header
    clear: bytes
    sealed: bytes


class Key(Protocol):
    """What encrypts and decrypts records. `place` is the name of the file that they are of."""

    @property
    def id(self) -> bytes:
        """Eight bytes that it is known by, and that tell nothing of it."""
        ...

    def encrypt(self, header: Header, place: str, plain: bytes) -> bytes:
        """A whole record. Never twice under the same writer and number."""
        ...

    def decrypt(self, record: Record, place: str) -> bytes:
        """What was encrypted; raises RecordBroken."""
        ...


class Writer:
    """Makes the records of whoever writes a file from `began_at` on; `name` is 16 random bytes."""

    def __init__(self, key: Key, place: str, began_at: int, name: bytes) -> None:
        self._key = key
        self._place = place
        self._header = Header(key.id, name, began_at, 0)

    def record(self, plain: bytes, is_last: bool = False) -> bytes:
        """The next one."""
        header = msgspec.structs.replace(self._header, is_last=is_last)
        self._header = msgspec.structs.replace(self._header, number=header.number + 1)
        return self._key.encrypt(header, self._place, plain)


class Order:
    """Whether the records of one journal come as they were written; several writers may have taken turns."""

    def __init__(self) -> None:
        self._next: dict[bytes, int] = {}
        self._began_at = 0
        self._broken = 0

    def skip(self) -> None:
        """A record stands here that cannot be decrypted."""
        self._broken += 1

    def missing_before(self, header: Header, at: int) -> int | None:
        """How many records are missing before this one, which stands at byte `at`; None where it was here before."""
        due = self._next.get(header.writer)
        if due is not None and header.number < due:
            return None
        missing = header.number - (due or 0)
        if due is None:
            # What there was when this writer began must still be there, and in front of them.
            missing += at < header.began_at or header.began_at < self._began_at
            self._began_at = max(self._began_at, header.began_at)
        self._next[header.writer] = header.number + 1
        broken, self._broken = self._broken, 0
        return max(0, missing - broken)


def secrets_in(text: str) -> tuple[bytes, ...]:
    """Keys as they are set: 32 bytes in base64 each, with space or line breaks between. Raises ValueError."""
    secrets = tuple(base64.b64decode(one, validate=True) for one in text.split())
    if not secrets or any(len(secret) != SECRET_BYTES for secret in secrets):
        raise ValueError(f"each must be {SECRET_BYTES} bytes in base64")
    return secrets


def line_of(record: bytes) -> bytes:
    """A record as a line of a journal, without line break."""
    return LINE + base64.b64encode(record)


def record_in(line: bytes) -> Record:
    """The record that such a line is; raises RecordBroken."""
    try:
        return record_of(base64.b64decode(line.removeprefix(LINE), validate=True))
    except binascii.Error:
        raise RecordBroken from None


def record_of(data: bytes) -> Record:
    """The record that these bytes are; raises RecordBroken where they are too few."""
    if len(data) < _HEADER.size + TAG_BYTES:
        raise RecordBroken
    clear = data[: _HEADER.size]
    return Record(Header(*_HEADER.unpack(clear)), clear, data[_HEADER.size :])


def records_in(data: bytes) -> list[Record]:
    """The records of a whole file; raises RecordBroken where they are not those of one writer, from first to last."""
    places = range(len(FILE), len(data), RECORD_BYTES)
    records = [record_of(data[at : at + RECORD_BYTES]) for at in places]
    if not records:
        raise RecordBroken
    first = records[0].header
    due = [Header(first.key, first.writer, 0, number, number + 1 == len(records)) for number in range(len(records))]
    if [record.header for record in records] != due:
        raise RecordBroken
    return records


def key_in(head: bytes) -> bytes | None:
    """The id of the key that a file is encrypted with which begins so; None where it is not, or is torn or broken."""
    record = b""
    if head.startswith(FILE):
        record = head[len(FILE) :]
    elif head.startswith(LINE):
        digits = head.partition(b"\n")[0][len(LINE) :]
        with suppress(binascii.Error):
            record = base64.b64decode(digits[: len(digits) // 4 * 4], validate=True)
    return record[:KEY_ID_BYTES] if len(record) >= KEY_ID_BYTES else None

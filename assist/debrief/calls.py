"""The calls there are journals of, newest first, each read by its first and last lines only."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from assist import journal
from assist.archive import Archive, KeyMissing
from assist.debrief.formats.wording import name_and_company

HEAD_BYTES = 16 * 1024
TAIL_BYTES = 64 * 1024
"""The end of a call stands in its last lines, and what may follow it is short."""


class CallEntry(msgspec.Struct, frozen=True):
    """A call in a list. `started_at` is ISO 8601; of a journal that has none, the time of its last change.

    `is_practice`: nobody called. `missing_key`: what it is encrypted with, where that is not set.
    """

    id: str
    started_at: str
    title: str
    duration_ms: int | None
    is_practice: bool = False
    missing_key: str | None = None


def calls_in(archive: Archive) -> tuple[CallEntry, ...]:
    """Every call of the archive, newest first; what cannot be read is left out. None where there is no folder."""
    paths = [path for path in archive.folder.glob("*.jsonl") if journal.CALL_ID.fullmatch(path.stem)]
    entries = [entry for path in paths if (entry := _entry(archive, path))]
    return tuple(sorted(entries, key=lambda entry: (entry.started_at, entry.id), reverse=True))


def _entry(archive: Archive, path: Path) -> CallEntry | None:
    try:
        with path.open("rb") as file:
            first_line = file.read(HEAD_BYTES).split(b"\n", 1)[0]
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            last_lines = file.read().split(b"\n")
            changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except OSError:
        return None
    try:
        first = _object(archive.line(path, first_line))
        last = (_object(archive.line(path, line)) for line in reversed(last_lines))
        ended = next((event for event in last if event.get("kind") == "call_ended"), {})
    except KeyMissing as missing:
        return CallEntry(path.stem, changed.isoformat(timespec="seconds"), "", None, missing_key=missing.key)
    names, company, started_at = first.get("names"), first.get("company"), first.get("started_at")
    duration_ms = ended.get("duration_ms")
    whom = name_and_company(
        str(names.get("prospect") or "") if isinstance(names, dict) else "",
        company if isinstance(company, str) else "",
    )
    is_practice = isinstance(first.get("practice"), str)
    return CallEntry(
        id=path.stem,
        started_at=started_at if isinstance(started_at, str) else changed.isoformat(timespec="seconds"),
        title=f"Practice with {whom or path.stem}" if is_practice else whom,
        duration_ms=duration_ms if isinstance(duration_ms, int) else None,
        is_practice=is_practice,
    )


def _object(line: bytes | None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line or b"", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}

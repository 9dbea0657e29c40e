"""What `assist audit` says."""

from collections.abc import Iterator
from pathlib import Path

from assist.audit import FILE, entries, verify


def told(folder: Path) -> Iterator[str]:
    """A line an entry, oldest first. Raises OSError, or AuditBroken at a line that is no entry."""
    for entry in entries(folder):
        yield "  ".join(filter(None, (entry.at, entry.who, entry.action, entry.call or "", entry.detail)))


def verified(folder: Path) -> Iterator[str]:
    """That all lines are as they were written. Raises AuditBroken, which says where they are not, or OSError."""
    count, last = verify(folder)
    yield f"{folder / FILE}: {count} lines, none changed and none missing between them. The last one's hash is {last}"

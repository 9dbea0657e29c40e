"""What is kept of calls on the disk, which of it is too old, and how it goes; safe beside a server that writes."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from assist import journal
from assist.archive import FRESH
from assist.audit import Audit
from assist.lasting import lasting

Artefact = Literal["journal", "debrief", "sound", "preparation"]

SUFFIXES: Mapping[str, Artefact] = {
    ".jsonl": "journal",
    ".html": "debrief",
    ".md": "debrief",
    ".json": "debrief",
    ".csv": "debrief",
    ".vtt": "debrief",
    ".srt": "debrief",
    ".ogg": "sound",
    ".ogg.part": "sound",
}
PREPARATION = "next-call.preparation"
DAY_S = 86_400.0

log = structlog.get_logger()


class Kept(msgspec.Struct, frozen=True):
    """One file: what it is, and of which call; of none where it prepares one. `changed_at` is in seconds since 1970."""

    path: Path
    artefact: Artefact
    call: str | None
    changed_at: float


Limits = Mapping[Artefact, float | None]
"""For how many days each is kept after its last change; None: until somebody deletes it."""


def kept_in(folder: Path) -> Iterator[Kept]:
    """All that is kept in a folder of calls, and of a replay that was broken off in one below it."""
    for path in sorted((*folder.glob("*"), *folder.glob("*/*"))):
        call, _, suffix = path.name.partition(".")
        artefact: Artefact | None = SUFFIXES.get(f".{suffix}") if journal.CALL_ID.fullmatch(call) else None
        if path.name == PREPARATION or (path.name.startswith(PREPARATION) and path.name.endswith(FRESH)):
            call, artefact = "", "preparation"
        if artefact is None:
            continue
        try:
            found = path.stat()
        except FileNotFoundError:
            continue  # a server has just finished with it
        yield Kept(path, artefact, call or None, found.st_mtime)


def expired(kept: tuple[Kept, ...], limits: Limits, now_s: float) -> tuple[Kept, ...]:
    """Those that are too old. With a call's journal goes all that was made of it."""
    old = {
        file.path
        for file in kept
        if (days := limits[file.artefact]) is not None and now_s - file.changed_at > days * DAY_S
    }
    gone = {(file.path.parent, file.call) for file in kept if file.artefact == "journal" and file.path in old}
    return tuple(file for file in kept if file.path in old or (file.path.parent, file.call) in gone)


def remove(files: tuple[Kept, ...], audit: Audit, action: Literal["purged", "swept"]) -> None:
    """Deletes them, and notes of which calls; one that is gone already is no fault.

    Of a call that cannot be deleted the others go all the same; then OSError is raised.
    """
    faults: list[OSError] = []
    for call in dict.fromkeys(file.call for file in files):
        theirs = tuple(file for file in files if file.call == call)
        try:
            for file in theirs:
                file.path.unlink(missing_ok=True)
        except OSError as fault:
            faults.append(fault)
        else:
            audit.note(action, call, ", ".join(sorted({file.artefact for file in theirs})))
    if faults:
        raise faults[0]


async def sweep_daily(folder: Path, limits: Limits) -> None:
    """Deletes what is too old, now and every day, until cancelled; the audit log has of which calls.

    What cannot be deleted is logged, and so is a sweep that failed for a fault of ours: the next comes all the same.
    """
    while True:
        await asyncio.wait({lasting(asyncio.to_thread(_sweep, folder, limits))})
        await asyncio.sleep(DAY_S)


def _sweep(folder: Path, limits: Limits) -> None:
    files = expired(tuple(kept_in(folder)), limits, time.time())
    try:
        remove(files, Audit(folder, "server"), "swept")
    except OSError as error:
        log.error("sweep_failed", error=error.strerror)
    if files:
        log.info("swept", files=len(files))

"""What `assist purge` does: some calls are deleted from the disk and from Redis, or their files are told."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from pydantic import SecretStr

import streaming.bus
from assist import journal
from assist.archive import Archive, FileBroken
from assist.audit import Audit, user
from assist.retention import DAY_S, Kept, kept_in, remove
from streaming import plugins
from streaming.errors import BusDown

RUNNING_S = 60.0
"""A call whose end is not told, and that told something so lately, is taken to be running: its node may have died, and
another be about to go on with it."""


class PurgeRefused(Exception):
    """What was asked for cannot be purged, or would be everything."""


class Wish(msgspec.Struct, frozen=True):
    """Which calls: of that id, with that contact (a name or a company), and not changed for so many days; all hold."""

    call: str | None
    contact: str | None
    older_than_days: float | None
    is_dry_run: bool


def run(wish: Wish, archive: Archive, redis_url: SecretStr | None) -> Iterator[str]:
    """Deletes, or only tells, a line a file.

    Raises PurgeRefused or ArchiveFault before anything is deleted, or OSError. Only what is asked for by contact, or
    was changed just now, must be decrypted for it.
    """
    if wish.call is None and wish.contact is None and wish.older_than_days is None:
        raise PurgeRefused("say what to purge: a call's id, --contact NAME or --older-than DAYS")
    files = wanted(wish, archive, time.time())
    if running := [file.call for file in files if _is_running(file, archive)]:
        raise PurgeRefused(f"{', '.join(filter(None, running))} is still running; end it first. Nothing was deleted")
    if not wish.is_dry_run:
        if redis_url is not None:
            asyncio.run(_forget(_calls(wish, files), redis_url.get_secret_value()))
        remove(files, Audit(archive.folder, user()), "purged")
    yield from (str(file.path) for file in files)
    calls = len({file.call for file in files if file.call})
    verb = "would be deleted; nothing was" if wish.is_dry_run else "deleted"
    yield f"{len(files)} files of {calls} calls {verb}."


def wanted(wish: Wish, archive: Archive, now_s: float) -> tuple[Kept, ...]:
    """The files of the calls that are wished for, and what prepares one with that contact. Raises ArchiveFault."""
    files = tuple(kept_in(archive.folder))
    if wish.call is not None:
        files = tuple(file for file in files if file.call == wish.call)
    if wish.contact is not None:
        with_them = tuple(file for file in files if _is_with(file, wish.contact, archive))
        theirs = {file.call for file in with_them if file.call}
        files = tuple(file for file in files if file.call in theirs or file in with_them)
    if wish.older_than_days is None:
        return files
    latest: dict[str | None, float] = {}
    for file in files:
        latest[file.call] = max(latest.get(file.call, 0.0), file.changed_at)
    return tuple(file for file in files if now_s - latest[file.call] > wish.older_than_days * DAY_S)


def _calls(wish: Wish, files: tuple[Kept, ...]) -> list[str]:
    """The calls of these files; and one that was asked for by its id alone, which may have none."""
    by_id = wish.call if wish.contact is None and wish.older_than_days is None else None
    return list(dict.fromkeys(call for call in (by_id, *(file.call for file in files)) if call))


async def _forget(calls: Sequence[str], redis_url: str) -> None:
    """Nothing of them is left on the bus; raises PurgeRefused where one runs, or Redis does not answer."""
    bus = plugins.load(streaming.bus, "redis").create(redis_url)
    try:
        for call in calls:
            seen = await bus.read(call, None)
            if seen is not None and seen.owner is not None:
                raise PurgeRefused(f"{call} is still running; end it first. Nothing was deleted")
        await bus.purge(calls)
    except BusDown as error:
        raise PurgeRefused(f"{error}. Nothing was deleted: see that Redis runs at redis_url, then try again") from None
    finally:
        await bus.close()


def _is_with(file: Kept, contact: str, archive: Archive) -> bool:
    """Whether a journal, or what prepares a call, has somebody of that name or company."""
    if file.artefact == "journal":
        events, _ = journal.read(file.path, archive)
        about = [event for event in events if event.get("kind") in {"call_started", "call_prepared"}]
    elif file.artefact == "preparation":
        try:
            about = [msgspec.json.decode(archive.load(file.path), type=dict[str, Any])]
        except (FileBroken, msgspec.DecodeError, UnicodeDecodeError):
            return True  # nobody can tell whom it was for, and it prepares nothing
    else:
        return False
    return any(_same(value, contact) for event in about for value in _texts(event))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _is_running(file: Kept, archive: Archive) -> bool:
    if file.artefact != "journal":
        return False
    try:
        with suppress(OSError), journal.resting(file.path):
            pass
    except journal.JournalInUse:
        return True
    if time.time() - file.changed_at > RUNNING_S:
        return False
    events, _ = journal.read(file.path, archive)
    return not any(event.get("kind") == "call_ended" for event in events[-20:])

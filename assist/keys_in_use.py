"""Which keys the calls of an archive are encrypted with, and whether those that are set will do."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from assist.archive import Archive, KeyMissing
from assist.encrypted import HEAD_BYTES, key_in
from assist.retention import Kept, kept_in


def keys_in_use(archive: Archive) -> Iterator[tuple[Kept, bytes | None]]:
    """Each file of a call, the newest first, and the id of the key that it begins with. Raises OSError."""
    for kept in sorted(kept_in(archive.folder), key=lambda kept: kept.changed_at, reverse=True):
        with suppress(FileNotFoundError):  # a server has just finished with it
            with kept.path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            yield kept, key_in(head)


def checked(archive: Archive) -> Archive:
    """The same archive; raises KeyMissing where the newest encrypted file wants a key that is not set.

    The settings lack it then; a server that did without would write what is said next as it is, or under a wrong key.
    """
    for kept, key in keys_in_use(archive):
        if key is not None:
            if all(ours.id != key for ours in archive.keys):
                raise KeyMissing(kept.path, key)
            break
    return archive


def told(archive: Archive) -> str:
    """What `assist check` says of them; raises KeyMissing, or OSError."""
    checked(archive)
    files = Counter(key.hex() if key else None for _, key in keys_in_use(archive))
    ours = [key.id.hex() for key in archive.keys]
    parts = [
        f"{files.pop(key, 0)} with the key {key}{', which encrypts what is new' * (key == ours[0])}" for key in ours
    ]
    parts += [f"{files.pop(None, 0)} not encrypted"]
    parts += [f"{count} with the key {key}, which is not set" for key, count in files.items()]
    return f"files of calls in {archive.folder}: {'; '.join(parts)}"

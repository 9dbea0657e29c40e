"""The preparation of the next call, in one small file until a call takes it."""

from collections import deque
from collections.abc import Callable, Iterator

import msgspec
import structlog

from assist.archive import Archive, ArchiveFault
from assist.preparation import Preparation
from streaming.protocols.contract import Metadata

FILE = "next-call.preparation"
"""Beside the journals; no call's id has a dot in it."""

log = structlog.get_logger()


class Foreseen(msgspec.Struct, frozen=True):
    """What is made of a preparation: cues that may be heard, and lines that take the sting out of what they think.

    `is_whole`: later there will not be more.
    """

    cues: frozenset[str] = frozenset()
    audits: tuple[str, ...] = ()
    is_whole: bool = True


NOTHING_YET = Foreseen(is_whole=False)


class Prepared(msgspec.Struct, frozen=True):
    """A preparation and what is made of it."""

    preparation: Preparation
    foreseen: Foreseen


class Desk:
    """Keeps one preparation: in `archive` for its owner's eyes alone, or in memory where there is none.

    It is read each time, so that whoever purges it there has purged it. What cannot be written is logged and goes on in
    memory. `foresee` makes something of it, a step at a time, the last of which is all.
    """

    def __init__(self, archive: Archive | None, foresee: Callable[[Preparation], Iterator[Foreseen]]) -> None:
        self._archive = archive
        self._foresee = foresee
        self._unwritten: Preparation | None = None if archive else Preparation()
        self._foreseen: tuple[Preparation, Foreseen] | None = None

    @property
    def prepared(self) -> Prepared | None:
        """What lies there, and what was made of it so far."""
        preparation = self._lying()
        return None if preparation.is_empty else Prepared(preparation, self._known(preparation))

    def steps(self) -> Iterator[None]:
        """Makes of it what can be made, in steps of some hundredths of a second; none where that is done.

        While the parser is still loading there may be more to come: then ask again.
        """
        preparation = self._lying()
        if preparation.is_empty or self._known(preparation).is_whole:
            return
        for foreseen in self._foresee(preparation):
            self._foreseen = preparation, foreseen
            yield

    def keep(self, preparation: Preparation) -> None:
        """It takes the place of the one that lay there; an empty one clears the desk."""
        self._foreseen = None
        self._unwritten = None if self._archive and _is_written(self._archive, preparation) else preparation

    def take(self, metadata: Metadata) -> Prepared | None:
        """The one that lies there, for a call of which its source tells this; it is on the desk no more."""
        found = self.prepared
        if found is None or not found.preparation.is_for(metadata):
            return None
        deque(self.steps(), maxlen=0)  # mostly none: it was made when it was prepared
        found = self.prepared
        self.keep(Preparation())
        return found

    def _lying(self) -> Preparation:
        return self._read() if self._unwritten is None else self._unwritten

    def _known(self, preparation: Preparation) -> Foreseen:
        of, foreseen = self._foreseen or (None, NOTHING_YET)
        return foreseen if of == preparation else NOTHING_YET

    def _read(self) -> Preparation:
        try:
            data = self._archive.load(self._archive.folder / FILE) if self._archive else b"{}"
            return msgspec.json.decode(data, type=Preparation)
        except FileNotFoundError:
            return Preparation()
        except (OSError, ArchiveFault, msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("preparation_unreadable", error=type(error).__name__)
            return Preparation()


def _is_written(archive: Archive, preparation: Preparation) -> bool:
    path = archive.folder / FILE
    try:
        if preparation.is_empty:
            path.unlink(missing_ok=True)
        else:
            archive.save(path, msgspec.json.encode(preparation))
    except OSError as error:
        log.error("preparation_not_kept", error=error.strerror)
        return False
    return True

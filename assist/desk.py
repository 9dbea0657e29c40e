"""The preparation of the next call, in one small file until a call takes it."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

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


class Prepared(msgspec.Struct, frozen=True):
    """A preparation and what is made of it."""

    preparation: Preparation
    foreseen: Foreseen


class Desk:
    """Keeps one preparation: in `folder` for its owner's eyes alone, or in memory where there is none.

    What cannot be written is logged and goes on in memory.
    """

    def __init__(self, folder: Path | None, foresee: Callable[[Preparation], Foreseen]) -> None:
        self._path = None if folder is None else folder / FILE
        self._foresee = foresee
        self._preparation = Preparation()
        self._foreseen: Foreseen | None = None
        self._is_read = False

    @property
    def prepared(self) -> Prepared | None:
        """What lies there, and what is made of it now: more, once the parser is there."""
        if not self._is_read:
            self._is_read = True
            self._preparation = self._read() or Preparation()
        if self._preparation.is_empty:
            return None
        # Some tenths of a second of work, and every overlay that comes asks.
        if self._foreseen is None or not self._foreseen.is_whole:
            self._foreseen = self._foresee(self._preparation)
        return Prepared(self._preparation, self._foreseen)

    def keep(self, preparation: Preparation) -> None:
        """It takes the place of the one that lay there; an empty one clears the desk."""
        self._is_read = True
        self._preparation, self._foreseen = preparation, None
        self._write()

    def take(self, metadata: Metadata) -> Prepared | None:
        """The one that lies there, for a call of which its source tells this; it is on the desk no more."""
        found = self.prepared
        if found is None or not found.preparation.is_for(metadata):
            return None
        self.keep(Preparation())
        return found

    def _read(self) -> Preparation | None:
        if self._path is None:
            return None
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Preparation)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("preparation_unreadable", error=type(error).__name__)
            return None

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            if self._preparation.is_empty:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(file, "wb") as opened:
                opened.write(msgspec.json.encode(self._preparation))
            fresh.replace(self._path)
        except OSError as error:
            log.error("preparation_not_kept", error=error.strerror)

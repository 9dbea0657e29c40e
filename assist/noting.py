"""A server's lines for the audit log, which another process may hold: they wait, and calls go on meanwhile."""

import asyncio
from collections import deque
from contextlib import suppress

import structlog

from assist.audit import Action, Audit, Note

MOST_WAITING = 1_000
RETRY_S = 0.25
LAST_LINES_S = 5.0  # what a shutdown waits for the log

log = structlog.get_logger()


class Noting:
    """Call it inside a running event loop. Lines are written in order, at once where nobody holds the log.

    Of more than a thousand that wait the newest are not written, and logged one by one.
    """

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._waiting: deque[Note] = deque()
        self._is_written = asyncio.Event()
        self._is_written.set()
        self._retrying: asyncio.TimerHandle | None = None

    def note(self, action: Action, call: str | None = None, detail: str = "") -> None:
        """Adds a line; never waits."""
        if len(self._waiting) >= MOST_WAITING:
            log.error("audit_not_written", actions=[action], error="the log is held by another process")
            return
        self._waiting.append(self._audit.of_now(action, call, detail))
        self._is_written.clear()
        if self._retrying is None:
            self._write()

    async def close(self) -> None:
        """Waits for the last lines, for some seconds; what is not written then is logged. Safe to cancel."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_written.wait(), LAST_LINES_S)
        if self._retrying is not None:
            self._retrying.cancel()
        if self._waiting:
            actions = [note.action for note in self._waiting]
            log.error("audit_not_written", actions=actions, error="the log is held by another process")

    def _write(self) -> None:
        self._retrying = None
        if self._audit.write(self._waiting, is_patient=False):
            self._waiting.clear()
            self._is_written.set()
        else:
            self._retrying = asyncio.get_running_loop().call_later(RETRY_S, self._write)

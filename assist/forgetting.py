"""What was purged on the disk, by whichever process, is forgotten in memory: ended calls, and what was read of any."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from assist.debrief import search
from assist.journal import is_gone, path_of

LOOK_S = 5.0
MOST_CALLS = 1_000
"""No more calls are in memory: those that run, and the last few that are over."""

log = structlog.get_logger()


class Forgetting:
    """Looks whether the journals of a node's calls are still there. One that never had any is none that was purged."""

    def __init__(self, folder: Path, is_running: Callable[[str], bool], forget: Callable[[list[str]], Awaitable[None]]):
        """`forget` is told of calls that are over, and of which nothing is kept any more."""
        self._folder = folder
        self._is_running = is_running
        self._forget = forget
        self._had_journal: OrderedDict[str, bool] = OrderedDict()

    def begin(self, call_id: str) -> None:
        """A call of this node begins."""
        self._had_journal[call_id] = False
        self._had_journal.move_to_end(call_id)
        if len(self._had_journal) > MOST_CALLS:
            self._had_journal.popitem(last=False)

    async def run(self) -> None:
        """Looks every few seconds, until cancelled. What cannot be looked at is not gone, and is logged."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except OSError as error:
                log.error("purged_calls_not_looked_for", error=error.strerror)

    async def look(self) -> None:
        """Forgets what is gone. Calls go on meanwhile, however long the disk takes. Raises OSError."""
        known = tuple(self._had_journal)
        has_journal = await asyncio.to_thread(self._have_journals, known)
        await asyncio.to_thread(search.forget_gone)
        gone = []
        for call_id in known:
            if has_journal[call_id]:
                self._had_journal[call_id] = True
            elif self._had_journal.get(call_id) and not self._is_running(call_id):
                gone.append(call_id)
                del self._had_journal[call_id]
        if gone:
            await self._forget(gone)

    def _have_journals(self, call_ids: tuple[str, ...]) -> dict[str, bool]:
        return {call_id: not is_gone(path_of(self._folder, call_id)) for call_id in call_ids}

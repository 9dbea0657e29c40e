"""The real server with the overlay and nothing to hear: a call in which whatever is wanted happens."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from assist import playbook
from assist.app import HEARTBEAT_S
from assist.archive import Archive
from assist.debrief import pages
from assist.desk import Desk, Foreseen
from assist.overlay_events import CallStarted, OverlayEvent
from assist.overlay_messages import Reply
from assist.overlay_pages import overlay_folder, overlay_pages
from assist.rehearing import Turns
from assist.visits import AUDIENCE, Links, Visits
from assist.watched_call import Voice
from streaming.door import Door, Leave, Need
from streaming.errors import Overloaded
from streaming.outbox import Outbox
from streaming.product import Left, Listener, Page, Tell, Watching
from streaming.protocols.contract import Accepted, Returned
from streaming.server import Server
from streaming.tokens import Grant, sign
from streaming.types import Speaker
from tests.assist.nowhere import apart

KEY = b"stage" * 8
HOUR_S = 3_600
ENTRIES = playbook.load(None).cues
AUDITS = (
    "It may seem like this could mean losing the trust of your team.",
    "It'll probably seem like one more thing on top of the audit in January.",
)


class Stage:
    """The product that the server serves; `replies` is what overlays made of calls.

    Whatever is prepared brings the same audits.
    """

    def __init__(self, folder: Path, journals: Path | None) -> None:
        self.replies: list[Reply] = []
        self.desk = Desk(None, lambda _: iter((Foreseen(audits=AUDITS),)))
        self._journals = journals
        self._hub, _ = apart()
        self._visits = Visits(self._hub, self.desk, Turns(), Links(KEY, HOUR_S, lambda call: None))
        self._pages = overlay_pages(folder)

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Listener:
        """Takes none."""
        raise Overloaded("no call can be fed in here", 60)

    def no_room(self) -> Overloaded:
        """Never any."""
        return Overloaded("no call can be fed in here", 60)

    async def claim(self, returned: Returned) -> Left | None:
        """There are none elsewhere either."""
        return None

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> Listener:
        """Takes none."""
        raise Overloaded("no call can be fed in here", 60)

    def watch(self, wish: str, outbox: Outbox, leave: Leave) -> Watching:
        """Begins to tell an overlay."""
        return self._visits.watch(wish, outbox, leave)

    def needs(self, path: str) -> Need | None:
        """Nothing."""
        return None

    async def page(self, path: str, query: str) -> Page | None:
        """The overlay's files, and calls that were, where there are any."""
        if self._journals and pages.is_ours(path):
            return pages.page(pages.Asked(path, query), Archive(self._journals), ENTRIES)
        return self._pages.get(path)

    def begin(self, call: str, at_ms: int = 0, speakers: tuple[Speaker, ...] = ("rep", "prospect")) -> None:
        """A call between Alex and Dana of Northwind Foods."""
        self._hub.open(call, Voice(lambda event, line: None, lambda replaced: None, self.replies.append))
        names = {"rep": "Alex", "prospect": "Dana"}
        self.tell(call, at_ms, CallStarted(speakers, "browser", "Northwind Foods", names))

    def tell(self, call: str, at_ms: int, *events: OverlayEvent) -> None:
        """These happen."""
        for event in events:
            self._hub.publish(call, at_ms, event)

    def link(self, call: str, is_whole: bool) -> str:
        """The token of a link to that call, which holds for an hour or ended long ago."""
        return sign(Grant("view", call, AUDIENCE, time.time() + HOUR_S if is_whole else 0), KEY)

    async def beat(self) -> None:
        """Tells every overlay that the server lives, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._hub.beat()


@asynccontextmanager
async def standing(folder: Path | None = None, journals: Path | None = None) -> AsyncIterator[tuple[Stage, str]]:
    """A stage and its address, with the overlay's files from that folder, or ours, and the calls of `journals`."""
    stage = Stage(folder or overlay_folder(), journals)
    beating = asyncio.create_task(stage.beat())
    try:
        async with Server(stage, Door()).running() as port:
            yield stage, f"http://127.0.0.1:{port}"
    finally:
        beating.cancel()

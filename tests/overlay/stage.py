"""The real server with the overlay and nothing to hear: a call in which whatever is wanted happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from assist.app import HEARTBEAT_S
from assist.overlay_events import CallStarted, OverlayEvent
from assist.overlay_hub import OverlayHub
from assist.overlay_messages import Reply
from assist.overlay_pages import overlay_folder, overlay_pages
from streaming.errors import Overloaded
from streaming.outbox import Outbox
from streaming.product import Listener, Page, Watching
from streaming.protocols.contract import Accepted
from streaming.server import Server
from streaming.types import Speaker, Words


class Stage:
    """The product that the server serves; `replies` is what overlays made of suggestions."""

    def __init__(self, folder: Path) -> None:
        self.replies: list[Reply] = []
        self._hub = OverlayHub()
        self._pages = overlay_pages(folder)

    def open_call(self, accepted: Accepted, protocol: str, on_words: Callable[[Words], None]) -> Listener:
        """Takes none."""
        raise Overloaded("no call can be fed in here")

    def watch(self, wish: str, outbox: Outbox) -> Watching:
        """Begins to tell an overlay."""
        return self._hub.watch(wish, outbox)

    async def page(self, path: str) -> Page | None:
        """The overlay's files."""
        return self._pages.get(path)

    def begin(self, call: str, at_ms: int = 0, speakers: tuple[Speaker, ...] = ("rep", "prospect")) -> None:
        """A call between Alex and Dana of Northwind Foods."""
        self._hub.open(call, lambda line: None, self.replies.append)
        names = {"rep": "Alex", "prospect": "Dana"}
        self.tell(call, at_ms, CallStarted(speakers, "browser", "Northwind Foods", names))

    def tell(self, call: str, at_ms: int, *events: OverlayEvent) -> None:
        """These happen."""
        for event in events:
            self._hub.publish(call, at_ms, event)

    async def beat(self) -> None:
        """Tells every overlay that the server lives, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._hub.beat()


@asynccontextmanager
async def standing(folder: Path | None = None) -> AsyncIterator[tuple[Stage, str]]:
    """A stage and its address, with the overlay's files from that folder, or ours."""
    stage = Stage(folder or overlay_folder())
    beating = asyncio.create_task(stage.beat())
    try:
        async with Server(stage, "127.0.0.1", 0).running() as port:
            yield stage, f"http://127.0.0.1:{port}"
    finally:
        beating.cancel()

"""No other node, until a test is one; and what was asked of it."""

import time
from collections.abc import Callable

from assist.overlay_hub import OverlayHub
from assist.overlay_messages import Reply


class Nowhere:
    """Has no call, and says so at once."""

    def __init__(self) -> None:
        self.hub: OverlayHub
        self.followed: list[str] = []
        self.replies: list[tuple[str, Reply]] = []

    def follow(self, call_id: str) -> None:
        """There is none."""
        self.followed.append(call_id)
        self.hub.unknown(call_id)

    def leave(self, call_id: str) -> None:
        """Nobody waits for it any more."""
        if call_id in self.followed:
            self.followed.remove(call_id)

    def reply(self, call_id: str, reply: Reply) -> None:
        """Is kept."""
        self.replies.append((call_id, reply))


def apart(
    now_s: Callable[[], float] = time.time, on_view: Callable[[str], None] = lambda call_id: None
) -> tuple[OverlayHub, Nowhere]:
    """A hub without calls, and what it knows of other nodes."""
    nowhere = Nowhere()
    nowhere.hub = OverlayHub(nowhere, now_s, on_view)
    return nowhere.hub, nowhere

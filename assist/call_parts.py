"""What a live call is made of; shapes only."""

from collections.abc import Awaitable, Callable

import msgspec

from assist.advice import Advice
from assist.detection import Detection
from assist.handover import Past
from assist.playbook import Playbook
from assist.rehearing import Turns
from assist.tape import Tape
from streaming.tiers import Tiers
from streaming.types import Words


async def at_once() -> None:
    """Nothing is kept, and so nothing waited for."""


class Parts(msgspec.Struct, frozen=True):
    """What a call is made of; all but playbook and recogniser are its own.

    `on_end` is called after the last event, `on_words` with all words that may be told, before any use is made of
    them. `past` is what another node left of the call; calls hear theirs in `turns`. `tape` keeps its sound, where it
    is to be kept. `written` waits, once the last event is told, until all that is kept of them is on the disk, but not
    for long.
    """

    detection: Detection
    advice: Advice
    playbook: Playbook
    recogniser: Tiers
    on_end: Callable[[], None]
    on_words: Callable[[Words], None]
    past: Past | None = None
    tape: Tape | None = None
    turns: Turns = msgspec.field(default_factory=Turns)
    written: Callable[[], Awaitable[None]] = at_once

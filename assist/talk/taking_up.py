"""What a concern is, and whether something the rep tried took it up; pure."""

from typing import Literal

from assist.talk.moves import Move, content_of
from detectors.contract import Cue

GLAD = frozenset({"excitement", "relief"})
"""Emotions that are no concern."""

UNDERSTOOD = "thats_right"
"""The cue by which they say that their side was put into words."""

NAMING = ("label", "mirror", "summary")
SHARED_WORDS = 2
"""So many words of a concern in a later label or summary show that it was meant."""

Way = Literal["named", "asked", "named_later"]


def is_concern(cue: Cue) -> bool:
    """Whether it is something that stands in the prospect's way."""
    return cue.speaker == "prospect" and cue.kind != "agreement" and cue.name not in GLAD


def way_taken(move: Move, concern: str, is_reply: bool) -> Way | None:
    """How a move takes up a concern, given the sentence in which it was voiced; `is_reply`: made in answer to it."""
    if is_reply:
        if move.kind in NAMING:
            return "named"
        return "asked" if move.asks == "open" else None
    return "named_later" if move.kind in NAMING and _shares(move.text, concern) else None


def _shares(said: str, concern: str) -> bool:
    wanted = content_of(concern)
    return len(wanted & content_of(said)) >= min(SHARED_WORDS, len(wanted)) > 0

"""Whether what the rep said is what was suggested: word for word as people read aloud, or in their own words; pure."""

from difflib import SequenceMatcher

from assist.overlay_events import Technique
from assist.talk.moves import Move
from assist.talk.turns import plain_words

LATE_MS = 5_000
"""A sentence read off the screen may be finished so long after it went away."""

SAID_SHARE = 0.6
"""Of the suggestion's words in their order: people drop and change small words when they read aloud."""

SHORT_WORDS = 3
"""A suggestion of at most so many words, a mirror, must be said whole and with little else."""


def is_said(suggested: str, said: str) -> bool:
    """Whether what was said is that sentence, read aloud as people do."""
    wanted, heard = plain_words(suggested), plain_words(said)
    if not wanted:
        return False
    if len(wanted) <= SHORT_WORDS:
        return set(wanted) <= set(heard) and len(heard) <= 2 * SHORT_WORDS
    blocks = SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= SAID_SHARE * len(wanted)


def is_meant(technique: Technique, move: Move) -> bool:
    """Whether a move made while the suggestion stood is that suggestion in the rep's own words: the same thing tried.

    No words in common are asked for: a concern can be named in any, and what stood there was the concern of the moment.
    """
    return move.kind == technique and move.asks in (None, "open")

"""Whether a label names a gladness of which a prospect has shown nothing; pure.

No more can be told honestly: patterns hear what is plainly said, and a good label often finds words that nobody used.
But gladness is put plainly, and nobody who is worried feels heard by it.
"""

import re

from assist.talk.taking_up import GLAD
from assist.talk.turns import plain_words
from detectors import phrasebook
from streaming.types import Word

FEELINGS = "emotions.toml"
LEAST = phrasebook.CONFIDENCE["likely"]

# "It sounds like it would be a relief" speaks of what is missing.
_ABSENT = re.compile(
    r"\b(?:would|could|should|can|will|if|when|until|want|wanted|wish|hope|hoped|hoping|need|like to|was|were|had|did"
    r"|not|no|never|nobody|nothing|hard to|less|too|but)\b"
)


def is_mislabel(label: str, said: str) -> bool:
    """Whether it names gladness, and nothing sad beside it, to somebody in whose words (`said`) there is none."""
    line = " ".join(plain_words(label))
    named = _feelings_in(line)
    return bool(named) and named <= GLAD and not _ABSENT.search(line) and not _feelings_in(said) & GLAD


def _feelings_in(text: str) -> frozenset[str]:
    words = tuple(Word(word, 0, 0, 1.0) for word in text.split())
    found = phrasebook.read(FEELINGS).found(words, ())
    return frozenset(feeling.name for feeling in found if feeling.confidence >= LEAST)

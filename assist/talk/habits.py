"""Habits that hurt, in the rep's own words: "I understand", "why", a pitch over a concern, questions in a heap; pure.

What each costs: "I understand" closes what it means to open; "why" asks people to defend themselves; a pitch tells
them that they were not heard; of two questions they answer the one that they like better.
"""

import re
from collections.abc import Sequence

from assist.talk.moves import Move, line_of
from assist.talk.stretch import Stretch
from assist.talk.taking_up import NAMING
from assist.talk.turns import sentences_of

PITCH_WORDS = 15
"""So many words past a concern before it is taken up, if it ever is, are a pitch and no mere "sure, one moment"."""

_CLAIM = re.compile(
    r"\bi (?:do |can |really |totally |completely |fully |absolutely |definitely |certainly |just |so )*"
    r"(?:understand|get (?:it|that|you)(?! (?:a|an|the|some|in|on|to|out|there|back|for)\b)"
    r"|hear (?:you|that|what you are saying)|know (?:exactly )?how (?:you|that) feels?"
    r"|feel (?:you|your pain)|know (?:exactly )?what you mean)\b"
)
_NO_CLAIM_BEFORE = re.compile(r"\b(?:if|did|do|does|when|that|sure|as|what|how|whether|before|not|until|where)$")
_NO_CLAIM_AFTER = re.compile(r"^ (?:from|you (?:are|have|use|run|had|were|work)|(?:it|that) (?:right|correctly))\b")
_TAG = re.compile(r"\b(?:right|okay|ok|yeah|correct|huh|make sense|sound good|you know)\W*\?\W*$", re.IGNORECASE)
"""It asks for a nod; another question after it is the first."""

_PROPOSAL = re.compile(r"\bwhy (?:do|would|should|can) not (?:we|i|you)\b|\bwhy not\b")
_SORRY = re.compile(r"\b(?:sorry|apologi[sz]e)\b")


def claims_to_understand(sentence: str) -> bool:
    """Whether it says "I understand" or its like: a claim, where a label would show it."""
    line = line_of(sentence)
    return any(
        not _NO_CLAIM_BEFORE.search(line[: claim.start()].rstrip()) and not _NO_CLAIM_AFTER.match(line[claim.end() :])
        for claim in _CLAIM.finditer(line)
    )


def asks_why(move: Move) -> bool:
    """Whether it asks for a reason; "why don't we" proposes."""
    return move.asks == "why" and not _PROPOSAL.search(line_of(move.text))


def claims_in(turn: Stretch) -> tuple[Stretch, ...]:
    """The sentences of a turn that claim to understand."""
    return tuple(sentence for sentence in sentences_of(turn) if claims_to_understand(sentence.text))


def stacked_question(moves: Sequence[Move]) -> Move | None:
    """The second question of a turn, put before the first was answered; `moves` are that turn's."""
    asked = [move for move in moves if move.kind == "question" and not _TAG.search(move.text)]
    return asked[1] if len(asked) > 1 else None


def is_pitch(turn: Stretch, moves: Sequence[Move]) -> bool:
    """Whether a turn in reply to a concern talks past it; `moves` are that turn's."""
    taking = [move.start_ms for move in moves if move.kind in NAMING or move.asks == "open"]
    until_ms = min(taking, default=turn.end_ms)
    past = [word.text for word in turn.words if word.start_ms < until_ms]
    return len(past) >= PITCH_WORDS and not _SORRY.search(line_of(" ".join(past)))

"""What became of each suggestion: said, said in other words, ignored or withdrawn; pure."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from assist.debrief.moves import Move
from assist.debrief.record import CallRecord, Offer, SpokenWord, Stretch
from assist.debrief.turns import plain_words

Fate = Literal["said", "own_words", "ignored", "withdrawn"]

LATE_MS = 5_000
"""A sentence read off the screen may be finished so long after it went away."""

SAID_SHARE = 0.6
"""Of the suggestion's words in their order: people drop and change small words when they read aloud."""

SHORT_WORDS = 3
"""A suggestion of at most so many words, a mirror, must be said whole and with little else."""


class Offered(msgspec.Struct, frozen=True):
    """A suggestion and its fate; `said` and `said_ms` tell what the rep said of it, if anything."""

    offer: Offer
    fate: Fate
    said: str = ""
    said_ms: int | None = None


def offered_of(record: CallRecord, moves: Sequence[Move]) -> tuple[Offered, ...]:
    """Each suggestion that was shown, in order."""
    return tuple(_offered(offer, record, moves) for offer in record.offers)


def _offered(offer: Offer, record: CallRecord, moves: Sequence[Move]) -> Offered:
    until_ms = offer.gone_ms + LATE_MS
    for said in _said_within(record, offer.shown_ms, until_ms):
        if is_said(offer.text, said.text):
            return Offered(offer, "said", said.text, said.start_ms)
    for move in moves:
        is_like_it = move.kind == offer.technique and move.asks in (None, "open")
        if is_like_it and offer.shown_ms <= move.start_ms <= offer.gone_ms:
            return Offered(offer, "own_words", move.text, move.start_ms)
    return Offered(offer, "withdrawn" if offer.reason == "words_changed" else "ignored")


def is_said(suggested: str, said: str) -> bool:
    """Whether what was said is that sentence, read aloud as people do."""
    wanted, heard = plain_words(suggested), plain_words(said)
    if not wanted:
        return False
    if len(wanted) <= SHORT_WORDS:
        return set(wanted) <= set(heard) and len(heard) <= 2 * SHORT_WORDS
    blocks = SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= SAID_SHARE * len(wanted)


def _said_within(record: CallRecord, from_ms: int, until_ms: int) -> Iterator[Stretch]:
    for utterance in record.utterances:
        if utterance.speaker == "rep":
            words: tuple[SpokenWord, ...] = tuple(w for w in utterance.words if from_ms <= w.start_ms <= until_ms)
            if words:
                yield Stretch("rep", words)

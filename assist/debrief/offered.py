"""What became of each suggestion: said, said in other words, ignored, waved away or withdrawn; pure."""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from assist.debrief.record import CallRecord, Offer
from assist.talk.moves import Move
from assist.talk.saying import LATE_MS, is_meant, is_said
from assist.talk.stretch import SpokenWord, Stretch

Fate = Literal["said", "own_words", "ignored", "dismissed", "withdrawn", "not_known"]


class Offered(msgspec.Struct, frozen=True):
    """A suggestion and its fate; `said` and `said_ms` tell what the rep said of it, if anything.

    The fate is not known where nobody knows what the rep said.
    """

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
        if is_meant(offer.technique, move) and offer.shown_ms <= move.start_ms <= offer.gone_ms:
            return Offered(offer, "own_words", move.text, move.start_ms)
    if offer.reason == "dismissed":
        return Offered(offer, "dismissed")
    if offer.reason == "words_changed":
        return Offered(offer, "withdrawn")
    return Offered(offer, "not_known" if record.is_mixed else "ignored")


def _said_within(record: CallRecord, from_ms: int, until_ms: int) -> Iterator[Stretch]:
    for utterance in record.utterances:
        if utterance.speaker == "rep":
            words: tuple[SpokenWord, ...] = tuple(w for w in utterance.words if from_ms <= w.start_ms <= until_ms)
            if words:
                yield Stretch("rep", words)

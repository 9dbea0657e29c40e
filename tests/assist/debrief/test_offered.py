"""What became of suggestions."""

import msgspec
import pytest

from assist.debrief.analysis import analyse
from assist.debrief.offered import offered_of
from assist.debrief.record import CallRecord, Offer
from tests.assist.debrief.scene import record

OFFER = Offer(
    "s1", "label", "It sounds like you're worried about the ROI.", "price", "the cost", 5_000, 15_000, "expired"
)


def fate(said: str, at_ms: int, offer: Offer = OFFER) -> str:
    """Of an offer, when the rep says that."""
    call: CallRecord = msgspec.structs.replace(record(("rep", at_ms, said)), offers=(offer,))
    (offered,) = offered_of(call, analyse(call).moves)
    return offered.fate


@pytest.mark.parametrize(
    ("said", "at_ms", "expected"),
    [
        ("Sounds like you are worried about the ROI here.", 7_000, "said"),
        ("It seems like it has to pay for itself.", 7_000, "own_words"),
        ("It costs eighteen hundred a month.", 7_000, "ignored"),
        ("It sounds like you're worried about the ROI.", 1_000, "ignored"),
        ("It sounds like you're worried about the ROI.", 16_000, "said"),
        ("It seems like it has to pay for itself.", 16_000, "ignored"),
        ("It sounds like you're worried about the ROI.", 26_000, "ignored"),
    ],
)
def test_fates(said: str, at_ms: int, expected: str) -> None:
    """Said in time, said otherwise in time, or not; a reader may finish late, one's own words may not."""
    assert fate(said, at_ms) == expected


def test_withdrawn_is_not_ignored() -> None:
    """Its words changed, which is not the rep's doing; said before that, it counts as said."""
    offer = msgspec.structs.replace(OFFER, reason="words_changed")
    assert fate("Nothing to do with it at all.", 7_000, offer) == "withdrawn"
    assert fate("It sounds like you're worried about the ROI.", 7_000, offer) == "said"


def test_waved_away_is_neither_ignored_nor_taken_back() -> None:
    """The rep saw it and did not want it; said all the same, it counts as said."""
    offer = msgspec.structs.replace(OFFER, reason="dismissed")
    assert fate("Nothing to do with it at all.", 7_000, offer) == "dismissed"
    assert fate("It sounds like you're worried about the ROI.", 7_000, offer) == "said"

"""A turn is read as the answer that it is: to what the rep said just before."""

import pytest
from msgspec.structs import replace

from assist.readings import Readings
from detectors.meaning.listener import ANSWERED_MS
from streaming.types import Speaker, Word, Words
from tests.assist.judges import Judge

OFFER, FINE = "We train them for you.", "Oh, that would do nicely."


def said(text: str, speaker: Speaker = "prospect", begun_ms: int = 0) -> Words:
    begins = range(begun_ms, begun_ms + 300 * len(text.split()), 300)
    words = tuple(Word(word, ms, ms + 300, 0.9) for word, ms in zip(text.split(), begins, strict=True))
    return Words(speaker, 0, words, (), True)


@pytest.mark.parametrize(("silence_ms", "is_answer"), [(ANSWERED_MS - 1, True), (ANSWERED_MS, False)])
def test_it_is_read_as_the_answer_that_it_is(silence_ms: int, is_answer: bool) -> None:
    """To what the rep said before, unless that is long ago; what the rep is just saying does not count yet."""
    judge = Judge(settling=(FINE,))
    readings = Readings(judge)
    asked = said(OFFER, "rep")
    readings.hear(asked)
    readings.hear(replace(said("Hm", "rep"), is_final=False))
    reading = readings.of(said(FINE, begun_ms=asked.all[-1].end_ms + silence_ms))
    assert reading is not None and reading.accepts == 1.0
    assert judge.asked == [(FINE, OFFER if is_answer else None)]


def test_a_turn_is_no_answer_to_what_was_said_after_it() -> None:
    """It may be read again once the rep has spoken."""
    judge = Judge()
    readings = Readings(judge)
    offer = said(OFFER, "rep")
    readings.hear(offer)
    fine = said(FINE, begun_ms=offer.all[-1].end_ms + 500)
    readings.hear(said("Right.", "rep", begun_ms=fine.all[-1].end_ms + 200))
    readings.of(fine)
    assert judge.asked == [(FINE, OFFER)]


def test_without_words_there_is_nothing_to_read() -> None:
    """Noise is no turn."""
    judge = Judge()
    assert Readings(judge).of(Words("prospect", 0, (), (), True)) is None and judge.asked == []

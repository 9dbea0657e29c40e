"""What they said may end what stood in the way, or the call; while they speak nothing is over."""

import pytest
from msgspec.structs import replace

from assist.endings import Endings
from assist.playbook import load
from assist.readings import Readings
from detectors.contract import Cue
from streaming.types import Word, Words
from tests.assist.judges import Judge

PLAYBOOK = load(None)
FINE, BYE, MORE = "Oh, that would do nicely.", "Bye now.", "And the price?"


def said(text: str) -> Words:
    begins = range(0, 300 * len(text.split()), 300)
    words = tuple(Word(word, ms, ms + 300, 0.9) for word, ms in zip(text.split(), begins, strict=True))
    return Words("prospect", 0, words, (), True)


def cue(name: str) -> Cue:
    return Cue("emotion", name, "prospect", "so", 0, 300, confidence=0.9, firm=True)


@pytest.mark.parametrize(
    ("text", "price", "relief", "thats_right"),
    [(FINE, "settled", None, None), (BYE, "parting", "parting", "parting"), (MORE, None, None, None)],
)
def test_what_is_over_is_not_opened_again(
    text: str, price: str | None, relief: str | None, thats_right: str | None
) -> None:
    """Joy at an answer is shared; at a goodbye nobody hears it."""
    endings = Endings(PLAYBOOK, Readings(Judge(settling=(FINE,), parting=(BYE,))))
    endings.hear(said(text))
    found = [endings.over_for(cue(name)) for name in ("price", "relief", "thats_right")]
    assert found == [price, relief, thats_right]


def test_nothing_is_over_while_they_speak() -> None:
    """Nor once they speak again."""
    judge = Judge(settling=(FINE,))
    endings = Endings(PLAYBOOK, Readings(judge))
    endings.hear(replace(said(FINE), is_final=False))
    assert (endings.over, judge.asked) == (None, [])
    endings.hear(said(FINE))
    assert endings.over == "settled"
    endings.hear(replace(said(MORE), is_final=False))
    assert endings.over is None


def test_only_their_newest_words_count() -> None:
    """Noise after a goodbye, and an utterance that ends after the next has begun, tell nothing."""
    endings = Endings(PLAYBOOK, Readings(Judge(settling=(FINE,), parting=(BYE,))))
    endings.hear(replace(said(BYE), utterance=1))
    endings.hear(Words("prospect", 2, (), (), True))
    assert endings.over == "parting"
    endings.hear(replace(said(MORE), utterance=3, is_final=False))
    endings.hear(replace(said(FINE), utterance=2))
    assert endings.over is None


def test_who_asks_is_not_done() -> None:
    """However glad of the answer before."""
    asking = "Oh, that would do nicely. How much is it?"
    endings = Endings(PLAYBOOK, Readings(Judge(settling=(asking,))))
    endings.hear(said(asking))
    assert endings.over is None

"""A suggestion knows whether it was said, and how much else was said while it stood."""

import pytest

from assist.offers import OFFERS_KEPT, Offers, Suggestion, Used
from assist.rep_side import Did
from assist.talk.moves import Move
from streaming.types import Speaker, Word, Words

LABEL = "It sounds like you're worried about the ROI."
SHOWN_MS, WORD_MS = 5_000, 300


def offers() -> Offers:
    """One stands since 5 s."""
    made = Offers()
    made.show(suggestion("s1"), (0, "objection", "price"), SHOWN_MS)
    return made


def suggestion(id_: str, text: str = LABEL) -> Suggestion:
    return Suggestion(id_, "label", text, "price", "the cost", 4_000, 20_000)


def said(text: str, at_ms: int, speaker: Speaker = "rep", utterance: int = 0) -> Words:
    spoken = tuple(
        Word(word, at_ms + i * WORD_MS, at_ms + (i + 1) * WORD_MS, 0.9) for i, word in enumerate(text.split())
    )
    return Words(speaker, utterance, spoken, (), True)


def did(at_ms: int, text: str = "It seems like it has to pay for itself.") -> tuple[Did, ...]:
    return (Did("label", text, at_ms, at_ms + 1, ("price",), Move("label", text, at_ms, at_ms + 1, 0)),)


def test_said_as_it_stood() -> None:
    """With what came before it left out; once."""
    made, words = offers(), said("Right. Sounds like you are worried about the ROI here.", 4_900)
    use = made.used(words, ())
    assert use is not None and use[0] is made.live
    assert use[1] == Used("s1", "said", "Sounds like you are worried about the ROI here.", 5_200)
    assert made.used(words, ()) is None


def test_said_in_other_words() -> None:
    """The same technique while it stood."""
    use = offers().used(said("It seems like it has to pay for itself.", 6_000), did(6_000))
    assert use is not None and use[1].how == "own_words"


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        (said("It costs eighteen hundred a month.", 6_000), ()),
        (said(LABEL, 1_000), did(1_000, LABEL)),
        (said("Why is that?", 6_000), (Did("why", "Why is that?", 6_000, 7_000),)),
    ],
)
def test_not_said(words: Words, acts: tuple[Did, ...]) -> None:
    """Something else, before it was shown, or a habit."""
    assert offers().used(words, acts) is None


def test_a_reader_may_finish_late_and_ones_own_words_may_not() -> None:
    """As in the debrief."""
    made = offers()
    made.end(10_000)
    assert made.used(said("It seems like it has to pay for itself.", 11_000), did(11_000)) is None
    assert made.used(said(LABEL, 11_000), did(11_000, LABEL)) is not None
    late = offers()
    late.end(10_000)
    assert late.used(said(LABEL, 16_000), did(16_000, LABEL)) is None


def test_one_that_was_replaced_can_still_be_said() -> None:
    """It was being read when the newer one came."""
    made = offers()
    made.end(6_000)
    made.show(
        suggestion("s2", "What would this have to return to be worth it for you?"), (1, "objection", "price"), 6_000
    )
    use = made.used(said(LABEL, 7_000), ())
    assert use is not None and use[1].id == "s1" and use[0] is not made.live


def test_words_are_counted_while_it_stands() -> None:
    """By speaker, each utterance as it was told last."""
    made = offers()
    made.note(said("one two three four", 4_400, "prospect"))
    made.note(said("one two three four five", 4_400, "prospect"))
    made.note(said("six", 9_000, "prospect", 1))
    made.note(said("seven eight", 9_000))
    live = made.live
    assert live is not None and (live.words_of("prospect"), live.words_of("rep")) == (4, 2)
    assert made.end(9_500) == "s1" and made.end(9_600) is None
    made.note(said("nine", 9_700))
    assert live.words_of("rep") == 2


def test_memory_is_bounded() -> None:
    """The last few."""
    made = Offers()
    for number in range(10):
        made.show(suggestion(f"s{number}"), (number, "objection", "price"), number)
        made.end(number + 1)
    assert len(made._offers) == OFFERS_KEPT

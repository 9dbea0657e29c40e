"""Expected words are proposed where something like them was heard, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.expected_words import MOST_ALTERNATIVES, SURE, alternatives, replaced
from streaming.types import Word

EXPECTED = ("Northwind", "Databricks", "Van der Berg", "Xero", "Pipedrive")


def heard(text: str, confidence: float = 0.4) -> list[Word]:
    """Words of one confidence, 200 ms each."""
    return [Word(word, 200 * i, 200 * i + 200, confidence) for i, word in enumerate(text.split())]


def proposed(text: str, confidence: float = 0.4) -> list[str]:
    """What the sentence becomes with each proposal alone."""
    words = heard(text, confidence)
    return [" ".join(replaced(text.split(), one)) for one in alternatives(words, EXPECTED)]


def test_a_word_that_sounds_like_an_expected_one_may_be_it() -> None:
    """Whatever its spelling, in one word or three, and with the stop behind it kept."""
    assert proposed("we looked at Daytabric before.") == ["we looked at Databricks before."]
    assert proposed("does it work with pipe a drive?") == ["does it work with Pipedrive?"]
    assert "ask Van der Berg about it" in proposed("ask Vandenberg about it")


def test_nothing_is_proposed_where_nothing_sounds_alike() -> None:
    """Nor where nothing is expected or heard."""
    assert proposed("we are quite happy as it is") == []
    assert alternatives(heard("we looked at Daytabric"), ()) == []
    assert alternatives([], EXPECTED) == []


def test_what_was_clearly_heard_stands() -> None:
    """A zero is no Xero when the recogniser is sure of it; and an expected word that is there needs no help."""
    assert proposed("the balance is zero", SURE) == []
    assert proposed("the balance is zero") == ["the balance is Xero"]
    assert proposed("with Northwind now") == [] and proposed("the Northwind's offer") == []


def test_two_expected_words_in_one_sentence_do_not_move_each_other() -> None:
    """They come last first, so that places stay right while they are put in."""
    text = "from Daytabric over to Northwint"
    texts = text.split()
    for one in alternatives(heard(text), EXPECTED):
        texts = replaced(texts, one)
    assert texts == ["from", "Databricks", "over", "to", "Northwind"]


@given(st.lists(st.text(max_size=12), max_size=20), st.lists(st.text(max_size=20), max_size=8))
def test_any_words_and_any_expectation(texts: list[str], expected: list[str]) -> None:
    """Proposals lie inside the words, do not overlap, and are few."""
    words = [Word(text, 0, 0, 0.1) for text in texts]
    found = alternatives(words, tuple(expected))
    assert len(found) <= MOST_ALTERNATIVES
    places = [place for one in found for place in range(one.first, one.end)]
    assert len(places) == len(set(places)) and all(0 <= place < len(words) for place in places)

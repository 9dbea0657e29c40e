"""Evidence is directions of length one, and the strongest run lies where the words point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.meaning.encoder import Encoded
from detectors.meaning.evidence import WIDTH, direction, evidence, strongest_run
from detectors.phrasebook import LONGEST_QUOTE_WORDS
from streaming.types import Word, text_of

PRICE = np.eye(WIDTH, dtype=np.float32)[0]
OTHER = np.eye(WIDTH, dtype=np.float32)[1]


def words(text: str) -> tuple[Word, ...]:
    """The words of a text, at any time."""
    return tuple(Word(part, i, i + 1, 1.0) for i, part in enumerate(text.split()))


def encoded(text: str) -> Encoded:
    """Each word one piece; those in capitals point to PRICE."""
    said = words(text)
    spans, at = [], 0
    for word in said:
        spans.append((at, at + len(word.text)))
        at += len(word.text) + 1
    vectors = [PRICE if word.text.isupper() else OTHER for word in said]
    return Encoded(np.array(vectors, np.float32).reshape(-1, WIDTH), tuple(spans))


def test_a_direction_has_length_one_or_none() -> None:
    """Long turns weigh no more than short ones."""
    assert np.linalg.norm(direction(np.stack([PRICE, 3 * OTHER]))) == pytest.approx(1)
    assert not direction(np.zeros((0, WIDTH), np.float32)).any()


def test_a_clause_speaks_for_itself() -> None:
    """What is said in one clause is not thinned by what is said around it."""
    text = "one two three four, TOO MUCH MONEY. five six seven eight nine"
    given_ = evidence(text, encoded(text))
    assert len(given_.clauses) == 3
    assert (given_.clauses @ PRICE).max() > 0.99 > given_.said @ PRICE


def test_a_clause_of_a_word_or_two_is_no_evidence_of_its_own() -> None:
    """A "well" or a "no" means nothing alone."""
    text = "WELL, one two three"
    assert (evidence(text, encoded(text)).clauses @ PRICE).max() < 0.5


def test_the_strongest_run_is_the_clause_that_points_there() -> None:
    """The rep reads why."""
    said = words("we like it a lot, but THE PRICE OF IT, um okay then.")
    run = strongest_run(said, encoded(text_of(said)), PRICE)
    assert text_of(said[run[0] : run[1] + 1]) == "but THE PRICE OF IT,"


@given(
    st.lists(st.sampled_from(["a", "PRICE", "b,", "TOO.", "é", ""]), min_size=1, max_size=60).filter(any),
    st.integers(0, 20),
)
def test_a_run_is_words_of_the_utterance_and_fits_a_quote(texts: list[str], cut: int) -> None:
    """Also where the model looked only at the end."""
    said = words(" ".join(texts))
    whole = encoded(text_of(said))
    seen = Encoded(whole.vectors[cut:], whole.spans[cut:])
    first, last = strongest_run(said, seen, PRICE)
    assert 0 <= first <= last < len(said)
    assert last - first < LONGEST_QUOTE_WORDS

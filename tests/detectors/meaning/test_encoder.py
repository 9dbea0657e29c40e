"""The encoder turns text into vectors that stand near where meanings are alike, and fails in one way only."""

from functools import cache

import numpy as np
import pytest

from detectors.meaning import heads, model
from detectors.meaning.encoder import Encoder
from detectors.meaning.evidence import WIDTH, direction
from detectors.meaning.pieces import MOST_PIECES, Pieces
from streaming.errors import EngineFailed
from tests.detectors.marked_lines import CACHE_DIR


@cache
def encoder() -> Encoder:
    """The shipped model."""
    return Encoder(model.prepared(heads.shipped().lessons, CACHE_DIR))


def likeness(one: str, two: str) -> float:
    """Cosine of what two texts mean."""
    a, b = (direction(encoder().encode(text).vectors) for text in (one, two))
    return float(a @ b)


def test_each_piece_has_a_vector_and_its_place() -> None:
    """Beginning and end have none."""
    encoded = encoder().encode("too pricey")
    assert encoded.vectors.shape == (len(encoded.spans), WIDTH)
    assert (encoded.spans[0], encoded.spans[-1][1]) == ((0, 3), len("too pricey"))


def test_what_means_the_same_is_nearer_than_what_only_sounds_the_same() -> None:
    """The reason for having it."""
    said = "it costs too much"
    assert likeness(said, "that is far beyond our budget") > likeness(said, "it coughs too much")


def test_the_same_text_gives_the_same_vectors() -> None:
    """A replay tells what the live call told."""
    assert np.array_equal(encoder().encode("one two").vectors, encoder().encode("one two").vectors)


@pytest.mark.parametrize("text", ["", " ", "...", "\u200b", "\U0001f600" * 9])
def test_any_text_can_be_encoded(text: str) -> None:
    """However little it says."""
    assert encoder().encode(text).vectors.shape[1] == WIDTH


def test_of_a_long_text_the_end_counts() -> None:
    """The cost of an embedding stays bounded, and what was said last matters."""
    encoded = encoder().encode("word " * 200 + "end")
    assert len(encoded.spans) == MOST_PIECES
    assert encoded.spans[-1] == (1000, 1003)


def test_an_answer_is_read_with_what_it_answers() -> None:
    """The same words mean something else after another question; the vectors are those of the answer alone."""
    alone, asked, other = (encoder().encode("not really", asked) for asked in (None, "Are you happy?", "Is it dear?"))
    assert alone.spans == asked.spans == other.spans
    assert alone.vectors.shape == asked.vectors.shape
    assert not np.allclose(asked.vectors, alone.vectors, atol=0.05)
    assert not np.allclose(asked.vectors, other.vectors, atol=0.05)


def test_a_model_that_fails_raises_one_error_that_says_nothing_of_the_text() -> None:
    """Its own errors are many and may quote what was said."""
    broken = Encoder.__new__(Encoder)
    broken.__dict__.update(encoder().__dict__)
    broken.__dict__["_reader"] = _Strange()
    with pytest.raises(EngineFailed) as raised:
        broken.encode("secret")
    assert "secret" not in str(raised.value)


class _Strange:
    """Numbers of pieces that the model does not have."""

    def read(self, text: str, asked: str | None) -> Pieces:
        return Pieces((10**9,), ((0, 1),))

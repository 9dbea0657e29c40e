"""The encoder turns text into vectors that stand near where meanings are alike, and fails in one way only."""

from functools import cache

import numpy as np
import pytest

from detectors.meaning import model
from detectors.meaning.encoder import MOST_PIECES, Encoder
from detectors.meaning.evidence import WIDTH, direction
from streaming.errors import EngineFailed


@cache
def encoder() -> Encoder:
    """The shipped model."""
    found = model.find()
    return Encoder(found[model.MODEL_FILE], found[model.TOKENIZER_FILE], {})


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
    assert len(encoded.spans) == MOST_PIECES - 2
    assert encoded.spans[-1] == (1000, 1003)


def test_weights_can_be_changed_as_it_is_loaded() -> None:
    """The heads fit the model as it was taught for them."""
    found = model.find()
    name = "inner.encoder.layer.5.output.LayerNorm.bias"
    changed = Encoder(found[model.MODEL_FILE], found[model.TOKENIZER_FILE], {name: np.full(WIDTH, 9, np.float32)})
    assert (changed.encode("one two").vectors - encoder().encode("one two").vectors > 7).all()


def test_a_model_that_fails_raises_one_error_that_says_nothing_of_the_text() -> None:
    """Its own errors are many and may quote what was said."""
    broken = Encoder.__new__(Encoder)
    broken.__dict__.update(encoder().__dict__)
    broken.__dict__["_tokenizer"] = _Strange()
    with pytest.raises(EngineFailed) as raised:
        broken.encode("secret")
    assert "secret" not in str(raised.value)


class _Strange:
    """Numbers of pieces that the model does not have."""

    def encode(self, text: str) -> "_Strange":
        return self

    ids, attention_mask, type_ids, offsets = [10**9], [1], [0], [(0, 1)]

"""The network that is run is MPNet as it was taught; int8 costs it little."""

import math
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from detectors.meaning import heads, model
from detectors.meaning.encoder import Encoder
from detectors.meaning.evidence import direction
from detectors.meaning.lesson import DOWN, UP, taught
from detectors.meaning.network import BUCKETS, FIRST_PLACE, HEADS, LAYERS, WIDTH, buckets
from detectors.meaning.pieces import MOST_ROW_PIECES, Reader
from streaming.onnx_graph import NORM_EPSILON
from tests.detectors.marked_lines import CACHE_DIR

Array = npt.NDArray[np.float32]

SAID = "i'd have to run that past a couple of people here before i could even think about it"
ASKED = "Shall we go ahead?"
_erf = np.vectorize(math.erf, otypes=[np.float32])


@cache
def released() -> dict[str, Array]:
    """The weights as the packages carry them."""
    with TemporaryDirectory() as folder:
        return model.untaught(Path(folder))


def plainly(weights: dict[str, Array]) -> Array:
    """Where SAID points, by the formulas of the papers in float32, one after the other."""
    pieces = Reader(model.prepared(heads.shipped().lessons, CACHE_DIR).tokenizer_file).read(SAID, ASKED)

    def linear(x: Array, name: str) -> Array:
        told: Array = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return told

    def normed(x: Array, name: str) -> Array:
        even = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + NORM_EPSILON)
        told: Array = even * weights[f"{name}.weight"] + weights[f"{name}.bias"]
        return told

    count = len(pieces.ids)
    places = weights["embeddings.position_embeddings.weight"][FIRST_PLACE : FIRST_PLACE + count]
    state = normed(weights["embeddings.word_embeddings.weight"][list(pieces.ids)] + places, "embeddings.LayerNorm")
    apart = weights["encoder.relative_attention_bias.weight"][buckets(count)]
    for at in (f"encoder.layer.{number}" for number in range(LAYERS)):
        query, key, value = (linear(state, f"{at}.attention.attn.{part}") for part in "qkv")
        mixed = np.zeros_like(state)
        for head, wide in enumerate(np.split(np.arange(WIDTH), HEADS)):
            alike = query[:, wide] @ key[:, wide].T / math.sqrt(len(wide)) + apart[:, :, head]
            likely = np.exp(alike - alike.max(1, keepdims=True))
            mixed[:, wide] = likely / likely.sum(1, keepdims=True) @ value[:, wide]
        state = normed(state + linear(mixed, f"{at}.attention.attn.o"), f"{at}.attention.LayerNorm")
        inner = linear(state, f"{at}.intermediate.dense")
        inner = inner * (1 + _erf(inner / math.sqrt(2))) / 2
        state = normed(state + linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    return direction(state[-1 - len(pieces.spans) : -1].astype(np.float32))


def shipped() -> Array:
    """Where it points by the model that ships."""
    encoder = Encoder(model.prepared(heads.shipped().lessons, CACHE_DIR))
    return direction(encoder.encode(SAID, ASKED).vectors)


def test_in_int8_it_says_what_its_formulas_say() -> None:
    """Of the weights after the lesson, all of it: without the narrow pairs it says something else."""
    lesson = heads.shipped().lessons
    without = {name: value for name, value in lesson.items() if not name.endswith((DOWN, UP))}
    assert shipped() @ plainly(taught(released(), lesson)) > 0.97
    assert shipped() @ plainly(taught(released(), without)) < 0.9


def test_relative_places_fall_into_buckets_as_in_the_paper() -> None:
    """Near ones each have their own, each way; far ones share theirs, the farthest the last."""
    found = buckets(MOST_ROW_PIECES)
    assert list(found[5, :6]) == [5, 4, 3, 2, 1, 0]
    assert list(found[0, 1:6]) == [17, 18, 19, 20, 21]
    assert (found[-1, 0], found[0, -1]) == (BUCKETS // 2 - 1, BUCKETS - 1)
    assert (np.diff(found[-1, ::-1]) >= 0).all()

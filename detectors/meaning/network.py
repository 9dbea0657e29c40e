"""MPNet's weights -> an ONNX file that runs in int8 on any processor; pure.

Song et al. 2020, "MPNet": BERT with one table of relative places for all layers. A few channels reach far beyond the
others, and one scale for all would leave nothing of those: their reach is moved into the matrix first (Xiao et al.
2022, "SmoothQuant").
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from detectors.meaning.lesson import REACH, WEIGHT
from detectors.meaning.pieces import MOST_ROW_PIECES
from streaming.onnx_graph import SEVEN_BITS, TINY, Graph, floats

Array = npt.NDArray[Any]

LAYERS, WIDTH, HEADS = 12, 768, 12
FIRST_PLACE = 2
"""The first two rows of the table of places are not places."""

BUCKETS, FARTHEST = 32, 128
"""Of relative places: half of them each way, of those half exact, the others wider and wider (Raffel et al. 2020)."""

MOVED = 0.8
"""How much of a channel's reach goes into the matrix. 0.8 keeps a turn's direction best, of 0.4 to 1."""

INPUT, OUTPUT = "input_ids", "states"


def built(weights: Mapping[str, Array]) -> bytes:
    """The network: `input_ids` (1 x n, int64, n up to MOST_ROW_PIECES) -> `states` (1 x n x 768, float32).

    `weights` by their names at release, and for each matrix but the embeddings its reach (lesson.py).
    """
    graph = _Mpnet(weights)
    graph.given(INPUT, [1, "pieces"], TensorProto.INT64)
    state = graph.embedded()
    for layer in range(LAYERS):
        state = graph.layer(layer, state)
    graph.told(graph.op("Identity", [state], OUTPUT), [1, "pieces", WIDTH])
    return graph.model("mpnet")


def buckets(length: int) -> Array:
    """Bucket of each relative place, by asking and asked place (length x length)."""
    back = np.arange(length)[:, None] - np.arange(length)[None]
    exact = BUCKETS // 4
    far = np.log(np.maximum(np.abs(back), 1) / exact) / np.log(FARTHEST / exact)
    wide = np.minimum(exact + (far * exact).astype(np.int64), BUCKETS // 2 - 1)
    found: Array = np.where(back < 0, BUCKETS // 2, 0) + np.where(np.abs(back) < exact, np.abs(back), wide)
    return found


class _Mpnet(Graph):
    """The graph, and the weights that go into it."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        super().__init__()
        self._weights = weights

    def embedded(self) -> str:
        """Words and places; and the table of relative places, cut to the length of the row."""
        words = self.constant("words", self._weights["embeddings.word_embeddings.weight"].astype(np.float16))
        rows = self._weights["embeddings.position_embeddings.weight"][FIRST_PLACE : FIRST_PLACE + MOST_ROW_PIECES]
        relative = self._weights["encoder.relative_attention_bias.weight"][buckets(MOST_ROW_PIECES)]
        zero, one, two = (self.constant(name, [n]) for name, n in (("zero", 0), ("one", 1), ("two", 2)))
        count = self.op("Slice", [self.op("Shape", [INPUT], "shape"), one, two], "count")
        places = self.op("Slice", [self.constant("places", floats(rows)), zero, count, zero], "placed")
        table = self.constant("relative", floats(relative.transpose(2, 0, 1)[None]))
        square = self.op("Concat", [count, count], "square", axis=0)
        ends = [self.constant("corner", [0, 0]), square, self.constant("sides", [2, 3])]
        self.op("Slice", [table, *ends], "apart")
        meant = self.op("Cast", [self.op("Gather", [words, INPUT], "looked_up")], "meant", to=TensorProto.FLOAT)
        return self._normed(self.op("Add", [meant, places], "begin"), "embeddings.LayerNorm")

    def layer(self, number: int, state: str) -> str:
        """Attention and what follows it, each added to what was there."""
        at = f"encoder.layer.{number}"
        mixed = self._linear(self._attended(at, state), f"{at}.attention.attn.o")
        state = self._normed(self.op("Add", [state, mixed], f"{at}.mixed"), f"{at}.attention.LayerNorm")
        inner = self.op("Gelu", [self._linear(state, f"{at}.intermediate.dense")], f"{at}.inner")
        outer = self._linear(inner, f"{at}.output.dense")
        return self._normed(self.op("Add", [state, outer], f"{at}.added"), f"{at}.output.LayerNorm")

    def _attended(self, at: str, state: str) -> str:
        parts = [self._linear(state, f"{at}.attention.attn.{part}") for part in "qkv"]
        shape = self.constant("by_head", [1, -1, HEADS, WIDTH // HEADS])
        orders = {"q": [0, 2, 1, 3], "k": [0, 2, 3, 1], "v": [0, 2, 1, 3]}
        query, key, value = (
            self.op("Transpose", [self.op("Reshape", [part, shape], f"{part}/heads")], f"{part}/turned", perm=order)
            for part, order in zip(parts, orders.values(), strict=True)
        )
        factor = self.constant("factor", floats(np.array((WIDTH // HEADS) ** -0.5)))
        alike = self.op("Mul", [self.op("MatMul", [query, key], f"{at}.alike"), factor], f"{at}.scaled")
        likely = self.op("Softmax", [self.op("Add", [alike, "apart"], f"{at}.placed")], f"{at}.likely", axis=-1)
        mixed = self.op(
            "Transpose", [self.op("MatMul", [likely, value], f"{at}.by_head")], f"{at}.b", perm=[0, 2, 1, 3]
        )
        return self.op("Reshape", [mixed, self.constant("flat", [1, -1, WIDTH])], f"{at}.attended")

    def _linear(self, given: str, name: str) -> str:
        matrix = self._weights[name + WEIGHT].T.astype(np.float64)
        reach = np.maximum(self._weights[name + REACH].astype(np.float64), TINY)
        factors = reach**MOVED / np.maximum(np.abs(matrix).max(axis=1), TINY) ** (1 - MOVED)
        evened = self.op("Mul", [given, self.constant(f"{name}/evening", floats(1 / factors))], f"{name}/evened")
        return self.quantised(evened, matrix * factors[:, None], self._weights[f"{name}.bias"], name, SEVEN_BITS)

    def _normed(self, given: str, name: str) -> str:
        return self.normed(given, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], name)

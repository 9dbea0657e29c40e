"""Whisper's weights -> its encoder and decoder as ONNX files; pure.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision". Weights go by CTranslate2's names.
What the decoder's cross-attention looks at is the same at each step, so the encoder's file makes it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from streaming.onnx_graph import EIGHT_BITS, SEVEN_BITS, Graph, floats
from streaming.whisper.onnx_files import HEAD_SIZE

Weights = Mapping[str, npt.NDArray[Any]]

QUERY, KEY, VALUE = [0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]
"""from batch x places x heads x size to what is multiplied"""


def layers(weights: Weights, side: str) -> int:
    """How many layers the `encoder` or the `decoder` has."""
    return len({name.split("/")[1] for name in weights if name.startswith(f"{side}/layer_")} - {"layer_norm"})


def encoder(weights: Weights) -> bytes:
    """`mel` (1 x bands x frames) -> for each layer of the decoder what its cross-attention looks at.

    `key_0` ... are 1 x heads x size x time, `value_0` ... 1 x heads x time x size; a step of time is two frames, the
    last may be half.
    """
    graph = _Whisper(weights, "encoder")
    bands = weights["encoder/conv1/weight"].shape[1]
    state = graph.convolved(graph.given("mel", [1, bands, "frames"]), "encoder/conv1", 1)
    state = graph.op("Transpose", [graph.convolved(state, "encoder/conv2", 2)], "turned", perm=[0, 2, 1])
    zero, one, two = (graph.constant(name, [n]) for name, n in (("zero", 0), ("one", 1), ("two", 2)))
    count = graph.op("Slice", [graph.op("Shape", [state], "shape"), one, two], "count")
    places = graph.constant("places", floats(weights["encoder/position_encodings/encodings"]))
    state = graph.op("Add", [state, graph.op("Slice", [places, zero, count, zero], "placed")], "begin")
    for number in range(layers(weights, "encoder")):
        at = f"encoder/layer_{number}"
        query, key, value = graph.parts(
            graph.evened(state, f"{at}/self_attention"), f"{at}/self_attention/linear_0", "qkv"
        )
        state = graph.attended(state, (query, key, value), f"{at}/self_attention")
        state = graph.fed_forward(state, at)
    state = graph.evened(state, "encoder")
    for number in range(layers(weights, "decoder")):
        at = f"decoder/layer_{number}/attention"
        key, value = graph.parts(state, f"{at}/linear_1", "kv")
        graph.told(graph.op("Identity", [key], f"key_{number}"), [1, graph.heads, HEAD_SIZE, "time"])
        graph.told(graph.op("Identity", [value], f"value_{number}"), [1, graph.heads, "time", HEAD_SIZE])
    return graph.model("whisper-encoder")


def decoder(weights: Weights) -> bytes:
    """What follows some tokens.

    Given `tokens` (beams x count) at `places` (count), what came `past` them as earlier runs told it, the encoder's
    keys and values, a `mask` to add (count x all), the places `asked` about (of count), a `bias` on each token (asked
    or 1 x tokens), how many `candidates`, and `targets` (beams x asked x 1). Told: the logarithms of the probabilities
    of the `likeliest` tokens, those tokens, and the same of the `targets`; the past with these tokens; and what the
    heads attend to, `attention_0` ... (1 x heads x beams * count x time), before the softmax.
    """
    graph = _Whisper(weights, "decoder")
    table = weights["decoder/embeddings/weight"]
    tokens = graph.given("tokens", ["beams", "count"], TensorProto.INT64)
    places = graph.given("places", ["count"], TensorProto.INT64)
    rows = graph.constant("rows", floats(weights["decoder/position_encodings/encodings"]))
    looked_up = graph.op("Gather", [graph.constant("table", table.astype(np.float16)), tokens], "looked_up")
    meant = graph.op("Cast", [looked_up], "meant", to=TensorProto.FLOAT)
    state = graph.op("Add", [meant, graph.op("Gather", [rows, places], "placed")], "begin")
    shape = [graph.op("Shape", [tokens], "shape"), graph.constant("width", [graph.width])]
    graph.op("Concat", shape, "whole", axis=0)
    graph.given("mask", ["count", "all"])
    for number in range(layers(weights, "decoder")):
        state = graph.self_attended(state, number)
        state = graph.cross_attended(state, number)
        state = graph.fed_forward(state, f"decoder/layer_{number}")
    asked = graph.op("Gather", [graph.evened(state, "decoder"), _integers(graph, "asked", ["asked"])], "ask", axis=1)
    scores = graph.quantised(asked, floats(table.T), None, "scores", EIGHT_BITS)
    biased = graph.op("Add", [scores, graph.given("bias", ["biases", len(table)])], "biased")
    likely = graph.op("LogSoftmax", [biased], "likely", axis=-1)
    graph.ops("TopK", [likely, _integers(graph, "candidates", [1])], ["likeliest", "likeliest_tokens"], axis=-1)
    targets = _integers(graph, "targets", ["beams", "asked", 1])
    graph.op("GatherElements", [likely, targets], "target", axis=-1)
    graph.told("likeliest", ["beams", "asked", "candidates"])
    graph.told("likeliest_tokens", ["beams", "asked", "candidates"], TensorProto.INT64)
    graph.told("target", ["beams", "asked", 1])
    return graph.model("whisper-decoder")


def _integers(graph: Graph, name: str, shape: list[int | str]) -> str:
    return graph.given(name, shape, TensorProto.INT64)


class _Whisper(Graph):
    """The pieces of which both sides are made."""

    def __init__(self, weights: Weights, side: str) -> None:
        super().__init__()
        self.width: int = weights[f"{side}/layer_norm/gamma"].shape[0]
        self.heads = self.width // HEAD_SIZE
        self._weights = weights
        # The encoder has hundreds of rows at once, the decoder one for each beam.
        self._kept_in = SEVEN_BITS if side == "encoder" else EIGHT_BITS
        self._scale = self.constant("scale", floats(np.array(HEAD_SIZE**-0.5)))
        self._by_head = self.constant("by_head", [0, 0, self.heads, HEAD_SIZE])
        self._flat = self.constant("flat", [0, 0, self.width])

    def linear(self, given: str, name: str) -> str:
        """... x n -> ... x m."""
        matrix = floats(self._weights[f"{name}/weight"].T)
        return self.quantised(given, matrix, self._weights[f"{name}/bias"], name, self._kept_in)

    def evened(self, given: str, at: str) -> str:
        """The layer norm before a part."""
        name = f"{at}/layer_norm"
        return self.normed(given, self._weights[f"{name}/gamma"], self._weights[f"{name}/beta"], name)

    def convolved(self, given: str, name: str, stride: int) -> str:
        """1 x n x frames -> 1 x m x frames over the stride."""
        shares = [
            self.constant(f"{name}/{part}", floats(self._weights[f"{name}/{part}"])) for part in ("weight", "bias")
        ]
        made = self.op("Conv", [given, *shares], name, pads=[1, 1], strides=[stride])
        return self.op("Gelu", [made], f"{name}/gelu")

    def parts(self, given: str, name: str, kinds: str) -> list[str]:
        """Queries, keys and values by head, as many of them as that matrix makes."""
        names = [f"{name}/{kind}" for kind in kinds]
        flat = self.ops("Split", [self.linear(given, name)], names, axis=-1, num_outputs=len(kinds))
        turns = {"q": QUERY, "k": KEY, "v": VALUE}
        return [self.by_head(part, turns[kind], self._by_head) for part, kind in zip(flat, kinds, strict=True)]

    def by_head(self, given: str, turn: list[int], shape: str) -> str:
        """Batch x places x width -> the sides of batch x places x heads x size, turned."""
        split = self.op("Reshape", [given, shape], f"{given}/split")
        return self.op("Transpose", [split], f"{given}/heads", perm=turn)

    def fed_forward(self, state: str, at: str) -> str:
        """`state` and what its places make of themselves."""
        at = f"{at}/ffn"
        inner = self.op("Gelu", [self.linear(self.evened(state, at), f"{at}/linear_0")], f"{at}/gelu")
        return self.op("Add", [state, self.linear(inner, f"{at}/linear_1")], f"{at}/added")

    def attended(self, state: str, parts: tuple[str, str, str], at: str, mask: str | None = None) -> str:
        """`state` and what attention to its own places adds."""
        query, key, value = parts
        alike = self._alike(query, key, f"{at}/alike")
        if mask is not None:
            alike = self.op("Add", [alike, mask], f"{at}/masked")
        mixed = self._mixed(alike, value, at, self._flat)
        return self.op("Add", [state, self.linear(mixed, f"{at}/linear_1")], f"{at}/added")

    def self_attended(self, state: str, number: int) -> str:
        """As `attended`, to the places before as well."""
        at = f"decoder/layer_{number}/self_attention"
        query, key, value = self.parts(self.evened(state, at), f"{at}/linear_0", "qkv")
        keys, values = (["beams", self.heads, *sides] for sides in ([HEAD_SIZE, "past"], ["past", HEAD_SIZE]))
        past = self.given(f"past_key_{number}", keys), self.given(f"past_value_{number}", values)
        key = self.op("Concat", [past[0], key], f"next_key_{number}", axis=3)
        value = self.op("Concat", [past[1], value], f"next_value_{number}", axis=2)
        self.told(key, ["beams", self.heads, HEAD_SIZE, "all"])
        self.told(value, ["beams", self.heads, "all", HEAD_SIZE])
        return self.attended(state, (query, key, value), at, "mask")

    def cross_attended(self, state: str, number: int) -> str:
        """`state` and what attention to the sound adds. All beams hear the same: they are places of one row here."""
        at = f"decoder/layer_{number}/attention"
        asked = self.linear(self.evened(state, at), f"{at}/linear_0")
        query = self.by_head(asked, QUERY, self.constant("one_row", [1, -1, self.heads, HEAD_SIZE]))
        key = self.given(f"key_{number}", [1, self.heads, HEAD_SIZE, "time"])
        value = self.given(f"value_{number}", [1, self.heads, "time", HEAD_SIZE])
        alike = self._alike(query, key, f"attention_{number}")
        self.told(alike, [1, self.heads, "asking", "time"])
        mixed = self._mixed(alike, value, at, "whole")
        return self.op("Add", [state, self.linear(mixed, f"{at}/linear_2")], f"{at}/added")

    def _alike(self, query: str, key: str, name: str) -> str:
        scaled = self.op("Mul", [query, self._scale], f"{name}/scaled")
        return self.op("MatMul", [scaled, key], name)

    def _mixed(self, alike: str, value: str, at: str, shape: str) -> str:
        likely = self.op("Softmax", [alike], f"{at}/likely", axis=-1)
        mixed = self.op("MatMul", [likely, value], f"{at}/mixed")
        turned = self.op("Transpose", [mixed], f"{at}/turned", perm=QUERY)
        return self.op("Reshape", [turned, shape], f"{at}/flat")

"""What a graph computes, run by ONNX Runtime."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from streaming.onnx_graph import EIGHT_BITS, SEVEN_BITS, Graph, Steps

rng = np.random.default_rng(0)
GIVEN = rng.normal(size=(2, 3, 32)).astype(np.float32)


def run(graph: Graph, **given: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Its one output."""
    session = onnxruntime.InferenceSession(graph.model("test"), providers=["CPUExecutionProvider"])
    (told,) = session.run(None, given)
    return np.asarray(told)


@pytest.mark.parametrize(("kept_in", "most"), [(SEVEN_BITS, 0.03), (EIGHT_BITS, 0.02)])
@pytest.mark.parametrize("bias", [None, rng.normal(size=16)])
def test_a_product_in_whole_steps_is_near_the_product(
    kept_in: Steps, most: float, bias: npt.NDArray[np.float64] | None
) -> None:
    """A column of zeros is kept too, and one of large numbers takes nothing from the others."""
    matrix = rng.normal(size=(32, 16))
    matrix[:, 3] = 0
    matrix[:, 4] *= 1_000
    graph = Graph()
    product = graph.quantised(graph.given("x", ["a", "b", 32]), matrix, bias, "product", kept_in)
    graph.told(product, ["a", "b", 16])
    wanted = GIVEN @ matrix + (0 if bias is None else bias)
    wrong = np.abs(run(graph, x=GIVEN) - wanted).mean(axis=(0, 1))
    assert (wrong <= most * np.abs(matrix).sum(axis=0) / 4 + 1e-6).all()


def test_a_norm_is_over_the_last_side() -> None:
    """Mean nought and variance one, then factors and bias."""
    factors, bias = rng.normal(size=32), rng.normal(size=32)
    graph = Graph()
    graph.told(graph.normed(graph.given("x", ["a", "b", 32]), factors, bias, "norm"), ["a", "b", 32])
    even = (GIVEN - GIVEN.mean(-1, keepdims=True)) / GIVEN.std(-1, keepdims=True)
    assert np.allclose(run(graph, x=GIVEN), even * factors + bias, atol=1e-4)


def test_a_node_may_have_several_values() -> None:
    """Each by its name."""
    graph = Graph()
    halves = graph.ops("Split", [graph.given("x", ["a", "b", 32])], ["left", "right"], axis=-1, num_outputs=2)
    graph.told(graph.op("Sub", halves, "difference"), ["a", "b", 16])
    assert np.allclose(run(graph, x=GIVEN), GIVEN[..., :16] - GIVEN[..., 16:])

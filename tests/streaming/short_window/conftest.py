"""A Whisper of one narrow layer and sixty words, small enough to train in a test."""

import numpy as np
import pytest

from streaming.short_window.model_file import ModelFile, Tensor

WIDTH, WORDS = 64, 60


@pytest.fixture
def toy() -> ModelFile:
    """The same random tensors each time, under CTranslate2's names.

    Of the words, 50 starts a transcript, 49 ends it, 52 is "nobody speaks" and 53 "no timestamps".
    """
    rng = np.random.default_rng(0)
    tensors: dict[str, Tensor] = {}

    def linear(name: str, rows: int, columns: int) -> None:
        tensors[name + "/weight"] = (rng.standard_normal((rows, columns)) * columns**-0.5).astype(np.float16)
        tensors[name + "/bias"] = np.zeros(rows, np.float16)

    def norm(name: str) -> None:
        tensors[name + "/gamma"], tensors[name + "/beta"] = np.ones(WIDTH, np.float16), np.zeros(WIDTH, np.float16)

    for name, inputs in (("conv1", 80), ("conv2", WIDTH)):
        tensors[f"encoder/{name}/weight"] = (rng.standard_normal((WIDTH, inputs, 3)) * 0.1).astype(np.float16)
        tensors[f"encoder/{name}/bias"] = np.zeros(WIDTH, np.float16)
    for side, length in (("encoder", 1500), ("decoder", 448)):
        layer = f"{side}/layer_0"
        tensors[f"{side}/position_encodings/encodings"] = (rng.standard_normal((length, WIDTH)) * 0.1).astype(
            np.float16
        )
        for part, sizes in (("self_attention", (3 * WIDTH, WIDTH)), ("attention", (WIDTH, 2 * WIDTH, WIDTH))):
            if part == "self_attention" or side == "decoder":
                norm(f"{layer}/{part}/layer_norm")
                for index, rows in enumerate(sizes):
                    linear(f"{layer}/{part}/linear_{index}", rows, WIDTH)
        norm(layer + "/ffn/layer_norm")
        linear(layer + "/ffn/linear_0", 4 * WIDTH, WIDTH)
        linear(layer + "/ffn/linear_1", WIDTH, 4 * WIDTH)
        norm(side + "/layer_norm")
    tensors["decoder/embeddings/weight"] = (rng.standard_normal((WORDS, WIDTH)) * 0.2).astype(np.float16)
    tensors["decoder/alignment_heads"] = np.zeros((1, 2), np.int8)
    tensors["decoder/num_heads"] = np.array(1, np.int16)
    return ModelFile("WhisperSpec", 3, tensors, ())

"""Whisper in torch, driven by the tensor names of CTranslate2, so that what is trained needs no renaming.

`transformers` refuses an encoder input of any length but 30 s, which is the very thing to be changed.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from streaming.short_window.model_file import Tensor

# Training only: the product runs without torch, so it is no dependency and has no types here.
torch = import_module("torch")
functional = import_module("torch.nn.functional")

HEAD_SIZE = 64  # in every Whisper

Weights = dict[str, Any]


def load(tensors: Mapping[str, Tensor]) -> Weights:
    """Float32 torch tensors by name; the scalars and the table of alignment heads are left out."""
    return {
        name: torch.from_numpy(np.ascontiguousarray(value, dtype=np.float32))
        for name, value in tensors.items()
        if value.ndim and "alignment" not in name
    }


def trainable(weights: Weights) -> list[str]:
    """Names of the layer norms and biases: 0.3 % of the values, and enough to unlearn the loops."""
    return [name for name in weights if name.endswith(("/bias", "/gamma", "/beta"))]


def encode(weights: Weights, mel: Any) -> Any:
    """Log-mel (batch, 80, frames) -> states (batch, frames // 2, width)."""
    x = functional.gelu(_convolved(weights, "encoder/conv1", mel, 1))
    x = functional.gelu(_convolved(weights, "encoder/conv2", x, 2)).transpose(1, 2)
    x = x + weights["encoder/position_encodings/encodings"][: x.shape[1]]
    for index in range(_layers(weights, "encoder")):
        layer = f"encoder/layer_{index}"
        x = _self_attended(weights, layer + "/self_attention", x, is_causal=False)
        x = _fed_forward(weights, layer + "/ffn", x)
    return _normed(weights, "encoder/layer_norm", x)


def decode(weights: Weights, states: Any, tokens: Any) -> Any:
    """States (1, time, width) and token ids (1, length) -> hidden states after the last norm (1, length, width)."""
    x = functional.embedding(tokens, weights["decoder/embeddings/weight"])
    x = x + weights["decoder/position_encodings/encodings"][: x.shape[1]]
    for index in range(_layers(weights, "decoder")):
        layer = f"decoder/layer_{index}"
        x = _self_attended(weights, layer + "/self_attention", x, is_causal=True)
        cross = layer + "/attention"
        query = _linear(weights, cross + "/linear_0", _normed(weights, cross + "/layer_norm", x))
        key, value = _linear(weights, cross + "/linear_1", states).chunk(2, -1)
        x = x + _linear(weights, cross + "/linear_2", _attention(query, key, value, is_causal=False))
        x = _fed_forward(weights, layer + "/ffn", x)
    return _normed(weights, "decoder/layer_norm", x)


def logits(weights: Weights, hidden: Any, tokens: Any = None) -> Any:
    """Scores of the given token ids, or of all, at each hidden state."""
    table = weights["decoder/embeddings/weight"]
    return functional.linear(hidden, table if tokens is None else table[tokens])


def _layers(weights: Weights, side: str) -> int:
    return len({name.split("/")[1] for name in weights if name.startswith(f"{side}/layer_")} - {"layer_norm"})


def _normed(weights: Weights, name: str, x: Any) -> Any:
    return functional.layer_norm(x, (x.shape[-1],), weights[name + "/gamma"], weights[name + "/beta"], 1e-5)


def _linear(weights: Weights, name: str, x: Any) -> Any:
    return functional.linear(x, weights[name + "/weight"], weights[name + "/bias"])


def _convolved(weights: Weights, name: str, x: Any, stride: int) -> Any:
    return functional.conv1d(x, weights[name + "/weight"], weights[name + "/bias"], stride=stride, padding=1)


def _attention(query: Any, key: Any, value: Any, is_causal: bool) -> Any:
    heads = [x.view(x.shape[0], x.shape[1], -1, HEAD_SIZE).transpose(1, 2) for x in (query, key, value)]
    mixed = functional.scaled_dot_product_attention(*heads, is_causal=is_causal)
    return mixed.transpose(1, 2).reshape(query.shape)


def _self_attended(weights: Weights, name: str, x: Any, is_causal: bool) -> Any:
    query, key, value = _linear(weights, name + "/linear_0", _normed(weights, name + "/layer_norm", x)).chunk(3, -1)
    return x + _linear(weights, name + "/linear_1", _attention(query, key, value, is_causal))


def _fed_forward(weights: Weights, name: str, x: Any) -> Any:
    inner = functional.gelu(_linear(weights, name + "/linear_0", _normed(weights, name + "/layer_norm", x)))
    return x + _linear(weights, name + "/linear_1", inner)

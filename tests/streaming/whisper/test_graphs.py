"""The network of made-up weights against the same in plain numpy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from streaming.whisper import graphs
from tests.streaming.whisper import small

Doubles = npt.NDArray[np.float64]

WEIGHTS = {name: value.astype(np.float64) for name, value in small.weights().items()}
FRAMES = 30
MEL = np.random.default_rng(1).normal(size=(1, small.BANDS, FRAMES)).astype(np.float32)
TEXT = [3, 14, 15, 9, 26]


def normed(x: Doubles, at: str) -> Doubles:
    """Layer norm."""
    even = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return np.asarray(even * WEIGHTS[f"{at}/layer_norm/gamma"] + WEIGHTS[f"{at}/layer_norm/beta"])


def linear(x: Doubles, at: str) -> Doubles:
    """A matrix and a bias."""
    return np.asarray(x @ WEIGHTS[f"{at}/weight"].T + WEIGHTS[f"{at}/bias"])


def gelu(x: Doubles) -> Doubles:
    """With the true error function."""
    from math import erf  # noqa: PLC0415

    return np.asarray(x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2)


def attended(query: Doubles, key: Doubles, value: Doubles, mask: Doubles | float = 0.0) -> Doubles:
    """Places x width each."""
    mixed = []
    for q, k, v in zip(*(np.split(x, small.WIDTH // 64, axis=-1) for x in (query, key, value)), strict=True):
        likely = np.exp(q @ k.T / 8 + mask)
        mixed.append(likely / likely.sum(-1, keepdims=True) @ v)
    return np.concatenate(mixed, axis=-1)


def convolved(x: Doubles, at: str, stride: int) -> Doubles:
    """Bands x frames."""
    padded = np.pad(x, ((0, 0), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 3, axis=1)[:, ::stride]
    return gelu(np.einsum("itk,oik->ot", windows, WEIGHTS[f"{at}/weight"]) + WEIGHTS[f"{at}/bias"][:, None])


def fed_forward(x: Doubles, at: str) -> Doubles:
    """And what was there."""
    return x + linear(gelu(linear(normed(x, f"{at}/ffn"), f"{at}/ffn/linear_0")), f"{at}/ffn/linear_1")


def self_attended(x: Doubles, at: str, mask: Doubles | float = 0.0) -> Doubles:
    """And what was there."""
    at = f"{at}/self_attention"
    parts = np.split(linear(normed(x, at), f"{at}/linear_0"), 3, axis=-1)
    return x + linear(attended(parts[0], parts[1], parts[2], mask), f"{at}/linear_1")


def heard() -> Doubles:
    """The encoder's states."""
    x = convolved(convolved(MEL[0].astype(np.float64), "encoder/conv1", 1), "encoder/conv2", 2).T
    x = x + WEIGHTS["encoder/position_encodings/encodings"][: len(x)]
    for layer in range(small.LAYERS):
        x = fed_forward(self_attended(x, f"encoder/layer_{layer}"), f"encoder/layer_{layer}")
    return normed(x, "encoder")


def chances(tokens: list[int]) -> Doubles:
    """Of each token after each place, as logarithms."""
    sound, table = heard(), WEIGHTS["decoder/embeddings/weight"]
    x = table[tokens] + WEIGHTS["decoder/position_encodings/encodings"][: len(tokens)]
    mask = np.triu(np.full((len(tokens), len(tokens)), -1e9), 1)
    for layer in range(small.LAYERS):
        at = f"decoder/layer_{layer}"
        x = self_attended(x, at, mask)
        key, value = np.split(linear(sound, f"{at}/attention/linear_1"), 2, axis=-1)
        query = linear(normed(x, f"{at}/attention"), f"{at}/attention/linear_0")
        x = fed_forward(x + linear(attended(query, key, value), f"{at}/attention/linear_2"), at)
    scores = normed(x, "decoder") @ table.T
    return np.asarray(scores - np.log(np.exp(scores).sum(-1, keepdims=True)))


class Networks:
    """Both sides, as a runtime loads them."""

    def __init__(self) -> None:
        made = (graphs.encoder(small.weights()), graphs.decoder(small.weights()))
        self._encoder, self._decoder = (
            onnxruntime.InferenceSession(side, providers=["CPUExecutionProvider"]) for side in made
        )
        names = [told.name for told in self._encoder.get_outputs()]
        self.sound = dict(zip(names, self._encoder.run(None, {"mel": MEL}), strict=True))
        self.wanted = [told.name for told in self._decoder.get_outputs()]

    def run(self, rows: list[list[int]], past: dict[str, Any] | None, bias: Doubles | None = None) -> dict[str, Any]:
        """All candidates at each place."""
        none = {f"key_{n}": np.zeros((len(rows), 2, 64, 0), np.float32) for n in range(small.LAYERS)}
        none |= {f"value_{n}": np.zeros((len(rows), 2, 0, 64), np.float32) for n in range(small.LAYERS)}
        past = past or none
        before, count = past["value_0"].shape[2], len(rows[0])
        given = {
            "tokens": np.array(rows),
            "places": np.arange(before, before + count),
            "mask": np.triu(np.full((count, before + count), -1e9, np.float32), before + 1),
            "asked": np.arange(count),
            "bias": np.zeros((1, small.TOKENS), np.float32) if bias is None else bias.astype(np.float32),
            "candidates": np.array([small.TOKENS]),
            "targets": np.full((len(rows), count, 1), 7),
        }
        past = {f"past_{name}": value for name, value in past.items()}
        return dict(zip(self.wanted, self._decoder.run(self.wanted, {**given, **past, **self.sound}), strict=True))


@pytest.fixture(scope="module")
def networks() -> Networks:
    """Made once."""
    return Networks()


def by_token(told: dict[str, Any], row: int = 0) -> Doubles:
    """Places x tokens."""
    return np.take_along_axis(told["likeliest"][row], np.argsort(told["likeliest_tokens"][row], axis=-1), axis=-1)


def test_the_network_computes_what_whisper_does(networks: Networks) -> None:
    """But for the steps that its matrices are kept in: a wrong turn anywhere is far outside of them."""
    told = networks.run([TEXT], None)
    wanted = chances(TEXT)
    assert np.abs(by_token(told) - wanted).mean() < 0.1 * wanted.std()
    assert np.allclose(told["target"][0, :, 0], by_token(told)[:, 7])
    assert told["attention_0"].shape == (1, 2, len(TEXT), FRAMES // 2)


def test_a_token_at_a_time_is_as_all_at_once(networks: Networks) -> None:
    """With what came past handed on, for a beam among others."""
    whole = by_token(networks.run([TEXT], None))
    past = None
    for place, token in enumerate(TEXT):
        told = networks.run([[token], [1]], past)
        past = {name.removeprefix("next_"): told[name] for name in told if name.startswith("next_")}
        assert np.abs(by_token(told)[0] - whole[place]).mean() < 0.1 * whole.std()


def test_what_comes_later_is_not_seen(networks: Networks) -> None:
    """The mask is added."""
    one, other = (by_token(networks.run([[*TEXT[:-1], last]], None)) for last in (2, 30))
    assert np.abs(one[:-1] - other[:-1]).max() < 0.2 * one.std() < np.abs(one[-1] - other[-1]).max()


def test_a_bias_keeps_tokens_out(networks: Networks) -> None:
    """And the others share what they had."""
    bias = np.zeros((1, small.TOKENS))
    bias[0, ::2] = -1e9
    found = np.exp(by_token(networks.run([TEXT], None, bias)))
    assert found[:, ::2].max() == 0
    assert np.allclose(found.sum(-1), 1, atol=1e-4)

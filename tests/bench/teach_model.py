"""Teaches the sentence model what prospects mean: `python -m tests.bench.teach_model OUT.npz`, where torch is.

What is learnt is small, 51,000 numbers: the biases, the norms, and the scale of each column of the matrices, which stay
as they are; and with them a first form of the heads. Deterministic on one machine. Turns that are kept apart have no
part in it. Then run `python -m tests.bench.teach_heads`.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from detectors.meaning import model
from tests.bench.onnx_weights import weights
from tests.bench.teaching import NAMES, Lesson, lessons

# Development only: no dependency of the project, and without types here.
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")
tokenizers: Any = import_module("tokenizers")

LAYERS, WIDTH, HEADS = 6, 384, 12
EPOCHS, BATCH, RATE, HEAD_RATE, SEED = 2, 32, 2e-3, 1e-2, 1


def main() -> None:
    """Teaches, and tells how it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    net = Network(weights(model.find()[model.MODEL_FILE].read_bytes()))
    taught = [lesson for lesson in lessons() if not lesson.is_apart]
    teach(net, taught)
    np.savez(out, **net.learnt())


class Network:
    """MiniLM by the names of its ONNX file, with what may be learnt."""

    def __init__(self, known: dict[str, Any]) -> None:
        def dequantised(name: str) -> Any:
            return torch.tensor(known[f"{name}_q"].astype(np.float32) * known[f"{name}_scale"])

        self._tables = [dequantised(f"inner.embeddings.{kind}_embeddings.weight") for kind in ("word", "position")]
        self._tables.append(torch.tensor(known["inner.embeddings.token_type_embeddings.weight"][0]))
        plain = [name for name in known if name.endswith("bias") or "LayerNorm" in name]
        self.plain = {name: torch.tensor(known[name]).requires_grad_() for name in plain}
        # In the order of the file: query, key, value, output, intermediate, output of each layer.
        self._names = sorted(
            (name.removesuffix("_q") for name in known if name.startswith("val_") and name.endswith("_q")),
            key=lambda name: int(name.removeprefix("val_")),
        )
        self._matrices = {name: dequantised(name).bfloat16() for name in self._names}
        self._scales = {name: torch.tensor(known[f"{name}_scale"]) for name in self._names}
        self.stretch = {name: torch.ones(scale.shape[1]).requires_grad_() for name, scale in self._scales.items()}
        self.heads = [torch.zeros(WIDTH, len(NAMES)).requires_grad_() for _ in range(2)]
        self.bias = torch.full((len(NAMES),), -4.0).requires_grad_()

    def scores(self, said: Any, asked: Any) -> Any:
        """Logits, lessons x classes. The factors let directions of length 1 reach far enough at one rate."""
        return 8 * (said @ self.heads[0]) + 4 * (asked @ self.heads[1]) + self.bias

    def learnt(self) -> dict[str, Any]:
        """What was learnt, by name, as numpy arrays."""
        scales = {f"{name}_scale": self._scales[name] * stretch for name, stretch in self.stretch.items()}
        heads = {"said": 8 * self.heads[0].T, "asked": 4 * self.heads[1].T, "bias": self.bias}
        return {name: value.detach().numpy() for name, value in {**self.plain, **scales, **heads}.items()}

    def directions(self, texts: Sequence[Sequence[int]]) -> Any:
        """Numbers of pieces -> where their mean vectors point (texts x 384)."""
        longest = max(map(len, texts))
        pieces = torch.tensor([[*text, *[0] * (longest - len(text))] for text in texts])
        given = torch.tensor([[1.0] * len(text) + [0.0] * (longest - len(text)) for text in texts])
        vectors = self._encoded(pieces, given)
        counted = torch.tensor([[0.0] + [1.0] * (len(text) - 2) + [0.0] * (longest - len(text) + 1) for text in texts])
        mean = (vectors * counted[:, :, None]).sum(1) / (counted.sum(1, keepdim=True) + 1e-6)
        return mean / (mean.norm(dim=1, keepdim=True) + 1e-9)

    def _encoded(self, pieces: Any, given: Any) -> Any:
        words, positions, kind = self._tables
        state = self._normed(words[pieces] + positions[: pieces.shape[1]] + kind, "inner.embeddings.LayerNorm")
        mask = ((1 - given) * -1e4)[:, None, None, :]
        for layer in range(LAYERS):
            state = self._layer(state, mask, layer)
        return state

    def _layer(self, state: Any, mask: Any, layer: int) -> Any:
        at, names = f"inner.encoder.layer.{layer}", self._names[6 * layer : 6 * layer + 6]
        shape = (*state.shape[:2], HEADS, WIDTH // HEADS)
        query, key, value = (
            self._linear(state, names[number], f"{at}.attention.self.{part}").view(shape).transpose(1, 2)
            for number, part in enumerate(("query", "key", "value"))
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask.to(query.dtype))
        mixed = self._linear(mixed.transpose(1, 2).reshape(state.shape), names[3], f"{at}.attention.output.dense")
        state = self._normed(state + mixed, f"{at}.attention.output.LayerNorm")
        inner = functional.gelu(self._linear(state, names[4], f"{at}.intermediate.dense"))
        return self._normed(state + self._linear(inner, names[5], f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _linear(self, x: Any, matrix: str, place: str) -> Any:
        half = torch.bfloat16
        return (x.to(half) @ self._matrices[matrix]) * self.stretch[matrix].to(half) + self.plain[f"{place}.bias"].to(
            half
        )

    def _normed(self, x: Any, place: str) -> Any:
        return functional.layer_norm(
            x.float(), (WIDTH,), self.plain[f"{place}.weight"], self.plain[f"{place}.bias"], 1e-12
        )


def teach(net: Network, taught: Sequence[Lesson]) -> None:
    """Some passes over the lessons; the rate rises over 50 steps and falls to nothing at the end."""
    reader = tokenizers.Tokenizer.from_file(str(model.find()[model.TOKENIZER_FILE]))
    said = [reader.encode(lesson.text).ids for lesson in taught]
    asked = [reader.encode(lesson.rep).ids if lesson.rep else None for lesson in taught]
    right = torch.tensor([[float(name in lesson.cues) for name in NAMES] for lesson in taught])
    counts = torch.tensor([[float(name not in lesson.may) for name in NAMES] for lesson in taught])
    rates = [
        {"params": [*net.plain.values(), *net.stretch.values()], "lr": RATE, "weight_decay": 0.0},
        {"params": net.heads, "lr": HEAD_RATE, "weight_decay": 0.01},
        {"params": [net.bias], "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(rates, fused=True)
    steps = EPOCHS * math.ceil(len(taught) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 50) * (1 - step / steps))
    for step, batch in enumerate(_batches(said)):
        features = [functional.dropout(part, 0.1) for part in _features(net, batch, said, asked)]
        each = functional.binary_cross_entropy_with_logits(net.scores(*features), right[batch], reduction="none")
        loss = (each * counts[batch]).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)


def _features(net: Network, batch: list[int], said: list[list[int]], asked: list[list[int] | None]) -> tuple[Any, Any]:
    """What was said and what the rep had said; the latter is not learnt from, which saves a third of the work."""
    with torch.autocast("cpu", torch.bfloat16):
        meant = net.directions([said[number] for number in batch]).float()
        context = torch.zeros(len(batch), WIDTH)
        rows = [(row, text) for row, number in enumerate(batch) if (text := asked[number]) is not None]
        if rows:
            with torch.no_grad():
                context[[row for row, _ in rows]] = net.directions([text for _, text in rows]).float()
    return meant, context


def _batches(said: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Lessons of like length together, in an order of chance."""
    chance = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = chance.permutation(len(said)).tolist()
        pools = [
            sorted(order[at : at + 20 * BATCH], key=lambda n: len(said[n])) for at in range(0, len(order), 20 * BATCH)
        ]
        batches = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        for at in chance.permutation(len(batches)):
            yield batches[at]


if __name__ == "__main__":
    main()

"""Teaches the sentence model what prospects mean: `python -m tests.bench.teach_model OUT.npz`, where torch is.

What is learnt is small: the biases, the norms, and for each matrix a narrow pair whose product is added to it; and with
them a first form of the heads. Lessons are heard otherwise each time: as a recogniser writes them, with a word lost, or
without what the rep said. Deterministic on one machine. Turns that are kept apart have no part in it. Then run
`python -m tests.bench.teach_heads`.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from detectors.meaning import model
from detectors.meaning.lesson import DOWN, QUANTISED, SCALE, UP
from detectors.meaning.onnx_weights import weights
from detectors.meaning.pieces import Pieces, Reader
from tests.bench.teaching import NAMES, Lesson, lessons

# Development only: no dependency of the project, and without types here.
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")

LAYERS, WIDTH, HEADS, RANK = 6, 384, 12, 8
EPOCHS, BATCH, RATE, HEAD_RATE, DROPOUT, SEED = 4, 32, 1e-3, 1e-2, 0.1, 1
AS_RECOGNISED, WITHOUT_REP, WORD_LOST = 0.25, 0.1, 0.03
"""How often a lesson is heard without marks and capitals, without the turn before it; how often a word is lost."""


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
            return torch.tensor(known[name + QUANTISED].astype(np.float32) * known[name + SCALE])

        self._tables = [dequantised(f"inner.embeddings.{kind}_embeddings.weight") for kind in ("word", "position")]
        self._tables.append(torch.tensor(known["inner.embeddings.token_type_embeddings.weight"][0]))
        plain = [name for name in known if name.endswith("bias") or "LayerNorm" in name]
        self.plain = {name: torch.tensor(known[name]).requires_grad_() for name in plain}
        # In the order of the file: query, key, value, output, intermediate, output of each layer.
        self._names = sorted(
            (name.removesuffix(QUANTISED) for name in known if name.startswith("val_") and name.endswith(QUANTISED)),
            key=lambda name: int(name.removeprefix("val_")),
        )
        self._matrices = {name: dequantised(name).bfloat16() for name in self._names}
        self.down = {name: torch.randn(m.shape[0], RANK) * m.shape[0] ** -0.5 for name, m in self._matrices.items()}
        self.up = {name: torch.zeros(RANK, m.shape[1]) for name, m in self._matrices.items()}
        self.head = torch.zeros(WIDTH, len(NAMES)).requires_grad_()
        self.bias = torch.full((len(NAMES),), -4.0).requires_grad_()
        for narrow in (*self.down.values(), *self.up.values()):
            narrow.requires_grad_()

    def scores(self, said: Any) -> Any:
        """Logits, lessons x classes. The factor lets directions of length 1 reach far enough at one rate."""
        return 8 * (said @ self.head) + self.bias

    def learnt(self) -> dict[str, Any]:
        """What was learnt, by name, as numpy arrays."""
        narrow = {name + DOWN: value for name, value in self.down.items()}
        narrow |= {name + UP: value for name, value in self.up.items()}
        learnt = {**self.plain, **narrow, "said": 8 * self.head.T, "bias": self.bias}
        return {name: value.detach().numpy() for name, value in learnt.items()}

    def directions(self, texts: Sequence[Pieces]) -> Any:
        """Texts -> where their mean vectors point (texts x 384), float32."""
        longest = max(len(text.ids) for text in texts)
        pieces = torch.tensor([[*text.ids, *[0] * (longest - len(text.ids))] for text in texts])
        places = torch.arange(longest)[None]
        ends = torch.tensor([[len(text.ids)] for text in texts])
        begins = ends - 1 - torch.tensor([[len(text.spans)] for text in texts])
        vectors = self._encoded(pieces, places < ends).float()
        counted = ((places >= begins) & (places < ends - 1)).float()[:, :, None]
        return functional.normalize((vectors * counted).sum(1) / counted.sum(1).clamp(min=1), dim=1)

    def _encoded(self, pieces: Any, given: Any) -> Any:
        words, positions, kind = self._tables
        state = self._normed(words[pieces] + positions[: pieces.shape[1]] + kind, "inner.embeddings.LayerNorm")
        mask = torch.where(given, 0.0, -1e4)[:, None, None, :].bfloat16()
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
        likely = torch.softmax(query @ key.transpose(2, 3) * (WIDTH // HEADS) ** -0.5 + mask, dim=3)
        mixed = likely.to(value.dtype) @ value
        mixed = self._linear(mixed.transpose(1, 2).reshape(state.shape), names[3], f"{at}.attention.output.dense")
        state = self._normed(state + self._dropped(mixed), f"{at}.attention.output.LayerNorm")
        inner = functional.gelu(self._linear(state, names[4], f"{at}.intermediate.dense"))
        added = self._dropped(self._linear(inner, names[5], f"{at}.output.dense"))
        return self._normed(state + added, f"{at}.output.LayerNorm")

    def _linear(self, x: Any, matrix: str, place: str) -> Any:
        x, half = x.bfloat16(), torch.bfloat16
        added = (x @ self.down[matrix].to(half)) @ self.up[matrix].to(half)
        return x @ self._matrices[matrix] + added + self.plain[f"{place}.bias"].to(half)

    def _dropped(self, x: Any) -> Any:
        return functional.dropout(x, DROPOUT)

    def _normed(self, x: Any, place: str) -> Any:
        return functional.layer_norm(
            x.float(), (WIDTH,), self.plain[f"{place}.weight"], self.plain[f"{place}.bias"], 1e-12
        )


def teach(net: Network, taught: Sequence[Lesson]) -> None:
    """Some passes over the lessons; the rate rises over 50 steps and falls to nothing at the end."""
    reader = Reader(model.find()[model.TOKENIZER_FILE])
    right = torch.tensor([[float(name in lesson.cues) for name in NAMES] for lesson in taught])
    counts = torch.tensor([[float(name not in lesson.may) for name in NAMES] for lesson in taught])
    rates = [
        {"params": [*net.plain.values(), *net.down.values(), *net.up.values()], "lr": RATE, "weight_decay": 0.0},
        {"params": [net.head], "lr": HEAD_RATE, "weight_decay": 0.01},
        {"params": [net.bias], "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(rates, fused=True)
    steps = EPOCHS * math.ceil(len(taught) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 50) * (1 - step / steps))
    chance = np.random.default_rng(SEED)
    for step, batch in enumerate(_batches([len(lesson.text) for lesson in taught], chance)):
        meant = net.directions([reader.read(*_heard(taught[number], chance)) for number in batch])
        scores = net.scores(functional.dropout(meant, DROPOUT))
        each = functional.binary_cross_entropy_with_logits(scores, right[batch], reduction="none")
        loss = (each * counts[batch]).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)


def _heard(lesson: Lesson, chance: np.random.Generator) -> tuple[str, str | None]:
    """A lesson as it may be heard this time: its text, and what the rep said before."""
    words = [word for word in lesson.text.split() if chance.random() >= WORD_LOST] or lesson.text.split()
    text = " ".join(words)
    if chance.random() < AS_RECOGNISED:
        text = "".join(sign for sign in text.lower() if sign not in ".,!?;:")
    return text, None if chance.random() < WITHOUT_REP else lesson.rep


def _batches(lengths: Sequence[int], chance: np.random.Generator) -> Iterator[list[int]]:
    """Lessons of like length together, in an order of chance."""
    for _ in range(EPOCHS):
        order = chance.permutation(len(lengths)).tolist()
        pools = [
            sorted(order[at : at + 20 * BATCH], key=lengths.__getitem__) for at in range(0, len(order), 20 * BATCH)
        ]
        batches = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        for at in chance.permutation(len(batches)):
            yield batches[at]


if __name__ == "__main__":
    main()

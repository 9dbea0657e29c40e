"""Teaches the sentence model what prospects mean: `python -m tests.bench.teach_model FOLDER`, where torch is.

What is learnt is small: the biases, the norms, the table of relative places, and for each matrix a narrow pair whose
product is added to it; and with them a first form of the heads. Lessons are heard otherwise each time: as a recogniser
writes them, with a word lost, or without what the rep said. Deterministic on one machine. Turns that are kept apart
have no part in it. Each sitting leaves its file in FOLDER; one that is there already is not sat again. Then run
`python -m tests.bench.teach_heads FOLDER/second.npz`.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detectors.meaning import model
from detectors.meaning.lesson import DOWN, REACH, UP, WEIGHT
from detectors.meaning.network import FIRST_PLACE, HEADS, LAYERS, NORM_EPSILON, WIDTH, buckets
from detectors.meaning.pieces import Pieces, Reader
from tests.bench.teaching import NAMES, Lesson, lessons

# Development only: no dependency of the project, and without types here.
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")

RANK, BATCH, DROPOUT, SEED, THREADS = 16, 32, 0.1, 1, 2
HEADS_AHEAD = 20
"""How many times as fast the heads learn."""

AS_RECOGNISED, WITHOUT_REP, WORD_LOST = 0.25, 0.1, 0.03
"""How often a lesson is heard without marks and capitals, without the turn before it; how often a word is lost."""

REACHED_IN = 400
"""Lessons by which the reach of what goes into each matrix is told."""

RELATIVE = "encoder.relative_attention_bias.weight"


class Sitting(msgspec.Struct, frozen=True):
    """A course of lessons. `is_later`: the later lessons each time, and another third of the others."""

    name: str
    epochs: int
    rate: float
    is_later: bool

    def passes(self, taught: Sequence[Lesson]) -> list[list[int]]:
        """The lessons of each pass, by number."""
        if not self.is_later:
            return [[at for at, lesson in enumerate(taught) if not lesson.is_later]] * self.epochs
        return [
            [at for at, lesson in enumerate(taught) if lesson.is_later or at % 3 == epoch]
            for epoch in range(self.epochs)
        ]


SITTINGS = (Sitting("first", 3, 5e-4, is_later=False), Sitting("second", 2, 2e-4, is_later=True))


def main() -> None:
    """Teaches, and tells how it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    kept = parser.parse_args().folder
    kept.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        net = Network(model.untaught(Path(folder)))
        reader = Reader(Path(folder) / model.TOKENIZER_FILE)
    taught = [lesson for lesson in lessons() if not lesson.is_apart]
    some = np.random.default_rng(SEED).permutation(len(taught))[:REACHED_IN]
    for sitting in SITTINGS:
        file = kept / f"{sitting.name}.npz"
        if not file.exists():
            torch.manual_seed(SEED)
            teach(net, reader, taught, sitting)
            reaches = net.reaches([reader.read(taught[at].text, taught[at].rep) for at in some])
            np.savez(file, **net.learnt(), **reaches)
        with np.load(file) as learnt:
            net.go_on_from(learnt)


class Network:
    """MPNet by the names of its weights, with what may be learnt."""

    def __init__(self, known: dict[str, Any]) -> None:
        kinds = ("word", "position")
        self._words, self._places = (torch.tensor(known[f"embeddings.{kind}_embeddings.weight"]) for kind in kinds)
        kept = [name for name in known if not name.startswith("pooler") and (known[name].ndim == 1 or name == RELATIVE)]
        self.plain = {name: torch.tensor(known[name]).requires_grad_() for name in kept}
        names = [name.removesuffix(WEIGHT) for name in known if name.startswith("encoder.layer") and name not in kept]
        self._matrices = {name: torch.tensor(known[name + WEIGHT]).T.contiguous().bfloat16() for name in names}
        self.down = {name: torch.randn(m.shape[0], RANK) * m.shape[0] ** -0.5 for name, m in self._matrices.items()}
        self.up = {name: torch.zeros(RANK, m.shape[1]) for name, m in self._matrices.items()}
        self.head = torch.zeros(WIDTH, len(NAMES)).requires_grad_()
        self.bias = torch.full((len(NAMES),), -4.0).requires_grad_()
        self._reached: dict[str, Any] | None = None
        for narrow in (*self.down.values(), *self.up.values()):
            narrow.requires_grad_()

    def scores(self, said: Any) -> Any:
        """Logits, lessons x classes. The factor lets directions of length 1 reach far enough at one rate."""
        return 8 * (said @ self.head) + self.bias

    def learnt(self) -> dict[str, Any]:
        """What was learnt, by name, as numpy arrays."""
        learnt = {**self._shared(), "said": 8 * self.head.T}
        return {name: value.detach().numpy() for name, value in learnt.items()}

    def go_on_from(self, learnt: Mapping[str, Any]) -> None:
        """Takes on what was learnt before, as `learnt` told it."""
        with torch.no_grad():
            for name, value in self._shared().items():
                value.copy_(torch.tensor(learnt[name]))
            self.head.copy_(torch.tensor(learnt["said"]).T / 8)

    def _shared(self) -> dict[str, Any]:
        """What may be learnt, by the name it is kept under, but for the heads."""
        narrow = {name + DOWN: value for name, value in self.down.items()}
        narrow |= {name + UP: value for name, value in self.up.items()}
        return {**self.plain, **narrow, "bias": self.bias}

    def reaches(self, texts: Sequence[Pieces]) -> dict[str, Any]:
        """How far from nothing the inputs of each matrix come in these texts, by channel (lesson.py)."""
        reached: dict[str, Any] = {}
        self._reached = reached
        with torch.no_grad():
            for text in texts:
                self.directions([text])
        self._reached = None
        return {name + REACH: value.numpy() for name, value in reached.items()}

    def directions(self, texts: Sequence[Pieces]) -> Any:
        """Texts -> where their mean vectors point (texts x 768), float32."""
        longest = max(len(text.ids) for text in texts)
        pieces = torch.tensor([[*text.ids, *[1] * (longest - len(text.ids))] for text in texts])
        places = torch.arange(longest)[None]
        ends = torch.tensor([[len(text.ids)] for text in texts])
        begins = ends - 1 - torch.tensor([[len(text.spans)] for text in texts])
        vectors = self._encoded(pieces, places < ends).float()
        counted = ((places >= begins) & (places < ends - 1)).float()[:, :, None]
        return functional.normalize((vectors * counted).sum(1) / counted.sum(1).clamp(min=1), dim=1)

    def _encoded(self, pieces: Any, given: Any) -> Any:
        length = pieces.shape[1]
        places = self._places[FIRST_PLACE : FIRST_PLACE + length]
        state = self._normed(self._words[pieces] + places, "embeddings.LayerNorm")
        apart = self.plain[RELATIVE][torch.tensor(buckets(length))].permute(2, 0, 1)[None]
        mask = (torch.where(given, 0.0, -1e4)[:, None, None, :] + apart).bfloat16()
        for layer in range(LAYERS):
            state = self._layer(state, mask, f"encoder.layer.{layer}")
        return state

    def _layer(self, state: Any, mask: Any, at: str) -> Any:
        shape = (*state.shape[:2], HEADS, WIDTH // HEADS)
        parts = (self._linear(state, f"{at}.attention.attn.{part}").view(shape).transpose(1, 2) for part in "qkv")
        mixed = functional.scaled_dot_product_attention(*parts, attn_mask=mask)
        mixed = self._linear(mixed.transpose(1, 2).reshape(state.shape), f"{at}.attention.attn.o")
        state = self._normed(state + self._dropped(mixed), f"{at}.attention.LayerNorm")
        inner = functional.gelu(self._linear(state, f"{at}.intermediate.dense"))
        return self._normed(state + self._dropped(self._linear(inner, f"{at}.output.dense")), f"{at}.output.LayerNorm")

    def _linear(self, x: Any, name: str) -> Any:
        if self._reached is not None:
            reach = x.float().abs().flatten(0, -2).amax(0)
            self._reached[name] = torch.maximum(self._reached.get(name, reach), reach)
        x, half = x.bfloat16(), torch.bfloat16
        added = (x @ self.down[name].to(half)) @ self.up[name].to(half)
        return x @ self._matrices[name] + added + self.plain[f"{name}.bias"].to(half)

    def _dropped(self, x: Any) -> Any:
        return functional.dropout(x, DROPOUT, self._reached is None)

    def _normed(self, x: Any, name: str) -> Any:
        shares = self.plain[f"{name}.weight"], self.plain[f"{name}.bias"]
        return functional.layer_norm(x.float(), (WIDTH,), *shares, NORM_EPSILON)


def teach(net: Network, reader: Reader, taught: Sequence[Lesson], sitting: Sitting) -> None:
    """Some passes over lessons; the rate rises over 100 steps and falls to nothing at the end."""
    right = torch.tensor([[float(name in lesson.cues) for name in NAMES] for lesson in taught])
    counts = torch.tensor([[float(name not in lesson.may) for name in NAMES] for lesson in taught])
    rate, heads_rate = sitting.rate, HEADS_AHEAD * sitting.rate
    rates = [
        {"params": [*net.plain.values(), *net.down.values(), *net.up.values()], "lr": rate, "weight_decay": 0.0},
        {"params": [net.head], "lr": heads_rate, "weight_decay": 0.01},
        {"params": [net.bias], "lr": heads_rate, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(rates, fused=True)
    passes = sitting.passes(taught)
    steps = sum(math.ceil(len(numbers) / BATCH) for numbers in passes)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 100) * (1 - step / steps))
    chance = np.random.default_rng(SEED)
    for step, batch in enumerate(_batches(passes, [len(lesson.text) for lesson in taught], chance)):
        meant = net.directions([reader.read(*_heard(taught[number], chance)) for number in batch])
        scores = net.scores(functional.dropout(meant, DROPOUT))
        each = functional.binary_cross_entropy_with_logits(scores, right[batch], reduction="none")
        loss = (each * counts[batch]).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"{sitting.name} sitting, step {step} of {steps}: loss {loss.item():.3f}", flush=True)


def _heard(lesson: Lesson, chance: np.random.Generator) -> tuple[str, str | None]:
    """A lesson as it may be heard this time: its text, and what the rep said before."""
    words = [word for word in lesson.text.split() if chance.random() >= WORD_LOST] or lesson.text.split()
    text = " ".join(words)
    if chance.random() < AS_RECOGNISED:
        text = "".join(sign for sign in text.lower() if sign not in ".,!?;:")
    return text, None if chance.random() < WITHOUT_REP else lesson.rep


def _batches(
    passes: Sequence[Sequence[int]], lengths: Sequence[int], chance: np.random.Generator
) -> Iterator[list[int]]:
    """Lessons of like length together, in an order of chance."""
    for numbers in passes:
        order = chance.permutation(numbers).tolist()
        pools = [
            sorted(order[at : at + 20 * BATCH], key=lengths.__getitem__) for at in range(0, len(order), 20 * BATCH)
        ]
        batches = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        for at in chance.permutation(len(batches)):
            yield batches[at]


if __name__ == "__main__":
    main()

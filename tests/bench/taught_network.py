"""The sentence model as it learns: its weights held fast, and what may be learnt beside them, in torch."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import accumulate
from typing import Any

from detectors.meaning.lesson import DOWN, REACH, UP, WEIGHT
from detectors.meaning.network import FIRST_PLACE, HEADS, LAYERS, WIDTH, buckets
from detectors.meaning.pieces import Pieces
from streaming.onnx_graph import NORM_EPSILON
from tests.bench.teaching import NAMES

# Development only: no dependency of the project, and without types here.
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")

RANK, DROPOUT = 16, 0.1
RELATIVE = "encoder.relative_attention_bias.weight"


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

    def judged(self, texts: Sequence[Pieces], clauses: Sequence[list[list[int]]] | None = None) -> tuple[Any, Any]:
        """Logits, texts x classes: of the whole, and of the clause that speaks most for each class, if any are given.

        The factor lets directions of length 1 reach far enough at one rate.
        """
        wholes = [[[*range(len(text.spans))]] for text in texts]
        parts = wholes
        if clauses is not None:
            parts = [[*whole, *(of_it or whole)] for whole, of_it in zip(wholes, clauses, strict=True)]
        scores = 8 * (functional.dropout(self.directions(texts, parts), DROPOUT) @ self.head) + self.bias
        ends = list(accumulate(len(its) for its in parts))
        begins = [0, *ends[:-1]]
        if clauses is None:
            return scores[begins], None
        best = [scores[begin + 1 : end].amax(0) for begin, end in zip(begins, ends, strict=True)]
        return scores[begins], torch.stack(best)

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
                self.directions([text], [[[*range(len(text.spans))]]])
        self._reached = None
        return {name + REACH: value.numpy() for name, value in reached.items()}

    def directions(self, texts: Sequence[Pieces], parts: Sequence[Sequence[Sequence[int]]]) -> Any:
        """Texts, of each some parts by their pieces -> where the mean of each part points (parts x 768), float32."""
        longest = max(len(text.ids) for text in texts)
        pieces = torch.tensor([[*text.ids, *[1] * (longest - len(text.ids))] for text in texts])
        ends = torch.tensor([[len(text.ids)] for text in texts])
        vectors = self._encoded(pieces, torch.arange(longest)[None] < ends).float().flatten(0, 1)
        begins = [row * longest + len(text.ids) - 1 - len(text.spans) for row, text in enumerate(texts)]
        places = [[begin + at for at in part] for begin, its in zip(begins, parts, strict=True) for part in its]
        which = torch.tensor([number for number, part in enumerate(places) for _ in part], dtype=torch.long)
        where = torch.tensor([at for part in places for at in part], dtype=torch.long)
        return functional.normalize(torch.zeros(len(places), WIDTH).index_add(0, which, vectors[where]), dim=1)

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

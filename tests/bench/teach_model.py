"""Teaches the sentence model what prospects mean: `python -m tests.bench.teach_model FOLDER`, where torch is.

What is learnt is small: the biases, the norms, the table of relative places, and for each matrix a narrow pair whose
product is added to it; and with them a first form of the heads. Lessons are heard otherwise each time: as a recogniser
writes them, with a word lost, without what the rep said, or with something more said before or behind. Deterministic on
one machine. Turns that are kept apart have no part in it. Each sitting leaves its file in FOLDER; one that is there
already is not sat again. Then run `python -m tests.bench.teach_heads FOLDER/eighth.npz FOLDER/ninth.npz`.

What was learnt was learnt sitting by sitting as turns were written, each from the file before it. It was not taught
again from the first on, where the order of the lessons is another by now. What ships is the mean of the last two.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detectors.meaning import model
from detectors.meaning.evidence import telling
from detectors.meaning.pieces import Reader
from tests.bench.rounded import as_kept, as_read
from tests.bench.taught_network import Network
from tests.bench.teaching import NAMES, Lesson, lessons
from tests.detectors import spoken_turns

# Development only: no dependency of the project, and without types here.
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")

BATCH, SEED, THREADS = 32, 1, 2
HEADS_AHEAD = 20
"""How many times as fast the heads learn."""

AS_RECOGNISED, WITHOUT_REP, WORD_LOST = 0.25, 0.1, 0.03
"""How often a lesson is heard without marks and capitals, without the turn before it; how often a word is lost."""

REACHED_IN = 400
"""Lessons by which the reach of what goes into each matrix is told."""


class Sitting(msgspec.Struct, frozen=True):
    """A course of lessons: those that are new in it each time, and of those before one in `others` a time.

    `by_clause` is what the best clause of a lesson counts for beside the whole of it, `told_more` how often a lesson
    has another around it, in which there is nothing to be heard. One that `goes_on_as_kept` begins with what was learnt
    before as it had shipped (rounded.py): the numbers behind it were no longer there.
    """

    name: str
    epochs: int
    rate: float
    others: int = 1
    by_clause: float = 0.0
    told_more: float = 0.0
    goes_on_as_kept: bool = False

    def passes(self, taught: Sequence[Lesson], number: int) -> list[list[int]]:
        """The lessons of each pass, by their places; this is the sitting of that number."""
        known = [(at, lesson) for at, lesson in enumerate(taught) if lesson.sitting <= number]
        return [
            [at for at, lesson in known if lesson.sitting == number or at % self.others == epoch]
            for epoch in range(self.epochs)
        ]


SITTINGS = (
    Sitting("first", 3, 5e-4),
    Sitting("second", 2, 2e-4, others=3),
    Sitting("third", 1, 2e-4, others=8, by_clause=0.5, told_more=0.2),
    Sitting("fourth", 2, 2e-4, others=4, by_clause=0.5, told_more=0.2, goes_on_as_kept=True),
    # Nothing new in these two: after the fourth it still had every seventh of what it had been taught wrong.
    Sitting("fifth", 1, 4e-4, by_clause=0.5, told_more=0.2),
    Sitting("sixth", 1, 6e-4, by_clause=0.5, told_more=0.2),
    Sitting("seventh", 2, 5e-4, others=2, by_clause=0.5, told_more=0.2),
    Sitting("eighth", 2, 5e-4, others=2, by_clause=0.5, told_more=0.2),
    Sitting("ninth", 2, 5e-4, others=4, by_clause=0.5, told_more=0.2),
)


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
    learnt: dict[str, Any] = {}
    for number, (sitting, _) in enumerate(zip(SITTINGS, spoken_turns.SITTINGS, strict=True), 1):
        if learnt:
            net.go_on_from(as_read(as_kept(learnt)) if sitting.goes_on_as_kept else learnt)
        file = kept / f"{sitting.name}.npz"
        if not file.exists():
            torch.manual_seed(SEED)
            teach(net, reader, taught, sitting, number)
            reaches = net.reaches([reader.read(taught[at].text, taught[at].rep) for at in some])
            np.savez(file, **net.learnt(), **reaches)
        with np.load(file) as found:
            learnt = dict(found)


def teach(net: Network, reader: Reader, taught: Sequence[Lesson], sitting: Sitting, number: int) -> None:
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
    passes = sitting.passes(taught, number)
    steps = sum(math.ceil(len(numbers) / BATCH) for numbers in passes)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 100) * (1 - step / steps))
    silent = [lesson.text for lesson in taught if not lesson.cues and not lesson.may]
    chance = np.random.default_rng(SEED)
    for step, batch in enumerate(_batches(passes, [len(lesson.text) for lesson in taught], chance)):
        heard = [_heard(_told_more(taught[at], silent, sitting, chance), chance) for at in batch]
        texts = [reader.read(*each) for each in heard]
        clauses = [telling(said, text.spans) for (said, _), text in zip(heard, texts, strict=True)]
        wholes, best = net.judged(texts, clauses if sitting.by_clause else None)
        loss = _wrong(wholes, right[batch], counts[batch])
        if sitting.by_clause:
            loss = loss + sitting.by_clause * _wrong(best, right[batch], counts[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"{sitting.name} sitting, step {step} of {steps}: loss {loss.item():.3f}", flush=True)


def _told_more(lesson: Lesson, silent: Sequence[str], sitting: Sitting, chance: np.random.Generator) -> Lesson:
    """Perhaps with a turn before or behind it in which there is nothing to be heard."""
    if not sitting.told_more or chance.random() >= sitting.told_more:
        return lesson
    both = [lesson.text, silent[int(chance.integers(len(silent)))]]
    return msgspec.structs.replace(lesson, text=" ".join(both[:: int(chance.choice((1, -1)))]))


def _heard(lesson: Lesson, chance: np.random.Generator) -> tuple[str, str | None]:
    """A lesson as it may be heard this time: its text, and what the rep said before."""
    words = [word for word in lesson.text.split() if chance.random() >= WORD_LOST] or lesson.text.split()
    text = " ".join(words)
    if chance.random() < AS_RECOGNISED:
        text = "".join(sign for sign in text.lower() if sign not in ".,!?;:")
    return text, None if chance.random() < WITHOUT_REP else lesson.rep


def _wrong(scores: Any, right: Any, counts: Any) -> Any:
    each = functional.binary_cross_entropy_with_logits(scores, right, reduction="none")
    return (each * counts).sum(1).mean()


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

"""Retrains the layer norms and biases of Whisper on windows as short as the speech, by its own answers at 30 s.

`python -m streaming.short_window.train --help`; `teacher.py` makes the lessons first.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from streaming.short_window import augment, corpus, network, window
from streaming.short_window.augment import Surroundings
from streaming.short_window.lesson import Lesson, read
from streaming.short_window.model_file import parse
from streaming.short_window.network import Weights

SAMPLES_A_STEP = 4
UNSPOKEN = 0.08  # of the samples
WARM_UP_STEPS = 20
LEAST_RATE = 0.03  # of the learning rate, at the end of the cosine
AVERAGED = 0.99  # what is saved is the running mean of the weights, so that a checkpoint in mid-course is good too
STRANGERS = 256  # tokens drawn at random beside the likely ones, so that none of the rest can rise unseen
CHECK_EVERY_STEPS = 100

torch = network.torch
functional = network.functional


class Course(msgspec.Struct, frozen=True):
    """How long and how fast to learn, and from which dice."""

    steps: int
    rate: float
    seed: int


class Student:
    """The unpatched weights, the trainable copies of some, and their running mean."""

    def __init__(self, model_file: Path) -> None:
        self.taught = network.load(parse(model_file.read_bytes(), model_file).tensors)
        self.names = network.trainable(self.taught)
        self.weights: Weights = dict(self.taught)
        self.weights.update({name: self.taught[name].clone().requires_grad_() for name in self.names})
        self.mean: Weights = {name: self.taught[name].clone() for name in self.names}

    def average(self, step: int) -> None:
        """Moves the mean towards the weights; quickly in the first steps, when it is far behind."""
        keep = min(AVERAGED, (1 + step) / (10 + step))
        with torch.no_grad():
            for name in self.names:
                self.mean[name].mul_(keep).add_(self.weights[name], alpha=1 - keep)

    def averaged(self) -> Weights:
        """All weights, the trained ones by their mean."""
        return {**self.taught, **self.mean}

    def lesson_loss(self, lesson: Lesson, mel: Any, weights: Weights, dice: np.random.Generator) -> tuple[Any, Any]:
        """(loss, divergence): how far the student's states and words are from the teacher's.

        The last place is where the text must end, which is where loops begin; the first is where Whisper says
        whether anybody speaks at all.
        """
        hidden = network.decode(weights, network.encode(weights, mel), torch.from_numpy(lesson.tokens).long()[None])[0]
        target = torch.from_numpy(lesson.hidden.astype(np.float32))
        strangers = dice.integers(lesson.tokens[0] - 1, size=STRANGERS)
        # The prompt's end less one is "nobody speaks", its begin less one ends a text, in every Whisper.
        tokens = torch.from_numpy(np.unique(np.concatenate([lesson.candidates, strangers, lesson.tokens])).astype(int))
        wanted = functional.log_softmax(network.logits(self.taught, target, tokens), -1)
        given = functional.log_softmax(network.logits(self.taught, hidden, tokens), -1)
        divergence = (wanted.exp() * (wanted - given)).sum(-1)
        spread = (hidden[1:] - target[1:]).square().mean() / target[1:].square().mean()
        text = divergence[1:].mean()
        return spread + text + 0.3 * divergence[-1] + 0.1 * divergence[0], text

    def unspoken_loss(self, prompt: Sequence[int], mel: Any) -> Any:
        """How far the student is from saying that nobody speaks, and from ending the text at once."""
        hidden = network.decode(self.weights, network.encode(self.weights, mel), torch.tensor([prompt]))[0]
        scores = network.logits(self.taught, hidden[[0, -1]])
        nobody, end = prompt[-1] - 1, prompt[0] - 1
        losses = functional.cross_entropy(scores, torch.tensor([nobody, end]), reduction="none")
        return 0.2 * losses[0] + 0.5 * losses[1]


def student_frames(frames: int, dice: np.random.Generator) -> int:
    """A window for a crop: exact to 3 s longer, and in a tenth of the draws 10 or 30 s for the fall-back."""
    draw = dice.random()
    if draw < 0.06:
        return max(1000, window.allowed(frames + 64))
    if draw < 0.09:
        return window.FULL_FRAMES
    if draw < 0.35:
        return window.allowed(frames)
    return window.allowed(frames + int(dice.integers(0, 130 if draw < 0.8 else 300)))


def learn(student: Student, lessons: list[Lesson], around: Surroundings, course: Course) -> Iterator[tuple[int, float]]:
    """Trains `student`, yielding (steps done, mean loss) after each step. Deterministic for a course on one thread."""
    dice = np.random.default_rng(course.seed)
    parameters = [student.weights[name] for name in student.names]
    optimiser = torch.optim.AdamW(parameters, lr=course.rate, betas=(0.9, 0.98), weight_decay=0.0)
    order = _endless(lessons, dice)
    prompt = _prompt(lessons[0])
    for step in range(course.steps):
        for group in optimiser.param_groups:
            group["lr"] = course.rate * _share(step, course.steps)
        optimiser.zero_grad(set_to_none=True)
        total = 0.0
        for _ in range(SAMPLES_A_STEP):
            if dice.random() < UNSPOKEN:
                sound = augment.unspoken(around, dice)
                loss = student.unspoken_loss(prompt, _mel(sound, student_frames(window.frames_of(sound), dice)))
            else:
                lesson = next(order)
                sound = augment.augmented(lesson.sound, around, dice)
                mel = _mel(sound, student_frames(window.frames_of(sound), dice))
                loss, _ = student.lesson_loss(lesson, mel, student.weights, dice)
            (loss / SAMPLES_A_STEP).backward()
            total += float(loss.detach()) / SAMPLES_A_STEP
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        student.average(step)
        yield step + 1, total


def divergences(student: Student, lessons: Sequence[Lesson]) -> dict[str, float]:
    """Mean divergence from the teacher per window: exact, +0.64 s, 10 s; of the averaged weights."""
    weights, dice = student.averaged(), np.random.default_rng(0)
    found: dict[str, float] = {}
    with torch.no_grad():
        for label, margin, least in (("exact", 0, 0), ("+0.64 s", 64, 0), ("10 s", 0, 1000)):
            values = []
            for lesson in lessons:
                frames = max(least, window.allowed(window.frames_of(lesson.sound) + margin))
                values.append(float(student.lesson_loss(lesson, _mel(lesson.sound, frames), weights, dice)[1]))
            found[label] = round(sum(values) / len(values), 4)
    return found


def save(student: Student, path: Path) -> None:
    """Writes the averaged norms and biases in half precision: the patch."""
    values = {name: value.numpy().astype(np.float16) for name, value in student.mean.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **values)


def _share(step: int, steps: int) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / WARM_UP_STEPS) * max(LEAST_RATE, cosine)


def _endless(lessons: list[Lesson], dice: np.random.Generator) -> Iterator[Lesson]:
    while True:
        yield from (lessons[index] for index in dice.permutation(len(lessons)))


def _prompt(lesson: Lesson) -> list[int]:
    """The tokens before the text: no text token comes after start of transcript in the vocabulary."""
    return [int(token) for token in lesson.tokens if token >= lesson.tokens[0]]


def _mel(sound: window.Sound, frames: int) -> Any:
    return torch.from_numpy(window.mel(sound, frames))[None]


def _lessons(folder: Path) -> list[Lesson]:
    found = [read(path) for path in sorted(folder.glob("[0-9]*[0-9].npz"))]
    if not found:
        raise SystemExit(f"no lessons in {folder}: make them with python -m streaming.short_window.teacher")
    return found


def _arguments(words: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the unpatched model")
    parser.add_argument("--data", type=Path, required=True, help="folder of the noise and rooms")
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True, help="lessons to watch, not to learn")
    parser.add_argument("--out", type=Path, required=True, help="folder for the patches")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Trains and writes a patch every 100 steps, with a JSON line on how near it is."""
    asked = _arguments(words)
    torch.set_num_threads(1)
    noise, *_ = (corpus.sound_of(path) for path in corpus.files_of(asked.data, (corpus.NOISE,)))
    rooms = tuple(corpus.sound_of(path) for path in corpus.files_of(asked.data, (corpus.ROOMS,)))
    student = Student(asked.model / "model.bin")
    lessons, watched = _lessons(asked.lessons), _lessons(asked.validation)
    asked.out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"steps": 0, "lessons": len(lessons), **divergences(student, watched)}), flush=True)
    begun, losses = time.monotonic(), []
    course = Course(asked.steps, asked.rate, asked.seed)
    for step, loss in learn(student, lessons, Surroundings(noise, rooms), course):
        losses.append(loss)
        if step % CHECK_EVERY_STEPS == 0 or step == course.steps:
            save(student, asked.out / f"step-{step:05}.npz")
            near = divergences(student, watched)
            spent = round(time.monotonic() - begun)
            print(
                json.dumps({"steps": step, "loss": round(sum(losses) / len(losses), 4), "s": spent, **near}), flush=True
            )
            losses.clear()


if __name__ == "__main__":
    main()

"""Training: it brings short windows nearer to the teacher, the same way each time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streaming.short_window import window
from streaming.short_window.augment import Surroundings
from streaming.short_window.lesson import Lesson
from streaming.short_window.model_file import ModelFile, render

train: Any = pytest.importorskip("streaming.short_window.train", reason="only training needs torch")
network, torch = train.network, train.torch
torch.set_num_threads(1)  # as training runs: the same sums in the same order

PROMPT = (50, 53)
AROUND = Surroundings(np.zeros(16_000, np.float32), (np.ones(1, np.float32),))


def _student(tmp_path: Path, toy: ModelFile) -> Any:
    path = tmp_path / "model.bin"
    path.write_bytes(render(toy))
    return train.Student(path)


def _lessons(student: Any) -> list[Lesson]:
    """What the toy itself says of two tones in a 30 s window."""
    lessons = []
    for hertz in (300, 900):
        sound = np.sin(2 * np.pi * hertz * np.arange(16_000) / 16_000).astype(np.float32)
        mel = torch.from_numpy(window.mel(sound, window.FULL_FRAMES))[None]
        tokens = np.array([*PROMPT, 4, hertz % 40, 6], np.int32)
        with torch.no_grad():
            states = network.encode(student.taught, mel)
            hidden = network.decode(student.taught, states, torch.from_numpy(tokens).long()[None])[0]
        lessons.append(Lesson(sound, tokens, hidden.numpy().astype(np.float16), np.arange(60, dtype=np.int32)))
    return lessons


def test_short_windows_come_nearer_to_the_teacher(tmp_path: Path, toy: ModelFile) -> None:
    """The averaged weights, which are what is shipped, diverge less after a few steps than before."""
    student = _student(tmp_path, toy)
    lessons = _lessons(student)
    before = train.divergences(student, lessons)
    steps = [step for step, _ in train.learn(student, lessons, AROUND, train.Course(steps=12, rate=5e-3, seed=1))]
    after = train.divergences(student, lessons)
    assert steps == list(range(1, 13))
    assert after["exact"] < 0.9 * before["exact"]
    assert after["+0.64 s"] < 0.9 * before["+0.64 s"]


def test_the_teacher_itself_diverges_from_nothing(tmp_path: Path, toy: ModelFile) -> None:
    """At 30 s, unpatched, the loss of a lesson is that of half precision and no more."""
    student = _student(tmp_path, toy)
    lesson = _lessons(student)[0]
    mel = torch.from_numpy(window.mel(lesson.sound, window.FULL_FRAMES))[None]
    with torch.no_grad():
        loss, divergence = student.lesson_loss(lesson, mel, student.taught, np.random.default_rng(0))
    assert float(loss) < 1e-3
    assert float(divergence) < 1e-4


def test_the_same_seed_gives_the_same_patch(tmp_path: Path, toy: ModelFile) -> None:
    """And another seed another one: the dice are the course's own."""
    means = []
    for seed in (1, 1, 2):
        student = _student(tmp_path, toy)
        list(train.learn(student, _lessons(student), AROUND, train.Course(steps=3, rate=1e-3, seed=seed)))
        means.append(torch.cat([student.mean[name].flatten() for name in student.names]))
    assert torch.equal(means[0], means[1])
    assert not torch.equal(means[0], means[2])


def test_only_norms_and_biases_are_saved_in_half_precision(tmp_path: Path, toy: ModelFile) -> None:
    """The file is the patch that patch.py applies."""
    student = _student(tmp_path, toy)
    train.save(student, tmp_path / "patch.npz")
    with np.load(tmp_path / "patch.npz", allow_pickle=False) as archive:
        assert archive.files == student.names
        assert all(archive[name].dtype == np.float16 for name in archive.files)
        assert all(archive[name].shape == tuple(student.taught[name].shape) for name in archive.files)


def test_silence_teaches_to_end_at_once(tmp_path: Path, toy: ModelFile) -> None:
    """The loss falls when the end of the text and "nobody speaks" grow likelier."""
    student = _student(tmp_path, toy)
    mel = torch.from_numpy(window.mel(np.zeros(8000, np.float32), 60))[None]
    optimiser = torch.optim.SGD([student.weights[name] for name in student.names], lr=0.01)
    before = student.unspoken_loss(PROMPT, mel)
    before.backward()
    optimiser.step()
    assert float(student.unspoken_loss(PROMPT, mel).detach()) < float(before.detach())


def test_windows_are_short_with_some_long() -> None:
    """From exact to 3 s longer, a tenth at 10 or 30 s, and never one that CTranslate2 misreads."""
    dice = np.random.default_rng(0)
    drawn = np.array([train.student_frames(300, dice) for _ in range(4000)])
    assert 0.07 < np.mean(drawn >= 1000) < 0.11
    assert 0.2 < np.mean(drawn == 300) < 0.32
    short = drawn[drawn < 1000]
    assert short.min() == 300 and 590 < short.max() <= 600
    assert not {159, 160} & {train.student_frames(120, dice) for _ in range(2000)}

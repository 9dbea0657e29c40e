"""Asks the unpatched model what it hears in 30 s windows, once per crop, and keeps its answers for training.

`python -m streaming.short_window.teacher --help`
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from streaming.short_window import corpus, crops, network, window
from streaming.short_window.lesson import Lesson, save
from streaming.short_window.loops import is_loop, limit_tokens
from streaming.short_window.model_file import parse
from streaming.short_window.prompt import prompt_of
from streaming.short_window.window import Sound

SYNTHETIC = 0.2  # of the crops: many texts, but few voices
CANDIDATES = 48  # likeliest tokens kept per position, for the training's comparison of distributions

torch = network.torch


class Teacher:
    """One unpatched model in float32, on one thread."""

    def __init__(self, folder: Path) -> None:
        self._model = WhisperModel(str(folder), device="cpu", compute_type="float32", cpu_threads=1)
        path = folder / "model.bin"
        self._weights = network.load(parse(path.read_bytes(), path).tensors)
        self.prompt = prompt_of(self._model)

    def teach(self, sound: Sound) -> Lesson | None:
        """The teacher's greedy answer; None where it says nothing or loops."""
        states = self._model.encode(window.mel(sound, window.FULL_FRAMES))
        limit = limit_tokens(len(sound))
        result = self._model.model.generate(
            states, [list(self.prompt)], beam_size=1, max_length=2 * (limit + len(self.prompt))
        )[0]
        text = list(result.sequences_ids[0])
        if not text or len(text) >= limit or is_loop(text):
            return None
        tokens = np.array([*self.prompt, *text], np.int32)
        with torch.no_grad():
            hidden = network.decode(self._weights, torch.from_numpy(np.array(states)), torch.from_numpy(tokens)[None])
            scores = network.logits(self._weights, hidden[0])
        likely = np.unique(scores.topk(CANDIDATES, -1).indices.numpy())
        return Lesson(sound, tokens, hidden[0].numpy().astype(np.float16), likely.astype(np.int32))


class Draw:
    """Crops of a split by number: the same number gives the same crop, whatever was drawn before."""

    def __init__(self, data: Path, sources: tuple[corpus.Source, ...], seed: int, synthetic: float) -> None:
        self._sounds = [corpus.sound_of(path) for path in corpus.files_of(data, sources)]
        self._spoken = [crops.spoken_blocks(sound) for sound in self._sounds]
        self._sentences = corpus.sentences(data) if synthetic else []
        self._seed, self._synthetic = seed, synthetic

    def crop(self, number: int) -> Sound:
        """The crop of that number."""
        rng = np.random.default_rng([self._seed, number])
        speech = np.array([spoken.sum() for spoken in self._spoken], float)
        while True:
            if rng.random() < self._synthetic:
                text = self._sentences[rng.integers(len(self._sentences))]
                sound = corpus.synthesised(text, corpus.VOICES[rng.integers(len(corpus.VOICES))])
                crop = crops.cut(sound, crops.spoken_blocks(sound), rng)
            else:
                index = rng.choice(len(speech), p=speech / speech.sum())
                crop = crops.cut(self._sounds[index], self._spoken[index], rng)
            if crop is not None:
                return crop


def _arguments(words: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the unpatched model")
    parser.add_argument("--data", type=Path, required=True, help="folder of the sound and the texts")
    parser.add_argument("--out", type=Path, required=True, help="folder for the lessons")
    parser.add_argument("--split", choices=("training", "validation"), default="training")
    parser.add_argument("--crops", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Writes one file per crop; those that are there already are left alone, so a run can be taken up again."""
    asked = _arguments(words)
    torch.set_num_threads(1)
    is_training = asked.split == "training"
    sources = corpus.TRAINING if is_training else corpus.VALIDATION
    draw = Draw(asked.data, sources, asked.seed, SYNTHETIC if is_training else 0.0)
    teacher = Teacher(asked.model)
    asked.out.mkdir(parents=True, exist_ok=True)
    for number in range(asked.crops):
        path = asked.out / f"{number:05}.npz"
        lesson = None if path.exists() else teacher.teach(draw.crop(number))
        if lesson is not None:
            save(lesson, path)


if __name__ == "__main__":
    main()

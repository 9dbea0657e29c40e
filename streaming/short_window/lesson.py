"""A crop of sound with what the teacher made of it, and its file."""

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from streaming.short_window.window import Sound


class Lesson(msgspec.Struct, frozen=True):
    """A crop and what the teacher made of it."""

    sound: Sound
    tokens: npt.NDArray[np.int32]
    """prompt, text"""
    hidden: npt.NDArray[np.float16]
    """(tokens, width), the decoder's last states"""
    candidates: npt.NDArray[np.int32]
    """tokens that were likely somewhere in the text"""


def save(lesson: Lesson, path: Path) -> None:
    """Writes `path` (.npz); sound as 16-bit PCM."""
    pcm = np.round(np.clip(lesson.sound, -1, 1) * 32767).astype(np.int16)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, pcm=pcm, tokens=lesson.tokens, hidden=lesson.hidden, candidates=lesson.candidates)
    partial.rename(path)


def read(path: Path) -> Lesson:
    """The lesson in a file that `save` wrote."""
    with np.load(path) as kept:
        sound = kept["pcm"].astype(np.float32) / np.float32(32767)
        return Lesson(sound, kept["tokens"], kept["hidden"], kept["candidates"])

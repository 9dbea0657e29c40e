"""Sound that is full of speech, and a script for the scripted recogniser in which every word is another one.

The bundled call, both parties mixed, so that there is hardly a pause; a voice detector takes it for the speech that it
is. What is scripted to fall into a pause is never said: which words are, an uncut call tells.
"""

import itertools
import json
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming import recording
from streaming.recording import Samples
from streaming.types import SAMPLE_RATE_HZ

CALL = Path(__file__).parents[3] / "assist" / "demo" / "call.ogg"
WORD_MS = 400
SYLLABLES = ["".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeiou")]
WORDS = ["zu" + "".join(pair) for pair in itertools.product(SYLLABLES, repeat=2)]
"""Words that are none, so that nothing is heard in them and nothing is redacted: half an hour of them."""
FRAMES = 5
"""a word, to look at one by one"""
LOUD = 150.0
"""of 32,768: its pauses are some 50"""
PLACES = {word: place for place, word in enumerate(WORDS)}


class Sound(msgspec.Struct, frozen=True):
    """16 kHz s16le, and who is on which channel."""

    pcm: bytes
    channels: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / (2 * SAMPLE_RATE_HZ * len(self.channels))


@lru_cache(maxsize=8)
def speech(seconds: float, is_alone: bool = True) -> Sound:
    """So much of it, over and over: one voice after the other, all as the prospect, or the call as it is."""
    both = recording.read((CALL,), 2).samples
    if is_alone:
        both = np.concatenate([_without_pauses(both[:, channel]) for channel in (0, 1)])[:, None]
    wanted = int(seconds * SAMPLE_RATE_HZ)
    pcm = np.tile(both, (-(-wanted // len(both)), 1))[:wanted].astype("<i2").tobytes()
    return Sound(pcm, ("prospect",) if is_alone else ("rep", "prospect"))


def _without_pauses(samples: Samples) -> Samples:
    """Without what lies more than 0.4 s behind speech or before it: pauses are just long enough to end an utterance."""
    length = SAMPLE_RATE_HZ // 10
    blocks = samples[: len(samples) // length * length].reshape(-1, length)
    is_loud = np.sqrt((blocks.astype(np.float32) ** 2).mean(axis=1)) > LOUD
    is_near = np.convolve(is_loud, np.ones(9), "same") > 0
    return np.asarray(blocks[is_near].reshape(-1))


def write_script(path: Path) -> Path:
    """For the setting `script`: a word every 400 ms, for as long as any call of ours lasts."""
    lines = [
        {"speaker": "prospect", "start_ms": place * WORD_MS, "end_ms": (place + 1) * WORD_MS, "text": word}
        for place, word in enumerate(WORDS)
        if _is_spoken()[place]
    ]
    path.write_text(json.dumps(lines))
    return path


def place_of(word: str) -> int:
    """Where in the script it stands."""
    return PLACES[word]


@lru_cache(maxsize=1)
def _is_spoken() -> NDArray[np.bool_]:
    """By the place of each word, whether somebody speaks all of its time.

    Where speech begins and ends is a matter of opinion, of which a node that takes a call over has its own.
    """
    length = WORD_MS * SAMPLE_RATE_HZ // 1000
    pcm = np.frombuffer(speech(len(WORDS) * WORD_MS / 1000).pcm, "<i2").astype(np.float32)
    frames = pcm[: len(WORDS) * length].reshape(len(WORDS), FRAMES, -1)
    return np.asarray((np.sqrt((frames**2).mean(axis=2)) > LOUD).all(axis=1))

"""Words of one party that came, weaker, on the other's channel as well are left to the one who said them; pure.

A loudspeaker beside a microphone, or a line's echo, brings what one party says onto the other's channel, up to 300 ms
later, where it is recognised again. Such a word is known by its sound alone: band by band and frame by frame it follows
what the other channel carried just before, and is weaker. The text does not tell: weak words are misheard, and two
people do say the same word at once.
"""

from itertools import compress

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from streaming.agreement import is_same
from streaming.loudness import Levels, Loudness
from streaming.types import FRAME_MS, AudioFrame, Speaker, Word, Words

LATEST_MS = 320  # behind the other channel; a room's and a line's delay together
LAGS = LATEST_MS // FRAME_MS
LEAST_MS = 300  # of sound is compared: in less, any two sounds are alike
MARGIN_MS = 60  # around a word: the recogniser's times are no better
# The mean of two correlations, -1..1: of all levels, which rise and fall together, and of their form alone, which two
# voices that begin at once do not share. On real calls nineteen leaked words in twenty have more, and of own words such
# as the leak drowned (`tests.bench.leak`).
LEAST_LIKENESS = 0.5
WEAKER_DB = 6  # so much weaker it must be; a voice that is present is not
ABOVE_FLOOR_DB = 3  # what lies below is the line's noise, and says nothing


class _Told(msgspec.Struct):
    """Of one utterance: which committed words are the speaker's own, and what was told of it last."""

    utterance: int
    is_own: list[bool]
    words: tuple[Word, ...] = ()


class Crosstalk:
    """One call's. It has to hear all frames of both channels before words of them."""

    def __init__(self, speakers: tuple[Speaker, ...]) -> None:
        self._heard = {speaker: Loudness() for speaker in speakers}
        self._told = {speaker: _Told(-1, []) for speaker in speakers}
        self._left_out = 0

    @property
    def left_out(self) -> int:
        """How many committed words were another's."""
        return self._left_out

    def hear(self, frame: AudioFrame) -> None:
        """Takes a frame of either channel."""
        self._heard[frame.speaker].hear(frame)

    def own(self, words: Words) -> Words | None:
        """The speaker's own words of these; None where there are none and none of the utterance were told.

        A word that was told stays, and so does the verdict on a committed one.
        """
        if len(self._heard) == 1:
            return words
        told = self._told[words.speaker]
        if told.utterance != words.utterance:
            told = self._told[words.speaker] = _Told(words.utterance, [])
        new = words.committed[len(told.is_own) :]
        told.is_own += [self._is_own(word, words.speaker, told.words) for word in new]
        committed = tuple(compress(words.committed, told.is_own))
        tentative = tuple(word for word in words.tentative if self._is_own(word, words.speaker, told.words))
        self._left_out += told.is_own[len(told.is_own) - len(new) :].count(False)
        were_told, told.words = bool(told.words), committed + tentative
        if not told.words and not were_told:
            return None
        return msgspec.structs.replace(words, committed=committed, tentative=tentative)

    def _is_own(self, word: Word, speaker: Speaker, told: tuple[Word, ...]) -> bool:
        others = (other for other in self._heard if other != speaker)
        return any(is_same(word, shown) for shown in told) or not any(
            _is_echo(word, self._heard[speaker], self._heard[other]) for other in others
        )


def _is_echo(word: Word, here: Loudness, there: Loudness) -> bool:
    """Whether the sound of a word follows what was heard there, weaker."""
    middle = (word.start_ms + word.end_ms) // (2 * FRAME_MS)
    half = max(word.end_ms - word.start_ms + 2 * MARGIN_MS, LEAST_MS) // (2 * FRAME_MS)
    first, end = max(0, middle - half), max(0, middle + half)
    heard, source = here.between(first, end), there.between(first - LAGS, end)
    if first == end or _loudness(source) < _loudness(heard) + WEAKER_DB:
        return False  # as nearly always: one speaks, the other listens
    heard = np.maximum(heard, here.floor + ABOVE_FLOOR_DB)
    source = np.maximum(source, there.floor + ABOVE_FLOOR_DB)
    windows = sliding_window_view(source, len(heard), axis=0).transpose(0, 2, 1)
    likeness = (_correlation(heard, windows) + _correlation(_form(heard), _form(windows))) / 2
    best = int(likeness.argmax())
    return bool(likeness[best] >= LEAST_LIKENESS) and _loudness(windows[best]) >= _loudness(heard) + WEAKER_DB


def _loudness(levels: Levels) -> float:
    """Of all bands and frames together, in dB."""
    return float(10 * np.log10(np.mean(np.power(10, levels / 10)) + 1))


def _form(levels: Levels) -> Levels:
    """What is left when each frame's loudness and each band's is taken out: which sounds were made."""
    frames, bands = levels.mean(axis=-1, keepdims=True), levels.mean(axis=-2, keepdims=True)
    form: Levels = levels - frames - bands + levels.mean(axis=(-2, -1), keepdims=True)
    return form


def _correlation(heard: Levels, windows: Levels) -> Levels:
    """Pearson's, of some levels with each window of others."""
    one = heard - heard.mean()
    other = windows - windows.mean(axis=(1, 2), keepdims=True)
    scale = np.sqrt(np.square(one).sum() * np.square(other).sum(axis=(1, 2)))
    correlation: Levels = (one * other).sum(axis=(1, 2)) / np.maximum(scale, 1e-6)
    return correlation

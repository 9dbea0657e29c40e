"""Cuts sound the way streaming does: from a pause or the middle of a word, to a pause or the middle of a word."""

import numpy as np
import numpy.typing as npt
import webrtcvad

from streaming.short_window.window import SAMPLE_RATE_HZ, Sound

BLOCK_SAMPLES = 480  # 30 ms, the longest that webrtcvad takes
LEAST_S, MOST_S = 0.7, 10.0
LEAST_SPEECH = 0.4  # of a crop
PAUSE_BLOCKS = 7
MARGIN_SAMPLES = (800, 4800)

Spoken = npt.NDArray[np.bool_]


def spoken_blocks(sound: Sound) -> Spoken:
    """Per 30 ms block, whether somebody speaks."""
    detector = webrtcvad.Vad(2)
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
    starts = range(0, len(pcm) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    return np.array([detector.is_speech(pcm[i : i + BLOCK_SAMPLES].tobytes(), SAMPLE_RATE_HZ) for i in starts], bool)


def turns(spoken: Spoken) -> list[tuple[int, int]]:
    """Runs of speech as [first, last) blocks; shorter pauses than 0.2 s do not end one."""
    found: list[tuple[int, int]] = []
    for block in np.flatnonzero(spoken):
        if found and block - found[-1][1] < PAUSE_BLOCKS:
            found[-1] = (found[-1][0], int(block) + 1)
        else:
            found.append((int(block), int(block) + 1))
    return found


def cut(sound: Sound, spoken: Spoken, rng: np.random.Generator) -> Sound | None:
    """A crop of 0.7 to 10 s, or None where the draw fell on too little speech.

    Half begin at a pause, and half end at one, with 50 to 300 ms of margin; the others wherever the draw falls.
    """
    runs = turns(spoken)
    if not runs:
        return None
    lengths = np.array([last - first for first, last in runs], float)
    first, last = runs[rng.choice(len(runs), p=lengths / lengths.sum())]
    begin = first if rng.random() < 0.5 else int(rng.integers(first, last))
    wanted_s = float(np.exp(rng.uniform(np.log(LEAST_S), np.log(MOST_S))))
    end = begin + round(wanted_s * SAMPLE_RATE_HZ / BLOCK_SAMPLES)
    low, high = begin * BLOCK_SAMPLES, end * BLOCK_SAMPLES
    if begin == first:
        low -= int(rng.integers(*MARGIN_SAMPLES))
    if rng.random() < 0.5:
        at_pause = [run[1] for run in runs if begin < run[1] <= end]
        if at_pause:
            high = at_pause[-1] * BLOCK_SAMPLES + int(rng.integers(*MARGIN_SAMPLES))
    crop = sound[max(0, low) : min(len(sound), high)][: round(MOST_S * SAMPLE_RATE_HZ)]
    speech = spoken[max(0, low) // BLOCK_SAMPLES : high // BLOCK_SAMPLES].sum() * BLOCK_SAMPLES
    is_enough = len(crop) >= LEAST_S * SAMPLE_RATE_HZ and speech >= LEAST_SPEECH * len(crop)
    return crop if is_enough else None

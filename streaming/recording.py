"""Any recording that PyAV reads -> interleaved 16-bit samples for the wire."""

from itertools import chain
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt

from streaming.types import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.int16]

LAYOUTS = {1: "mono", 2: "stereo"}
SAME_SHARE = 1e-4  # of the power: so little do a codec's two channels of one sound differ
BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ


class RecordingUnreadable(Exception):
    """A file that is not there, is no sound, or has the wrong channels; the text says which and what to do."""


class Recording(msgspec.Struct, frozen=True):
    """Sound of shape (samples, channels) at 16 kHz."""

    samples: Samples

    @property
    def duration_ms(self) -> int:
        """Its length."""
        return len(self.samples) * 1000 // SAMPLE_RATE_HZ

    @property
    def is_one_sound(self) -> bool:
        """Whether there are no two sides to tell apart: one channel, or two that carry the same sound."""
        if self.samples.shape[1] == 1:
            return True
        together = apart = 0.0
        for first in range(0, len(self.samples), BLOCK_SAMPLES):
            one, other = self.samples[first : first + BLOCK_SAMPLES].astype(np.float32).T
            together += float(np.square(one).sum() + np.square(other).sum())
            apart += float(np.square(one - other).sum())
        return apart <= SAME_SHARE * together


def read(paths: tuple[Path, ...], channels: int | None = None) -> Recording:
    """One file with `channels` channels (None: one or two), or as many mono files, the shorter filled up with silence.

    Raises RecordingUnreadable.
    """
    if len(paths) == 1:
        return Recording(_samples(paths[0], channels))
    parties = [_samples(path, 1)[:, 0] for path in paths]
    samples = np.zeros((max(map(len, parties)), len(parties)), np.int16)
    for channel, party in enumerate(parties):
        samples[: len(party), channel] = party
    return Recording(samples)


def _samples(path: Path, channels: int | None) -> Samples:
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None or stream.codec_context is None:
                raise RecordingUnreadable(f"{path} has no sound in it that can be decoded")
            found = stream.codec_context.channels
            if found not in LAYOUTS or channels not in (None, found):
                raise RecordingUnreadable(f"{path} has {found} channel(s) {_instead_of(channels)}")
            resampler = av.AudioResampler(format="s16", layout=LAYOUTS[found], rate=SAMPLE_RATE_HZ)
            blocks = [np.zeros((0, found), np.int16)]
            for frame in chain(container.decode(stream), (None,)):
                blocks += [block.to_ndarray().reshape(-1, found) for block in resampler.resample(frame)]
    except (av.FFmpegError, OSError, ValueError) as error:
        # A ValueError is the resampler's, on sound that changes its form on the way.
        raise RecordingUnreadable(f"{path} cannot be read as sound: {type(error).__name__}") from None
    return np.concatenate(blocks)


def _instead_of(channels: int | None) -> str:
    if channels is None:
        return "and one or two can be heard; make it stereo, with one side a channel"
    return f"and {channels} are named; name each with --channels, or give the rep's own file with --rep"

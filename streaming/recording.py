"""Any recording that PyAV reads -> interleaved 16-bit samples for the wire."""

from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt

from streaming.types import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.int16]


class RecordingUnreadable(Exception):
    """A file that is not there, is no sound, or has the wrong channels; the text says which and what to do."""


class Recording(msgspec.Struct, frozen=True):
    """Sound of shape (samples, channels) at 16 kHz."""

    samples: Samples

    @property
    def duration_ms(self) -> int:
        """Its length."""
        return len(self.samples) * 1000 // SAMPLE_RATE_HZ


def read(paths: tuple[Path, ...], channels: int) -> Recording:
    """One file with `channels` channels, or as many mono files (the shorter filled up with silence).

    Raises RecordingUnreadable.
    """
    if len(paths) == 1:
        samples = np.concatenate(list(_blocks(paths[0], channels)))
    else:
        parties = [np.concatenate(list(_blocks(path, 1)))[:, 0] for path in paths]
        samples = np.zeros((max(map(len, parties)), len(parties)), np.int16)
        for channel, party in enumerate(parties):
            samples[: len(party), channel] = party
    return Recording(samples)


def _blocks(path: Path, channels: int) -> Iterator[Samples]:
    layout = {1: "mono", 2: "stereo"}[channels]
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise RecordingUnreadable(f"{path} has no sound in it")
            if stream.codec_context.channels != channels:
                raise RecordingUnreadable(
                    f"{path} has {stream.codec_context.channels} channel(s) and {channels} are named; "
                    "name each with --channels, or give the rep's own file with --rep"
                )
            resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE_HZ)
            yield np.zeros((0, channels), np.int16)
            for frame in container.decode(stream):
                yield from (block.to_ndarray().reshape(-1, channels) for block in resampler.resample(frame))
            yield from (block.to_ndarray().reshape(-1, channels) for block in resampler.resample(None))
    except (av.FFmpegError, OSError) as error:
        raise RecordingUnreadable(f"{path} cannot be read as sound: {type(error).__name__}") from None

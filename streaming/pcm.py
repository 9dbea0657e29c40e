"""Bytes in any encoding, rate and split -> 20 ms frames of 16 kHz mono PCM, one stream a speaker; pure."""

from collections.abc import Callable
from typing import Literal

import av
import numpy as np
import numpy.typing as npt

from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame, Gap, Speaker

Encoding = Literal["pcm_s16le", "pcm_s16be", "mulaw", "alaw"]
Samples = npt.NDArray[np.int16]

BYTES_PER_SAMPLE: dict[Encoding, int] = {"pcm_s16le": 2, "pcm_s16be": 2, "mulaw": 1, "alaw": 1}
SILENCE: dict[Encoding, bytes] = {"pcm_s16le": bytes(2), "pcm_s16be": bytes(2), "mulaw": b"\xff", "alaw": b"\xd5"}
"""One sample of silence."""


def _mulaw_table() -> Samples:
    """The 256 values of ITU-T G.711 mu-law, scaled to 16 bits."""
    code = ~np.arange(256, dtype=np.uint8)
    sign, exponent, mantissa = code & 0x80, (code >> 4) & 0x07, code & 0x0F
    magnitude = (((mantissa.astype(np.int32) << 3) + 0x84) << exponent) - 0x84
    return np.where(sign != 0, -magnitude, magnitude).astype(np.int16)


def _alaw_table() -> Samples:
    """The 256 values of ITU-T G.711 A-law, scaled to 16 bits."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4) & 0x07, (code & 0x0F).astype(np.int32)
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent, 1) >> 1)
    return np.where(code & 0x80 != 0, magnitude, -magnitude).astype(np.int16)


_G711: dict[Encoding, Samples] = {"mulaw": _mulaw_table(), "alaw": _alaw_table()}
_LINEAR: dict[Encoding, str] = {"pcm_s16le": "<i2", "pcm_s16be": ">i2"}


class PcmReader:
    """Interleaved sound of one source -> frames for each of its speakers.

    Keeps what is left of an odd split, the resampler's state and the unfinished frame, so that any split of the same
    bytes gives the same frames.
    """

    def __init__(self, speakers: tuple[Speaker, ...], encoding: Encoding, sample_rate_hz: int) -> None:
        self._speakers = speakers
        self._encoding = encoding
        self._stride_bytes = BYTES_PER_SAMPLE[encoding] * len(speakers)
        self._half_sample = b""
        self._taken = 0
        self._sample_rate_hz = sample_rate_hz
        self._resample = _resampler(len(speakers), sample_rate_hz)
        self._unframed = np.zeros((0, len(speakers)), np.int16)
        self._start_ms = 0

    @property
    def unread_bytes(self) -> int:
        """Bytes that do not make a whole sample for every speaker yet."""
        return len(self._half_sample)

    @property
    def taken_samples(self) -> int:
        """Whole samples of each speaker taken so far, at the source's own rate, lost ones included."""
        return self._taken

    def read(self, data: bytes) -> list[AudioFrame]:
        """The frames that are complete now, in order of time, all speakers of one time together."""
        data = self._half_sample + data
        whole = len(data) - len(data) % self._stride_bytes
        self._half_sample = data[whole:]
        self._taken += whole // self._stride_bytes
        return self._cut(self._resample(self._samples(data[:whole]))) if whole else []

    def begin(self, at_ms: int) -> None:
        """The first sample to come is the one at a time where a frame begins, or less than one behind."""
        self._start_ms = at_ms
        self._taken = -(-at_ms * self._sample_rate_hz // 1000)

    def finish(self) -> list[AudioFrame]:
        """The last frames, the unfinished one filled up with silence; bytes of half a sample are let go."""
        frames = self._cut(self._resample(None))
        missing = -len(self._unframed) % FRAME_SAMPLES
        return frames + self._cut(np.zeros((missing, len(self._speakers)), np.int16))

    def drop_half_sample(self) -> None:
        """What does not make a whole sample yet is let go: the source sends that sample anew."""
        self._half_sample = b""

    def skip(self, samples: int) -> list[AudioFrame | Gap]:
        """So many samples of each speaker are missing: whole frames of them are a gap, the rest is silence."""
        self.drop_half_sample()
        to = self._taken + samples
        frame_ms = to * 1000 // self._sample_rate_hz // FRAME_MS * FRAME_MS
        told: list[AudioFrame | Gap] = []
        if frame_ms - self._taken * 1000 / self._sample_rate_hz >= FRAME_MS:
            told += self.leap(frame_ms)
            self._taken = round(frame_ms * self._sample_rate_hz / 1000)
        return told + self.read(SILENCE[self._encoding] * len(self._speakers) * (to - self._taken))

    def leap(self, to_ms: int) -> list[AudioFrame | Gap]:
        """A frame or more is missing up to `to_ms`, where a frame begins: the last frames before it, then what is lost.

        A frame that was begun is filled up with silence.
        """
        told: list[AudioFrame | Gap] = list(self.finish())
        lost_ms = to_ms - self._start_ms
        if lost_ms > 0:
            told += [Gap(speaker, self._start_ms, lost_ms) for speaker in self._speakers]
        self._start_ms = to_ms
        self._half_sample = b""
        self._resample = _resampler(len(self._speakers), self._sample_rate_hz)  # the old one was flushed
        return told

    def _samples(self, data: bytes) -> Samples:
        if self._encoding in _G711:
            flat = _G711[self._encoding][np.frombuffer(data, np.uint8)]
        else:
            flat = np.frombuffer(data, _LINEAR[self._encoding]).astype(np.int16)
        return flat.reshape(-1, len(self._speakers))

    def _cut(self, samples: Samples) -> list[AudioFrame]:
        samples = np.concatenate([self._unframed, samples])
        count = len(samples) // FRAME_SAMPLES
        self._unframed = samples[count * FRAME_SAMPLES :]
        frames = []
        for block in np.split(samples[: count * FRAME_SAMPLES], count) if count else []:
            for channel, speaker in enumerate(self._speakers):
                frames.append(AudioFrame(speaker, self._start_ms, block[:, channel].astype("<i2").tobytes()))
            self._start_ms += FRAME_MS
        return frames


def _resampler(channels: int, rate_hz: int) -> Callable[[Samples | None], Samples]:
    """Samples (n, channels) at `rate_hz` in, at 16 kHz out; None at the end flushes.

    swresample through PyAV, because its filter holds back 2 ms, where soxr's stream gives 60 ms late on average and
    115 ms at worst (8 kHz in packets of 20 ms); both are exact whatever the split.
    """
    if rate_hz == SAMPLE_RATE_HZ:
        return lambda samples: np.zeros((0, channels), np.int16) if samples is None else samples
    layout = {1: "mono", 2: "stereo"}[channels]
    stream = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE_HZ)

    def resample(samples: Samples | None) -> Samples:
        packet = None
        if samples is not None:
            packet = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
            packet.sample_rate = rate_hz
        resampled = [frame.to_ndarray().reshape(-1, channels) for frame in stream.resample(packet)]
        return np.concatenate([np.zeros((0, channels), np.int16), *resampled])

    return resample

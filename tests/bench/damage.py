"""Sound as a bad line or a busy room brings it, the same each time for the same seed; pure.

Sound is 16 kHz mono samples of shape (samples,), whole packets of 20 ms long.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from streaming.pcm import PcmReader
from streaming.recording import Samples
from streaming.types import FRAME_SAMPLES, SAMPLE_RATE_HZ

ROOM_S = 0.35  # until its sound is 60 dB down
SPEECH_RANGE_DB = 30  # frames this far below the loud ones are taken for pauses


class Line(msgspec.Struct, frozen=True):
    """Sound as it arrives, zeros where packets are lost; and which packets those are."""

    samples: Samples
    lost: npt.NDArray[np.bool_]


def clean(samples: Samples) -> Line:
    """Filled up to whole packets, and no more."""
    whole = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    return Line(whole, np.zeros(len(whole) // FRAME_SAMPLES, np.bool_))


def mulaw(samples: Samples) -> Line:
    """Through G.711 mu-law at 8 kHz and back, by the decoder and the resampler of the product.

    The sound must have come from 8 kHz: it is brought back there by leaving out every other sample.
    """
    reader = PcmReader(("prospect",), "mulaw", 8000)
    frames = [*reader.read(encode_mulaw(clean(samples).samples[::2]).tobytes()), *reader.finish()]
    heard = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2").astype(np.int16)
    return clean(heard[: len(samples)])


def encode_mulaw(samples: Samples) -> npt.NDArray[np.uint8]:
    """ITU-T G.711, by its segments."""
    magnitude = np.minimum(np.abs(samples.astype(np.int32)), 32635) + 0x84
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    codes: npt.NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


def lossy(samples: Samples, share: float, seed: int) -> Line:
    """Each packet is lost with that chance, whatever became of others."""
    line = clean(samples)
    lost = np.random.default_rng(seed).random(len(line.lost)) < share
    return Line(np.where(np.repeat(lost, FRAME_SAMPLES), np.int16(0), line.samples), lost)


def noisy(samples: Samples, noise: Samples, snr_db: float, seed: int) -> Line:
    """With noise from a random place of its recording, looped, at that ratio to the level of the speech in it.

    Raises ValueError where the noise is silent.
    """
    line = clean(samples)
    level = _power(noise)
    if level == 0:
        raise ValueError("the noise is silent")
    start = int(np.random.default_rng(seed).integers(len(noise)))
    looped = np.resize(np.roll(noise, -start), len(line.samples)).astype(np.float64)
    gain = np.sqrt(speech_power(line.samples) / level / 10 ** (snr_db / 10))
    mixed = np.clip(np.rint(line.samples + gain * looped), -32768, 32767)
    return Line(mixed.astype(np.int16), line.lost)


def leaked(samples: Samples, room: npt.NDArray[np.float64], level_db: float, delay_ms: int) -> Samples:
    """What of a channel arrives on the other's: through a room (its impulse response), so much weaker and so late."""
    length = len(samples)
    spectrum = np.fft.rfft(samples, length + len(room)) * np.fft.rfft(room, length + len(room))
    echo = np.fft.irfft(spectrum, length + len(room))[:length]
    late = np.concatenate([np.zeros(delay_ms * SAMPLE_RATE_HZ // 1000), echo])[:length]
    gain = 10 ** (level_db / 20) / np.sqrt(np.square(room).sum())
    leak: Samples = np.clip(np.rint(gain * late), -32768, 32767).astype(np.int16)
    return leak


def room(seed: int) -> npt.NDArray[np.float64]:
    """The impulse response of a small office: what comes straight, and as much again in a third of a second."""
    after_s = np.arange(ROOM_S * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    response = 0.05 * np.random.default_rng(seed).normal(size=len(after_s)) * 10 ** (-3 * after_s / ROOM_S)
    response[0] = 1
    return response


def speech_power(samples: Samples) -> float:
    """Mean power of the frames with speech: those within 30 dB of the loud ones (the 95th percentile)."""
    frames = clean(samples).samples.reshape(-1, FRAME_SAMPLES).astype(np.float64)
    powers = (frames**2).mean(axis=1)
    if not len(powers):
        return 0.0
    spoken = powers[powers >= np.percentile(powers, 95) / 10 ** (SPEECH_RANGE_DB / 10)]
    return float(spoken.mean())


def _power(samples: Samples) -> float:
    return float((samples.astype(np.float64) ** 2).mean())

"""Makes one crop many: rooms, noise, telephone line, rate and level; and makes sound that nobody speaks in."""

import msgspec
import numpy as np
import numpy.typing as npt

from streaming.short_window.window import SAMPLE_RATE_HZ, Sound

MU = 255.0
DTMF_HZ = ((697, 770, 852, 941), (1209, 1336, 1477))


class Surroundings(msgspec.Struct, frozen=True):
    """What is mixed in: office noise, and impulse responses of rooms; 16 kHz mono."""

    noise: Sound
    rooms: tuple[Sound, ...]


def augmented(sound: Sound, around: Surroundings, rng: np.random.Generator) -> Sound:
    """The crop as another line, room or microphone would give it; three in ten stay as they are."""
    if rng.random() < 0.3:
        return sound
    if rng.random() < 0.3:
        sound = at_rate(sound, rng.uniform(0.95, 1.05))
    if rng.random() < 0.2:
        sound = in_room(sound, around.rooms[rng.integers(len(around.rooms))])
    if rng.random() < 0.3:
        sound = with_noise(sound, excerpt(around.noise, len(sound), rng), rng.uniform(10, 35))
    elif rng.random() < 0.4:
        sound = with_noise(sound, rng.standard_normal(len(sound)).astype(np.float32), rng.uniform(15, 40))
    if rng.random() < 0.5:
        sound = telephone(sound, is_mu_law=rng.random() < 0.6)
    return _levelled(sound, rng.uniform(-15, 6))


def at_rate(sound: Sound, rate: float) -> Sound:
    """Played `rate` times as fast, pitch and all."""
    at = np.arange(int(len(sound) / rate)) * rate
    return _single(np.interp(at, np.arange(len(sound)), sound))


def in_room(sound: Sound, response: Sound) -> Sound:
    """As heard in the room of that impulse response: no later, no longer and as loud as before."""
    direct = int(np.abs(response).argmax())
    size = len(sound) + len(response)
    spread = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[direct : direct + len(sound)]
    return _single(spread * (_power(sound) / max(_power(spread), 1e-12)) ** 0.5)


def with_noise(sound: Sound, noise: Sound, snr_db: float) -> Sound:
    """`noise`, of the same length, added so many dB below `sound`."""
    gain = (_power(sound) / max(_power(noise), 1e-12)) ** 0.5 * 10 ** (-snr_db / 20)
    return _single(sound + gain * noise)


def telephone(sound: Sound, is_mu_law: bool) -> Sound:
    """Through an 8 kHz line: nothing above 4 kHz, and the steps of G.711 if asked."""
    half = len(sound) // 2
    narrow = np.clip(np.fft.irfft(np.fft.rfft(sound)[: half // 2 + 1], half) * (half / len(sound)), -1, 1)
    if is_mu_law:
        bent = np.sign(narrow) * np.log1p(MU * np.abs(narrow)) / np.log1p(MU)
        bent = np.round(bent * 127) / 127
        narrow = np.sign(bent) * np.expm1(np.abs(bent) * np.log1p(MU)) / MU
    return _single(np.fft.irfft(np.fft.rfft(narrow), len(sound)) * (len(sound) / half))


def excerpt(noise: Sound, samples: int, rng: np.random.Generator) -> Sound:
    """So many samples of `noise` from anywhere, going round at its end."""
    return np.take(noise, np.arange(samples) + rng.integers(len(noise)), mode="wrap")


def unspoken(around: Surroundings, rng: np.random.Generator) -> Sound:
    """0.5 to 6 s in which nobody speaks: silence, hiss, hum, tones, something like music, clicks, an office."""
    samples = int(rng.uniform(0.5, 6) * SAMPLE_RATE_HZ)
    makers = (_hiss, _hiss, _keys, _music, _music, _clicks)
    choice = int(rng.integers(len(makers) + 3))
    if choice < len(makers):
        sound = makers[choice](samples, rng)
    elif choice == len(makers):
        sound = np.zeros(samples, np.float32)
    else:
        sound = excerpt(around.noise, samples, rng)
    sound = sound / max(1e-3, float(np.abs(sound).max())) * 0.5
    if rng.random() < 0.5:
        sound = telephone(sound, is_mu_law=rng.random() < 0.6)
    return _levelled(sound, rng.uniform(-40, 3))


def _levelled(sound: Sound, gain_db: float) -> Sound:
    return _single(np.clip(sound * 10 ** (gain_db / 20), -1, 1))


def _single(sound: npt.ArrayLike) -> Sound:
    return np.asarray(sound, np.float32)


def _power(sound: npt.NDArray[np.floating]) -> float:
    return float(np.mean(np.square(sound)))


def _hiss(samples: int, rng: np.random.Generator) -> Sound:
    """Noise whose spectrum falls by a random slope: white, pink, or brown like traffic."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** rng.uniform(0, 1.2)
    return _single(np.fft.irfft(spectrum, samples))


def _keys(samples: int, rng: np.random.Generator) -> Sound:
    """Pairs of tones going on and off: dialling, ringing, engaged."""
    time_s = np.arange(samples) / SAMPLE_RATE_HZ
    low, high = (rng.choice(DTMF_HZ[0]), rng.choice(DTMF_HZ[1])) if rng.random() < 0.6 else rng.uniform(300, 700, 2)
    beat = (time_s % rng.uniform(0.15, 2.0)) < rng.uniform(0.08, 1.0)
    return _single((np.sin(2 * np.pi * low * time_s) + np.sin(2 * np.pi * high * time_s)) * beat)


def _music(samples: int, rng: np.random.Generator) -> Sound:
    """Chords of decaying partials over a beat, as hold music has them."""
    sound = np.zeros(samples)
    step = int(rng.uniform(0.15, 0.6) * SAMPLE_RATE_HZ)
    root_hz = rng.uniform(80, 330)
    for start in range(0, samples, step):
        time_s = np.arange(min(2 * step, samples - start)) / SAMPLE_RATE_HZ
        for note in rng.choice((0, 3, 4, 5, 7, 9, 12, 16, 19), 3):
            for partial in (1, 2, 3, 4):
                wave = np.sin(2 * np.pi * root_hz * 2 ** (note / 12) * partial * time_s) / partial**1.5
                sound[start : start + len(wave)] += wave * np.exp(-time_s * rng.uniform(1, 8))
        sound[start : start + 800] += rng.standard_normal(len(sound[start : start + 800])) * rng.uniform(0, 0.6)
    return _single(sound)


def _clicks(samples: int, rng: np.random.Generator) -> Sound:
    """Short bursts at random: a keyboard, a handset, a bad line."""
    sound = rng.standard_normal(samples) * 0.003
    for start in rng.integers(0, samples, max(1, int(samples / SAMPLE_RATE_HZ * rng.uniform(1, 8)))):
        burst = rng.standard_normal(int(rng.uniform(0.001, 0.02) * SAMPLE_RATE_HZ))[: samples - start]
        sound[start : start + len(burst)] += burst * np.exp(-np.arange(len(burst)) / 60) * rng.uniform(0.2, 1)
    return _single(sound)

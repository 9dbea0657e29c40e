"""Sound that a patch is judged by, none of it trained on: telephone calls, wide-band speech, prompts, and no speech."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from streaming.short_window import corpus, crops
from streaming.short_window.window import SAMPLE_RATE_HZ, Sound

MARGIN_SAMPLES = 2400  # 0.15 s on either side of what was said
PIECE_BLOCKS = 333  # 10 s
LEAST_SAMPLES = 4000


class Heard(msgspec.Struct, frozen=True):
    """One thing said; pieces of the same `passage` are scored as one text."""

    passage: str
    sound: Sound
    text: str | None
    """what a human wrote down, at the first piece of its passage"""


def telephone(data: Path) -> list[Heard]:
    """Both parties' utterances of the harpervalley calls, cut by their transcripts."""
    folder = data / "calls" / "harpervalley"
    found = []
    for path in sorted((folder / "transcript").glob("*.json")):
        sides = {side: corpus.sound_of(folder / "audio" / side / f"{path.stem}.wav") for side in ("agent", "caller")}
        for said in json.loads(path.read_text()):
            text = re.sub(r"[\[<].*?[\]>]", "", said["human_transcript"]).strip()
            first = said["start_ms"] * 16 - MARGIN_SAMPLES
            last = (said["start_ms"] + said["duration_ms"]) * 16 + MARGIN_SAMPLES
            sound = sides[said["speaker_role"]][max(0, first) : last]
            if text and len(sound) >= LEAST_SAMPLES:
                found.append(Heard(f"{path.stem} {said['index']} {said['speaker_role']}", sound, text))
    return found


def wide(data: Path) -> list[Heard]:
    """Turns of at most 10 s from held-out meetings, a presentation and read speech; only the last has human text."""
    texts = _transcripts(data / "speech" / "transcripts.tsv")
    return [
        piece
        for path in corpus.files_of(data, corpus.HELD_OUT)
        for piece in _pieces(path.name, corpus.sound_of(path), texts.get(path.name))
    ]


def prompts(data: Path) -> list[Heard]:
    """Telephone prompts with human text. Share-alike, so good for judging and not for training."""
    texts = _transcripts(data / "prompts" / "transcripts.tsv")
    return [Heard(name, corpus.sound_of(data / "prompts" / name), text) for name, text in sorted(texts.items())]


def unspoken(data: Path) -> list[Heard]:
    """Hold music, ambience and keys in crops of at most 3 s; not the office, which training heard."""
    paths = [path for path in sorted((data / "noise").glob("*/*")) if path.suffix in (".wav", ".ogg")]
    judged = [path for path in paths if path.parent.name != "rirs" and path.name != Path(corpus.NOISE.pattern).name]
    found = []
    for path in judged:
        sound = corpus.sound_of(path)
        size = 3 * SAMPLE_RATE_HZ
        starts = range(0, max(1, min(len(sound), 10 * size) - size // 2), size)
        found += [Heard(f"{path.name} {start}", sound[start : start + size], None) for start in starts]
    return found


def streamed(data: Path, number: int) -> list[Heard]:
    """Crops cut as streaming cuts them, in mid-word too, from all the speech that was not trained on."""
    sounds = [heard.sound for heard in telephone(data)]
    sounds += [corpus.sound_of(path) for path in corpus.files_of(data, corpus.HELD_OUT)]
    spoken = [crops.spoken_blocks(sound) for sound in sounds]
    share = np.array([blocks.sum() for blocks in spoken]) / sum(blocks.sum() for blocks in spoken)
    rng = np.random.default_rng(0)
    found: list[Heard] = []
    while len(found) < number:
        index = rng.choice(len(sounds), p=share)
        crop = crops.cut(sounds[index], spoken[index], rng)
        if crop is not None:
            found.append(Heard(str(len(found)), crop, None))
    return found


def _pieces(name: str, sound: Sound, text: str | None) -> Iterator[Heard]:
    for first, last in _joined(crops.turns(crops.spoken_blocks(sound))):
        low = max(0, first * crops.BLOCK_SAMPLES - MARGIN_SAMPLES)
        yield Heard(name, sound[low : last * crops.BLOCK_SAMPLES + MARGIN_SAMPLES], text)
        text = None


def _joined(turns: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring turns put together while they last 10 s at most; longer ones are cut at 10 s."""
    found: list[tuple[int, int]] = []
    for first, last in turns:
        if found and last - found[-1][0] <= PIECE_BLOCKS and first - found[-1][1] < 2 * crops.PAUSE_BLOCKS:
            found[-1] = (found[-1][0], last)
        else:
            found += [(start, min(last, start + PIECE_BLOCKS)) for start in range(first, last, PIECE_BLOCKS)]
    return found


def _transcripts(path: Path) -> dict[str, str]:
    with path.open(newline="") as file:
        return dict(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

"""What the guard against crosstalk does on real calls: leaked words that are given twice, and own words that are lost.

    python -m tests.bench.leak [--calls N] > leak.json

Six harpervalley calls. Onto each channel the other leaks through one of the rooms of ../shared/data/noise, at -15, -20
and -30 dB, 50 to 250 ms late; `level_db` null is no leak. `moved` is the same with the other party moved in time, so
that both talk at once far more than people do. Each channel is heard once, frame by frame without the server
(`tests.bench.wer` says how), and what is told is given to `streaming/crosstalk.py` as a call would; so the counts
before and after it are of the same hypotheses.

Of the final words, `own` are those that the channel brings without any leak as well, `leaked` the others that repeat a
word of the other party or stand where nobody spoke here, `changed` the rest: own words that the leak made the
recogniser mishear. `said_there` counts the other party's words. `guard_share` is the guard's processor time, of one
core, for each channel.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
import numpy as np
import numpy.typing as npt

from assist import settings as settings_module
from streaming import models, recording
from streaming.agreement import spoken_form
from streaming.crosstalk import Crosstalk
from streaming.engines.contract import Engine
from streaming.engines.whisper import create
from streaming.recording import Samples
from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame, Speaker, Word, Words
from tests.bench.damage import clean, leaked
from tests.bench.real_calls import DATA, PARTIES, calls
from tests.bench.wer import told_live

LEVELS_DB = (None, -15, -20, -30)
DELAYS_MS = (50, 120, 180, 250)
MOVED_MS = 5_300
NEAR_MS = 500  # words of two passes over the same sound lie no further apart
BOTH = cast("tuple[Speaker, ...]", tuple(PARTIES))

Room = npt.NDArray[np.float64]


class Channel(msgspec.Struct, frozen=True):
    """One channel's final words before the guard and after it, and what the guard cost."""

    before: tuple[Word, ...]
    after: tuple[Word, ...]
    guard_s: float


class Scene(msgspec.Struct, frozen=True):
    """A party's own sound, the other's, and how that leaks; `level_db` None for not at all."""

    own: Samples
    other: Samples
    is_moved: bool
    level_db: float | None
    delay_ms: int
    room: int


def main() -> None:
    """Runs the bench and prints a row for each kind of scene."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--calls", type=int, default=6, help="how many of the six")
    chosen = options.parse_args()
    model = models.prepare("tiny.en", settings_module.load().cache_dir, "cpu")
    engine = create(model.options(1, 1))
    rooms = [_room(f"rir{number}.wav") for number in range(1, 5)]
    found: dict[tuple[bool, float | None], list[dict[str, float]]] = {}
    for number, call in enumerate([call for call in calls() if call["texts"]][: chosen.calls]):
        print(f"hearing {call['name']}", file=sys.stderr, flush=True)
        for scene, counted in _counted(call["sound"].samples, number, rooms, engine):
            found.setdefault((scene.is_moved, scene.level_db), []).append(counted)
    rows = [{"moved": moved, "level_db": level_db, **_sum(counts)} for (moved, level_db), counts in found.items()]
    machine = {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    print(json.dumps({"machine": machine, "rows": rows}, indent=2))


def _counted(
    samples: Samples, number: int, rooms: Sequence[Room], engine: Engine
) -> Iterator[tuple[Scene, dict[str, float]]]:
    plain = [_heard(Scene(samples[:, c], samples[:, 1 - c], False, None, 0, 0), rooms, engine) for c in (0, 1)]
    for channel in range(2):
        own, other = plain[channel].before, plain[1 - channel].before
        for is_moved in (False, True):
            moved_ms = MOVED_MS if is_moved else 0
            theirs = np.roll(samples[:, 1 - channel], moved_ms * SAMPLE_RATE_HZ // 1000)
            for turn, level_db in enumerate(LEVELS_DB):
                place = (number + turn + channel) % len(DELAYS_MS)
                scene = Scene(samples[:, channel], theirs, is_moved, level_db, DELAYS_MS[place], place)
                told = _heard(scene, rooms, engine)
                said = [_later(word, moved_ms + scene.delay_ms) for word in other]
                counts = {f"{kind}_before": 0.0 for kind in KINDS} | {f"{kind}_after": 0.0 for kind in KINDS}
                for when, words in (("before", told.before), ("after", told.after)):
                    for word in words:
                        counts[f"{_kind(word, own, said)}_{when}"] += 1
                sound_s = len(samples) / SAMPLE_RATE_HZ
                yield scene, {**counts, "said_there": len(said), "sound_s": sound_s, "guard_s": told.guard_s}


KINDS = ("own", "leaked", "changed")


def _kind(word: Word, own: Sequence[Word], said: Sequence[Word]) -> str:
    if any(_is_near(word, other) and spoken_form(word.text) == spoken_form(other.text) for other in own):
        return "own"
    is_repeated = any(_is_near(word, other) and spoken_form(word.text) == spoken_form(other.text) for other in said)
    return "leaked" if is_repeated or not any(_is_near(word, other) for other in own) else "changed"


def _is_near(word: Word, other: Word) -> bool:
    return abs(word.start_ms + word.end_ms - other.start_ms - other.end_ms) < 2 * NEAR_MS


def _later(word: Word, by_ms: int) -> Word:
    return msgspec.structs.replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms)


def _heard(scene: Scene, rooms: Sequence[Room], engine: Engine) -> Channel:
    """Of the prospect, say, onto whose channel the rep leaks."""
    own, other = clean(scene.own).samples, clean(scene.other).samples
    if scene.level_db is not None:
        leak = leaked(other, rooms[scene.room], scene.level_db, scene.delay_ms)
        own = np.clip(own.astype(np.int32) + leak, -32768, 32767).astype(np.int16)
    crosstalk = Crosstalk(BOTH)
    before: list[Word] = []
    after: list[Word] = []
    guard_s, heard_ms = 0.0, 0
    for now_ms, told in told_live(clean(own), "prospect", engine):
        begun_s = time.process_time()
        for start_ms in range(heard_ms, now_ms, FRAME_MS):
            crosstalk.hear(_frame("rep", other, start_ms))
            crosstalk.hear(_frame("prospect", own, start_ms))
        heard_ms = now_ms
        kept = crosstalk.own(told) if isinstance(told, Words) else None
        guard_s += time.process_time() - begun_s
        before += told.committed if isinstance(told, Words) and told.is_final else ()
        after += kept.committed if kept and kept.is_final else ()
    return Channel(tuple(before), tuple(after), guard_s)


def _frame(speaker: Speaker, samples: Samples, start_ms: int) -> AudioFrame:
    first = start_ms // FRAME_MS * FRAME_SAMPLES
    return AudioFrame(speaker, start_ms, samples[first : first + FRAME_SAMPLES].astype("<i2").tobytes())


def _room(name: str) -> Room:
    """From the sound that comes straight on; what lies before it is the recording's own delay."""
    response = recording.read((DATA / "noise" / "rirs" / name,)).samples[:, 0].astype(np.float64)
    return response[int(np.abs(response).argmax()) :]


def _sum(counts: Sequence[dict[str, float]]) -> dict[str, Any]:
    total = {name: sum(count[name] for count in counts) for name in counts[0]}
    sound_s, guard_s = total.pop("sound_s"), total.pop("guard_s")
    return {name: int(value) for name, value in total.items()} | {"guard_share": round(guard_s / sound_s / 2, 5)}


if __name__ == "__main__":
    main()

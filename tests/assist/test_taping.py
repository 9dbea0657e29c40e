"""A call's sound is kept without the numbers that its words are told without: whole calls, with sound and a script."""

import asyncio
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assist import call
from assist.archive import Archive
from assist.overlay_events import RecordingChanged, TranscriptChanged
from assist.tape import Tape
from assist.taping import Taping
from streaming import recording
from streaming.engines.scripted import Line
from streaming.errors import EngineFailed
from streaming.redaction.redactor import Redactor
from streaming.types import FRAME_MS, AudioFrame, Gap, Settled, Speaker
from tests.assist.test_call import Held

SIDES: tuple[Speaker, ...] = ("rep", "prospect")
CARD = (Line("prospect", 1_700, 3_800, "My card is 4539 1488 0343 6467"), Line("prospect", 3_900, 4_500, "okay?"))
EDGE_MS = 60  # what a codec smears
QUIET, LOUD = 40, 200


async def heard(said: bytes, held: Held) -> None:
    """The prospect says it, twice; the rep's line hisses all the time."""
    hiss = np.random.default_rng(7).integers(-1_000, 1_000, len(said) // 2, "<i2", endpoint=True).tobytes()
    for first in range(0, len(said) - 639, 640):
        for speaker, pcm in zip(SIDES, (hiss, said), strict=True):
            held.call.hear(AudioFrame(speaker, first // 32, pcm[first : first + 640]))
        await asyncio.sleep(0)


def kept(folder: Path) -> npt.NDArray[np.float32]:
    """How loud each side is each 20 ms of what is on the disk."""
    sound = recording.read((folder / "c.ogg",), 2).samples.astype(np.float32)
    frames = len(sound) // 320
    loud: npt.NDArray[np.float32] = np.abs(sound[: frames * 320]).reshape(frames, 320, 2).mean(axis=1)
    return loud


def held_with(folder: Path, lines: tuple[Line, ...] = CARD) -> Held:
    """A call whose sound is kept."""
    return Held(SIDES, lines, Tape(Archive(folder), "c", SIDES, lambda: True))


async def test_a_card_number_is_not_to_be_heard(tmp_path: Path, said: bytes) -> None:
    """Neither side has any sound while it is said; all else is there, from the first frame to the last."""
    held = held_with(tmp_path)
    twice = said + said
    await heard(twice, held)
    await held.end()
    assert held.all(RecordingChanged) == [RecordingChanged(True)]
    (number,) = [
        word
        for event in held.all(TranscriptChanged)
        if event.is_final
        for word in event.words
        if "[number]" in word.text
    ]
    loud = kept(tmp_path)
    assert abs(len(loud) * FRAME_MS - len(twice) // 32) <= 100
    hidden = slice((number.start_ms - 300 + EDGE_MS) // FRAME_MS, (number.end_ms + 300 - EDGE_MS) // FRAME_MS)
    assert loud[hidden].max() < QUIET
    around = np.delete(loud, range(hidden.start - 6, hidden.stop + 7), axis=0)
    assert around[:-5, 0].min() > LOUD and around[:, 1].max() > 1_000


async def test_what_nobody_recognised_is_silence(tmp_path: Path, said: bytes) -> None:
    """The recogniser gave it up, so nobody knows which numbers are in it."""
    held = held_with(tmp_path)
    held.listening.fault = EngineFailed("broken")
    await heard(said + bytes(64_000), held)
    await held.end()
    assert kept(tmp_path)[2_000 // FRAME_MS : 4_000 // FRAME_MS].max() < QUIET
    assert kept(tmp_path)[: 700 // FRAME_MS, 0].min() > LOUD


async def test_what_is_not_told_when_a_call_goes_elsewhere_is_silence(
    tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And likewise where its last words are given up."""
    monkeypatch.setattr(call, "LAST_WORDS_S", 0.05)
    held = held_with(tmp_path)
    held.listening.may_answer.clear()
    await heard(said, held)
    await held.end()
    loud = kept(tmp_path)
    assert loud[: 700 // FRAME_MS, 0].min() > LOUD and loud[1_800 // FRAME_MS :].max() < QUIET


def test_a_side_that_sends_nothing_holds_nothing_up(tmp_path: Path) -> None:
    """Only one party's frames come, as on lines that leave silence out."""
    settled: dict[Speaker, Settled] = {"rep": Settled(0, 0), "prospect": Settled(0, 0)}
    tape = Tape(Archive(tmp_path), "c", SIDES, lambda: True)
    taping = Taping(tape, Redactor(), lambda: settled)
    buzz = np.where(np.arange(320) % 40 < 20, 3_000, -3_000).astype("<i2").tobytes()
    for start_ms in range(0, 90_000, FRAME_MS):
        settled["rep"] = Settled(max(0, start_ms - 300), 0)
        taping.hear(AudioFrame("rep", start_ms, buzz))
        while tape.waiting_frames > 100:
            time.sleep(0.001)
        if start_ms == 85_200:
            taping.lose(Gap("rep", 85_000, 1_000))
    taping.keep(is_all_told=True)
    asyncio.run(taping.written())
    heard_ms = kept(tmp_path)[:, 0]
    assert heard_ms[: 84_600 // FRAME_MS].min() > LOUD and heard_ms[86_400 // FRAME_MS : -5].min() > LOUD
    assert heard_ms[84_800 // FRAME_MS : 86_200 // FRAME_MS].max() < QUIET

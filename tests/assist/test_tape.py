"""The sound of a call is kept whole, or not at all, and nothing of the call waits for it."""

import time
from pathlib import Path

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from assist import tape
from assist.archive import Archive
from assist.journal import CallIdRefused
from assist.sealing import Known
from assist.tape import MOST_WAITING_FRAMES, Tape
from streaming import recording
from streaming.redaction.redactor import Stretch
from streaming.types import FRAME_MS, FRAME_SAMPLES, AudioFrame, Speaker

SIDES: tuple[Speaker, ...] = ("rep", "prospect")
PATIENCE_S = 60.0
ALL = Known(3_600_000, ())
"""All that is said is understood, and nothing of it hidden."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    (tmp_path / "calls").mkdir()
    return tmp_path / "calls"


def tone(speaker: Speaker, start_ms: int, pitch_hz: float) -> AudioFrame:
    """20 ms of a tone."""
    at_s = (np.arange(FRAME_SAMPLES) + start_ms * 16) / 16_000
    return AudioFrame(speaker, start_ms, (8_000 * np.sin(2 * np.pi * pitch_hz * at_s)).astype("<i2").tobytes())


def filled(folder: Path, until_ms: int = 6_000) -> Tape:
    """The rep is heard in the first half, the prospect in the second."""
    kept = Tape(Archive(folder), "c", SIDES, lambda: True)
    for start_ms in range(0, until_ms, FRAME_MS):
        kept.hear(tone("rep" if start_ms < until_ms // 2 else "prospect", start_ms, 440), ALL)
    return kept


def test_both_sides_are_kept_apart_and_in_time(folder: Path) -> None:
    """As Opus in Ogg, for its owner alone, and a tenth of the size."""
    kept = filled(folder)
    kept.keep(ALL)
    assert kept.join(PATIENCE_S)
    path = tape.path_of(folder, "c")
    assert [file.name for file in folder.iterdir()] == ["c.ogg"]
    assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_size < 50_000
    with av.open(str(path)) as container:
        (stream,) = container.streams.audio
        assert (container.format.name, stream.codec_context.name, stream.codec_context.channels) == ("ogg", "opus", 2)
    found = recording.read((path,), 2)
    assert abs(found.duration_ms - 6_000) <= 100
    loud = np.abs(found.samples.astype(np.float32))
    second = 16_000
    assert loud[second : 2 * second].mean(axis=0) == pytest.approx([5_000, 0], abs=900)
    assert loud[4 * second : 5 * second].mean(axis=0) == pytest.approx([0, 5_000], abs=900)


def test_there_is_no_file_until_it_is_whole(folder: Path) -> None:
    """Whoever looks in the middle of a call finds none."""
    kept = filled(folder)
    while not (folder / "c.ogg.part").exists():
        time.sleep(0.01)
    assert not (folder / "c.ogg").exists()
    kept.keep(ALL)
    assert kept.join(PATIENCE_S) and recording.read((folder / "c.ogg",), 2).duration_ms > 5_900


def test_nothing_is_written_before_it_may_be(folder: Path) -> None:
    """Then what went before is silence, for the times must be right; and where it never may be, there is no file."""
    may_keep = False
    kept = Tape(Archive(folder), "c", SIDES, lambda: may_keep)
    assert [kept.hear(tone("rep", start_ms, 440), ALL) for start_ms in range(0, 3_000, FRAME_MS)] == [False] * 150
    assert list(folder.iterdir()) == []
    may_keep = True
    assert all(kept.hear(tone("rep", start_ms, 440), ALL) for start_ms in range(3_000, 6_000, FRAME_MS))
    kept.keep(ALL)
    assert kept.join(PATIENCE_S)
    loud = np.abs(recording.read((folder / "c.ogg",), 2).samples[:, 0].astype(np.float32))
    assert loud[:40_000].mean() < 50 and loud[56_000:90_000].mean() > 3_000
    never = Tape(Archive(folder), "d", SIDES, lambda: False)
    never.hear(tone("rep", 0, 440), ALL)
    never.keep(ALL)
    assert never.join(PATIENCE_S) and not (folder / "d.ogg").exists()


def test_what_is_not_wanted_any_more_is_gone(folder: Path) -> None:
    """Where consent is refused in the middle of a call."""
    kept = filled(folder)
    kept.discard()
    assert kept.join(PATIENCE_S) and list(folder.iterdir()) == []


def test_a_full_disk_stops_it_with_one_alert_and_nothing_else(folder: Path) -> None:
    """Nothing is left, and what still comes is let go."""
    (folder / "c.ogg.part").symlink_to("/dev/full")
    with capture_logs() as logged:
        kept = filled(folder, 12_000)
        kept.keep(ALL)
        assert kept.join(PATIENCE_S)
        assert kept.hear(tone("rep", 12_000, 440), ALL) is False
    assert [(line["event"], line["error"]) for line in logged] == [("sound_not_kept", "No space left on device")]
    assert list(folder.iterdir()) == []


def test_a_disk_that_stalls_costs_sound_and_no_memory(folder: Path) -> None:
    """The queue is bounded; what did not fit is counted, and is silence in the file."""
    kept = Tape(Archive(folder), "c", SIDES, lambda: True)
    frames = [tone("rep", start_ms, 440) for start_ms in range(0, 60_000, FRAME_MS)]
    with capture_logs() as logged:
        for frame in frames:
            kept.hear(frame, ALL)
            assert kept.waiting_frames <= MOST_WAITING_FRAMES
        kept.keep(ALL)
        assert kept.join(PATIENCE_S)
    (line,) = logged
    assert line["event"] == "sound_kept_with_holes" and 0 < line["frames"] < len(frames)


def test_all_of_a_call_is_removed(folder: Path) -> None:
    """A part that a crash left, too; and no id leads out of the folder."""
    for name in ("c.ogg", "c.ogg.part", "d.ogg"):
        (folder / name).touch()
    tape.remove_sound(folder, "c")
    assert [path.name for path in folder.iterdir()] == ["d.ogg"]
    tape.remove_sound(folder, "c")
    with pytest.raises(CallIdRefused):
        tape.remove_sound(folder, "../d")


def test_what_is_hidden_or_not_understood_is_silence_in_the_file(folder: Path) -> None:
    """On every side; and whatever was not understood in the end is told to the operator."""
    kept = Tape(Archive(folder), "c", SIDES, lambda: True)
    known = Known(4_000, (Stretch(1_000, 2_000),))
    for start_ms in range(0, 6_000, FRAME_MS):
        for speaker in SIDES:
            kept.hear(tone(speaker, start_ms, 440), known)
    with capture_logs() as logged:
        kept.keep(known)
        assert kept.join(PATIENCE_S)
    loud = np.abs(recording.read((folder / "c.ogg",), 2).samples.astype(np.float32)).max(axis=1)
    second = 16_000
    assert loud[int(1.05 * second) : int(1.95 * second)].max() < 200 and loud[int(4.05 * second) :].max() < 200
    assert loud[int(0.1 * second) : int(0.9 * second)].mean() > 4_000
    assert loud[int(2.1 * second) : int(3.9 * second)].mean() > 4_000
    assert [(line["event"], line["silenced_ms"]) for line in logged] == [("sound_silenced_unheard", 2_000)]

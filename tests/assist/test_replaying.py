"""A folder of recordings: all of it is heard, each once, whatever breaks a run; a bad file is named."""

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from assist import cli, journal, recordings
from assist.archive import Archive
from assist.play import Show
from assist.replaying import UNFINISHED, AlreadyReplaying, Call, Run, unfinished

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
SAID = "I just don't know if we can justify the cost right now."


@pytest.fixture
def folder(tmp_path: Path, script: Path, said: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stereo file, the two sides of a call, and a mono file; commands write journals beside it."""
    monkeypatch.setenv("ASSIST_ENGINE", "scripted")
    monkeypatch.setenv("ASSIST_SCRIPT", str(script))
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(tmp_path / "journals"))
    made = tmp_path / "recorded"
    (made / "march").mkdir(parents=True)
    write_wav(made / "stereo.wav", bytes(len(said)), said)
    write_wav(made / "march" / "sides.rep.wav", bytes(len(said)))
    write_wav(made / "march" / "sides.prospect.wav", said)
    write_wav(made / "mono.wav", said)
    return made


def write_wav(path: Path, *channels: bytes) -> None:
    """16 kHz sound, a channel each."""
    frames = b"".join(b"".join(c[i : i + 2] for c in channels) for i in range(0, len(channels[0]), 2))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(frames)


def replay(folder: Path, *options: str) -> tuple[int, str, str]:
    """Exit status, output and error output."""
    result = CliRunner().invoke(cli.app, ["replay", str(folder), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def journals(folder: Path) -> dict[str, list[dict[str, object]]]:
    """The events of each journal that is kept, by the call's name."""
    kept = sorted((folder.parent / "journals").glob("*.jsonl"))
    return {path.stem.rpartition("-")[0]: journal.read(path, Archive(path.parent))[0] for path in kept}


def test_every_recording_becomes_a_call_and_is_heard_once(folder: Path) -> None:
    """As fast as can be, with a journal each, from start to end; again, nothing is heard, and a new file alone is."""
    begun_s = time.monotonic()
    status, _, err = replay(folder)
    assert status == 0, err
    assert "3 heard, 0 heard before, 0 failed" in err
    kept = journals(folder)
    assert kept.keys() == {"stereo", "sides", "mono"}
    for events in kept.values():
        assert events[0]["kind"] == "call_started" and events[-1]["kind"] == "call_ended"
    assert kept["mono"][0]["speakers"] == ["mixed"]
    for name in ("stereo", "sides"):
        said = [event["committed"] for event in kept[name] if event.get("is_final")]
        assert said == [SAID], name
    journal_dir = folder.parent / "journals"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (journal_dir, *journal_dir.iterdir()))
    assert "0 heard, 3 heard before, 0 failed" in replay(folder)[2]
    (folder / "stereo.wav").rename(folder / "march" / "stereo.wav")
    write_wav(folder / "new.wav", bytes(32_000))
    assert "1 heard, 3 heard before, 0 failed" in replay(folder)[2]
    assert time.monotonic() - begun_s < PATIENCE_S


def test_a_bad_file_is_named_and_the_others_are_heard(folder: Path) -> None:
    """What is wrong with it, and the status tells; nothing of it is kept. Other files are passed over."""
    (folder / "torn.mp3").write_bytes(b"ID3 no sound at all" * 40)
    (folder / "stereo.toml").write_text("compnay = 'Northwind'\n")
    (folder / "list\x1b[2J.xlsx").touch()
    status, _, err = replay(folder)
    assert status == 1
    assert "torn.mp3 cannot be read as sound" in err and "compnay" in err
    assert "Passed over, no recordings by their names: list" in err and "\x1b[2J" not in err
    assert "2 heard, 0 heard before, 2 failed" in err
    assert journals(folder).keys() == {"sides", "mono"}
    (folder / "torn.mp3").unlink()
    (folder / "stereo.toml").write_text("company = 'Northwind'\n")
    status, _, err = replay(folder)
    assert status == 0 and "1 heard, 2 heard before, 0 failed" in err
    assert journals(folder)["stereo"][0]["company"] == "Northwind"


def test_the_same_file_twice_is_heard_once(folder: Path, said: bytes) -> None:
    """A copy in another folder is no other call."""
    (folder / "copy").mkdir()
    write_wav(folder / "copy" / "mono.wav", said)
    _, _, err = replay(folder)
    assert "the same file as copy/mono.wav" in err and "3 heard" in err


def test_json_has_every_event_of_every_call(folder: Path) -> None:
    """A line each, told apart by the call's id."""
    _, out, _ = replay(folder, "--json")
    events = [json.loads(line) for line in out.splitlines()]
    ended = {event["call"] for event in events if event["kind"] == "call_ended"}
    assert len(ended) == 3 and {event["call"] for event in events} == ended


def test_a_run_that_is_killed_leaves_whole_journals_alone_and_goes_on(folder: Path, said: bytes) -> None:
    """A short call is done, a long one in the middle; then the long one is heard anew, the short one not."""
    for path in folder.rglob("*.wav"):
        path.unlink()
    write_wav(folder / "short.wav", said)
    write_wav(folder / "long.wav", said * 12)
    environment = {**os.environ, "ASSIST_WORKERS": "2"}
    command = [sys.executable, "-m", "assist", "replay", str(folder), "--speed", "1"]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    begun_s = time.monotonic()
    while "short" not in journals(folder) and time.monotonic() - begun_s < PATIENCE_S:
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.wait()
    left = folder.parent / "journals" / UNFINISHED
    assert journals(folder).keys() >= {"short"} and "long" not in journals(folder)
    assert [path.name.startswith("long") for path in left.glob("*.jsonl")] == [True]
    (listed,) = CliRunner().invoke(cli.app, ["calls"]).stdout.splitlines()
    assert listed.startswith("short-")
    status, _, err = replay(folder)
    assert status == 0 and "1 heard, 1 heard before" in err
    assert journals(folder)["long"][-1]["kind"] == "call_ended" and not left.exists()


def test_two_runs_do_not_share_the_place_of_unfinished_journals(folder: Path) -> None:
    """The second is told to wait; what the first has there stays."""
    place = folder.parent / "journals" / UNFINISHED
    place.mkdir(parents=True)
    (place / "under-way.jsonl").touch()
    lock = os.open(place, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    status, _, err = replay(folder)
    assert status == 2 and "another `assist replay`" in err and (place / "under-way.jsonl").exists()
    with pytest.raises(AlreadyReplaying), unfinished(folder.parent / "journals"):
        pass
    os.close(lock)


def test_an_interrupted_run_leaves_nothing_unfinished(folder: Path) -> None:
    """Whatever ends it."""
    journal_dir = folder.parent / "journals"
    with pytest.raises(KeyboardInterrupt), unfinished(journal_dir):
        (journal_dir / UNFINISHED / "half.jsonl").touch()
        raise KeyboardInterrupt
    assert list(journal_dir.iterdir()) == []


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", None])
async def test_a_call_without_a_whole_journal_has_failed(folder: Path, house: Any, url: str | None) -> None:
    """No server takes it, or what it wrote is not where it should be: it is named, and nothing is kept."""
    run = Run(Show(as_json=True, is_paced=False), Archive(folder.parent / "journals"), Console(quiet=True))
    source = recordings.Source((folder / "mono.wav",))
    calls = [Call("mono.wav", source, recordings.call_id_of(source), source.size_bytes)]
    await asyncio.wait_for(run.hear(calls, url or house.ws, 2), PATIENCE_S)
    assert (run.heard, run.failed) == (0, 1) and journals(folder) == {}

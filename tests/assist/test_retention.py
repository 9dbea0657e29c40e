"""What is too old, and what goes with it."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assist import retention
from assist.audit import Audit, entries
from assist.retention import DAY_S, PREPARATION, Artefact, Kept, Limits, expired, kept_in, remove, sweep_daily

FOR_EVER: dict[Artefact, float | None] = {"journal": None, "debrief": None, "sound": None, "preparation": None}


def days(**limits: float) -> dict[Artefact, float | None]:
    """Limits of some artefacts."""
    return {artefact: limits[artefact] for artefact in FOR_EVER if artefact in limits}


TORN = f"{PREPARATION}.0123456789abcdef.new"
"""Of a server that died while it wrote."""
FILES = ("a.jsonl", "a.html", "a.ogg", "b.jsonl", "b.ogg.part", "b.srt", PREPARATION, TORN, ".replaying/c.jsonl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two calls, what prepares a third, one of a replay, and what is none of ours; `a` is ten days old."""
    (tmp_path / ".replaying").mkdir()
    for name in (*FILES, "notes.txt", "audit.log", "no call.jsonl"):
        (tmp_path / name).write_text("{}")
        if name.startswith("a."):
            os.utime(tmp_path / name, (time.time() - 10 * DAY_S,) * 2)
    return tmp_path


def names(files: tuple[Kept, ...], folder: Path) -> set[str]:
    """Their paths in the folder."""
    return {file.path.relative_to(folder).as_posix() for file in files}


def test_all_that_is_kept_of_calls_is_known(folder: Path) -> None:
    """And nothing else."""
    kept = {file.path.relative_to(folder).as_posix(): (file.artefact, file.call) for file in kept_in(folder)}
    assert kept == {
        "a.jsonl": ("journal", "a"),
        "a.html": ("debrief", "a"),
        "a.ogg": ("sound", "a"),
        "b.jsonl": ("journal", "b"),
        "b.ogg.part": ("sound", "b"),
        "b.srt": ("debrief", "b"),
        PREPARATION: ("preparation", None),
        TORN: ("preparation", None),
        ".replaying/c.jsonl": ("journal", "c"),
    }


@pytest.mark.parametrize(
    ("limits", "gone"),
    [
        (FOR_EVER, set()),
        (FOR_EVER | days(journal=11), set()),
        (FOR_EVER | days(journal=9), {"a.jsonl", "a.html", "a.ogg"}),
        (FOR_EVER | days(sound=9), {"a.ogg"}),
        (FOR_EVER | days(debrief=9, sound=20), {"a.html"}),
        (FOR_EVER | days(preparation=-1), {PREPARATION, TORN}),
    ],
)
def test_each_artefact_has_its_days(folder: Path, limits: Limits, gone: set[str]) -> None:
    """With the journal goes all that was made of it."""
    assert names(expired(tuple(kept_in(folder)), limits, time.time()), folder) == gone


async def test_it_is_swept_at_the_start(folder: Path) -> None:
    """Then daily; a file that is gone meanwhile is no fault. The audit log has each call of which something went."""
    (folder / "audit.log").write_bytes(b"")
    sweeping = asyncio.create_task(sweep_daily(folder, FOR_EVER | days(journal=9)))
    for _ in range(200):
        await asyncio.sleep(0.02)
        if b"swept" in (folder / "audit.log").read_bytes():
            break
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping
    assert "a.jsonl" not in names(tuple(kept_in(folder)), folder)
    assert [(entry.who, entry.action, entry.call, entry.detail) for entry in entries(folder)] == [
        ("server", "swept", "a", "debrief, journal, sound")
    ]
    remove((Kept(folder / "a.jsonl", "journal", "a", 0.0),), Audit(folder, "server"), "swept")


def test_one_that_cannot_be_deleted_keeps_no_other(folder: Path) -> None:
    """It is told, and noted as swept is only what was."""
    (folder / "audit.log").write_bytes(b"")
    (folder / "a.ogg").unlink()
    (folder / "a.ogg").mkdir()
    with pytest.raises(OSError):
        remove(tuple(kept_in(folder)), Audit(folder, "server"), "swept")
    assert [path.name for path in folder.iterdir() if path.name.startswith(("a.", "b."))] == ["a.ogg"]
    assert "a" not in [entry.call for entry in entries(folder)]


async def test_what_cannot_be_swept_is_tried_again_another_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written, say; the server goes on."""

    def refuse(path: Path, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    sweeping = asyncio.create_task(sweep_daily(folder, FOR_EVER | days(journal=9)))
    await asyncio.sleep(0.3)
    assert not sweeping.done()
    sweeping.cancel()


async def test_a_fault_in_one_sweep_costs_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged; what is too old goes with the next."""
    swept: list[Path] = []

    def fail(path: Path) -> Iterator[Kept]:
        swept.append(path)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(retention, "kept_in", fail)
    monkeypatch.setattr(retention, "DAY_S", 0.01)
    with capture_logs() as logs:
        sweeping = asyncio.create_task(sweep_daily(folder, FOR_EVER))
        await asyncio.sleep(0.3)
        sweeping.cancel()
    assert len(swept) > 1 and {line["event"] for line in logs} == {"task_failed"}

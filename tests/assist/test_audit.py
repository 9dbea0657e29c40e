"""The audit log: what is in it, and what it betrays of who changed it."""

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from assist.audit import BEGINNING, FILE, Audit, AuditBroken, entries, verify


def noon() -> datetime:
    """A time."""
    return datetime(2026, 11, 26, 12, tzinfo=UTC)


def written(folder: Path) -> list[bytes]:
    """A log of four lines."""
    audit = Audit(folder, "page", noon)
    audit.note("calls_listed")
    audit.note("debrief_viewed", "c1")
    Audit(folder, "dana", noon).note("exported", "c1", "csv")
    audit.note("overlay_viewed", "c2")
    return (folder / FILE).read_bytes().splitlines(keepends=True)


def test_each_line_says_who_did_what_to_which_call(tmp_path: Path) -> None:
    """And the chain holds; the file is its owner's alone."""
    lines = written(tmp_path / "calls")
    told = [(entry.number, entry.who, entry.action, entry.call, entry.detail) for entry in entries(tmp_path / "calls")]
    assert told == [
        (1, "page", "calls_listed", None, ""),
        (2, "page", "debrief_viewed", "c1", ""),
        (3, "dana", "exported", "c1", "csv"),
        (4, "page", "overlay_viewed", "c2", ""),
    ]
    count, last = verify(tmp_path / "calls")
    assert count == len(lines) and last.encode() in lines[-1]
    assert (tmp_path / "calls" / FILE).stat().st_mode & 0o77 == 0
    assert verify(tmp_path) == (0, BEGINNING)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 3), offset=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found_in_its_line(tmp_path: Path, place: int, offset: int, bit: int) -> None:
    """Wherever in the file it is."""
    (tmp_path / FILE).unlink(missing_ok=True)
    lines = written(tmp_path)
    line = bytearray(lines[place])
    line[offset % (len(line) - 1)] ^= 1 << bit
    (tmp_path / FILE).write_bytes(b"".join([*lines[:place], bytes(line), *lines[place + 1 :]]))
    with pytest.raises(AuditBroken, match=rf"line {place + 1}\b"):
        verify(tmp_path)


@pytest.mark.parametrize("order", [(0, 2, 3), (1, 0, 2, 3), (0, 1, 1, 2, 3), (1, 2, 3)])
def test_lines_that_are_gone_moved_or_doubled_are_found(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Each is right by itself."""
    lines = written(tmp_path)
    (tmp_path / FILE).write_bytes(b"".join(lines[place] for place in order))
    with pytest.raises(AuditBroken, match="is gone, or another was put in"):
        verify(tmp_path)


def test_a_torn_line_is_found(tmp_path: Path) -> None:
    """The last one, say, of a full disk."""
    lines = written(tmp_path)
    (tmp_path / FILE).write_bytes(b"".join(lines)[:-20])
    with pytest.raises(AuditBroken, match="line 4: it was changed or cut off"):
        verify(tmp_path)


def test_several_write_at_once(tmp_path: Path) -> None:
    """A server and its operator's commands: no line is lost, none follows from another than the one before."""
    with ThreadPoolExecutor(8) as pool:
        for _ in range(200):
            pool.submit(Audit(tmp_path, "page").note, "overlay_viewed", "c1")
    assert verify(tmp_path)[0] == 200


def test_what_cannot_be_written_keeps_nobody_from_their_calls(tmp_path: Path) -> None:
    """A folder that is a file, say."""
    (tmp_path / "calls").write_text("")
    Audit(tmp_path / "calls", "page").note("calls_listed")


@contextmanager
def no_file_beyond(length: int) -> Iterator[None]:
    """As on a full disk: what goes beyond so many bytes is cut off there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 20])
def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path, room: int) -> None:
    """It is told, and once there is room again the log goes on as if nothing had been tried."""
    whole = b"".join(written(tmp_path))
    with capture_logs() as logs, no_file_beyond(len(whole) + room):
        Audit(tmp_path, "page").note("calls_listed")
    assert [entry["event"] for entry in logs] == ["audit_not_written"]
    assert (tmp_path / FILE).read_bytes() == whole
    Audit(tmp_path, "page").note("calls_listed")
    assert verify(tmp_path)[0] == 5


@pytest.mark.parametrize("torn", [b'{"number":4,"at', b"\0" * 40, b"\xff\n", b"\0" * 20_000])
def test_the_log_goes_on_behind_a_torn_line(tmp_path: Path, torn: bytes) -> None:
    """Of a machine that died, say: its place stays its own, so that it can neither be overlooked nor taken out."""
    lines = written(tmp_path)[:3]
    (tmp_path / FILE).write_bytes(b"".join(lines) + torn)
    audit = Audit(tmp_path, "page", noon)
    audit.note("calls_listed")
    audit.note("debrief_viewed", "c9")
    kept = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    assert [b"calls_listed" in kept[4], b'"c9"' in kept[5]] == [True, True]
    with pytest.raises(AuditBroken, match="line 4: it was changed or cut off"):
        verify(tmp_path)
    (tmp_path / FILE).write_bytes(b"".join([*kept[:3], *kept[4:]]))
    with pytest.raises(AuditBroken, match="line 4: the line that stood before it is gone"):
        verify(tmp_path)

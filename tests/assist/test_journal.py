"""The journal keeps every whole line, whatever the crash, and never disturbs a call."""

import errno
import fcntl
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from assist.archive import Archive
from assist.journal import CallIdRefused, Journal, JournalInUse, path_of, read, resting

PLAIN = Archive(Path())
PATIENCE_S = 20.0
LINES = [{"seq": 0, "kind": "call_started"}, {"seq": 1, "text": 'Größe "ok"\n'}, {"seq": 2, "words": [{"a": 1.5}]}]


def written(folder: Path, lines: list[dict[str, object]], call_id: str = "c-1") -> Path:
    kept = Journal(Archive(folder), call_id)
    for line in lines:
        assert kept.append(msgspec.json.encode(line))
    kept.close()
    return path_of(folder, call_id)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data" / "journal"


def test_reads_back_what_was_written(folder: Path) -> None:
    """The objects come back in order and nothing counts as torn."""
    assert read(written(folder, LINES), PLAIN) == (LINES, 0)


def test_a_line_is_with_the_operating_system_at_once(folder: Path) -> None:
    """Nothing waits in the process: a line can be read before the journal is closed."""
    kept = Journal(Archive(folder), "c-1")
    kept.append(b'{"seq":0}')
    assert read(path_of(folder, "c-1"), PLAIN) == ([{"seq": 0}], 0)
    kept.close()


def test_only_its_owner_can_read_it(folder: Path) -> None:
    """Folder 0700, file 0600: what was said is nobody else's to read."""
    path = written(folder, LINES)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_survives_a_cut_at_any_byte(tmp_path: Path) -> None:
    """All whole lines before the cut are read, and at most the one that was cut is torn."""
    whole = written(tmp_path, LINES).read_bytes()
    cut = tmp_path / "cut.jsonl"
    for length in range(len(whole) + 1):
        cut.write_bytes(whole[:length])
        kept, torn = read(cut, PLAIN)
        # A line that lacks only its line break is whole.
        is_whole_but_for_break = whole[length : length + 1] == b"\n"
        ended = whole[:length].count(b"\n") + is_whole_but_for_break
        assert kept == LINES[:ended]
        is_clean = length == 0 or is_whole_but_for_break or whole[length - 1 : length] == b"\n"
        assert torn == (0 if is_clean else 1)


@given(
    lines=st.lists(
        st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(-9, 9), min_size=1), max_size=4
    ),
    cut=st.integers(0, 400),
)
def test_nothing_is_glued_to_a_torn_line(lines: list[dict[str, object]], cut: int) -> None:
    """A journal opened again after a crash at any byte goes on on a line of its own."""
    with TemporaryDirectory() as name:
        path = written(Path(name), lines)
        whole = path.read_bytes()
        path.write_bytes(whole[:cut])
        before, _ = read(path, PLAIN)
        written(Path(name), [{"seq": 99}])
        kept, torn = read(path, PLAIN)
        assert kept == [*before, {"seq": 99}]
        assert before == lines[: len(before)]
        assert torn <= 1


def test_bad_lines_are_counted_and_passed_over(tmp_path: Path) -> None:
    """Garbage, a list, bytes that are no UTF-8 and a bottomless nesting each cost one line, no more."""
    path = tmp_path / "c.jsonl"
    bad = [b"garbage", b"[1]", b'{"a":"\xff"}', b'{"a":' + b"[" * 100_000]
    path.write_bytes(b'{"seq":0}\n' + b"\n".join(bad) + b'\n\n{"seq":1}\n')
    assert read(path, PLAIN) == ([{"seq": 0}, {"seq": 1}], len(bad))


@pytest.mark.parametrize("call_id", ["", "a" * 65, "../up", "a/b", "a.b", "a b", "a\n", "\0", "ä", "C:x"])
def test_an_id_that_could_be_a_path_is_refused(folder: Path, call_id: str) -> None:
    """Only letters, digits, '_' and '-' name a journal; others raise before anything is made on the disk."""
    with pytest.raises(CallIdRefused, match="1 to 64"):
        Journal(Archive(folder), call_id)
    assert not folder.exists()


def test_the_longest_id_is_allowed(folder: Path) -> None:
    """64 characters are within bounds."""
    assert read(written(folder, LINES, "Az09_-" + "x" * 58), PLAIN) == (LINES, 0)


def test_a_full_disk_disables_it_once_and_raises_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first failure is logged without what was said; from then on nothing is tried."""
    kept = Journal(Archive(folder), "c-1")
    calls = []

    def full(file: int, data: bytes) -> int:
        calls.append(data)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with capture_logs() as logs:
        assert not kept.append(b'{"text":"secret"}')
        assert not kept.append(b'{"text":"secret"}')
    monkeypatch.undo()
    kept.close()
    assert [entry["event"] for entry in logs] == ["journal_disabled"]
    assert "secret" not in str(logs)
    assert len(calls) == 1
    assert not kept.is_writing


def test_a_part_that_was_taken_is_followed_by_the_rest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it is given; the line still arrives whole."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    path = written(folder, LINES)
    monkeypatch.undo()
    assert read(path, PLAIN) == (LINES, 0)


def test_a_folder_that_cannot_be_made_disables_it(tmp_path: Path) -> None:
    """A file in the folder's place is the operator's mistake, told once; the call goes on."""
    (tmp_path / "data").write_text("in the way")
    with capture_logs() as logs:
        kept = Journal(Archive(tmp_path / "data"), "c-1")
        assert not kept.append(b"{}")
        kept.close()
    assert [entry["event"] for entry in logs] == ["journal_disabled"]


def test_a_failing_sync_is_told_and_not_raised(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a call is no place to fail either, and the file is closed all the same."""
    kept = Journal(Archive(folder), "c-1")
    closed = []
    close = os.close

    def broken(file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    def noted(file: int) -> None:
        closed.append(file)
        close(file)

    monkeypatch.setattr(os, "fsync", broken)
    monkeypatch.setattr(os, "close", noted)
    with capture_logs() as logs:
        kept.close()
        kept.close()
        assert kept.join(PATIENCE_S)
    assert [entry["event"] for entry in logs] == ["journal_disabled"]
    assert len(closed) == 1


def test_closing_syncs_once_and_ends_the_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `close` the file is on the disk, and nothing more is taken."""
    kept = Journal(Archive(folder), "c-1")
    kept.append(b"{}")
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    kept.close()
    kept.close()
    assert kept.join(PATIENCE_S) and len(synced) == 1
    assert not kept.append(b"{}")
    assert read(path_of(folder, "c-1"), PLAIN) == ([{}], 0)


def test_nothing_waits_for_a_slow_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call's end is on the event loop, where all other calls are: whoever wants to wait says so."""
    may_sync = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda file: may_sync.wait(PATIENCE_S))
    kept = Journal(Archive(folder), "c-1")
    kept.append(b"{}")
    kept.close()
    assert read(path_of(folder, "c-1"), PLAIN) == ([{}], 0) and not kept.join(0.01)
    may_sync.set()
    assert kept.join(PATIENCE_S)


def test_that_a_call_is_written_is_known_to_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its journal is closed, and no longer, however slow the disk is; two servers may write for a moment."""
    may_sync = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda file: may_sync.wait(PATIENCE_S))
    one, other = Journal(Archive(folder), "c-1"), Journal(Archive(folder), "c-1")
    for kept in (one, other):
        with pytest.raises(JournalInUse, match="c-1 is still running"), resting(path_of(folder, "c-1")):
            pass
        assert kept.append(b"{}")
        kept.close()
    with resting(path_of(folder, "c-1")):
        pass
    may_sync.set()
    assert one.join(PATIENCE_S) and other.join(PATIENCE_S)


def test_where_there_are_no_locks_a_call_is_kept_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems of networks have none."""

    def none(file: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    path = written(folder, LINES)
    with resting(path):
        assert read(path, PLAIN) == (LINES, 0)


def test_what_was_written_can_be_taken_back(folder: Path) -> None:
    """All of it: no file is left, and nothing more is kept."""
    kept = Journal(Archive(folder), "c-1")
    kept.append(b'{"seq":0}')
    kept.erase()
    assert list(folder.iterdir()) == [] and not kept.append(b'{"seq":1}')
    kept.erase()
    assert list(folder.iterdir()) == []


def test_an_earlier_call_under_the_same_id_is_not_taken_back(folder: Path) -> None:
    """Its bytes are as they were, a torn line too."""
    earlier = written(folder, LINES)
    torn = earlier.read_bytes() + b'{"seq":3,"te'
    earlier.write_bytes(torn)
    kept = Journal(Archive(folder), "c-1")
    kept.append(b'{"seq":0}')
    kept.erase()
    assert earlier.read_bytes() == torn


def test_what_a_disabled_journal_wrote_is_taken_back_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had begun before the disk was full."""
    kept = Journal(Archive(folder), "c-1")
    kept.append(b'{"seq":0}')

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    assert not kept.append(b'{"seq":1}')
    kept.erase()
    assert list(folder.iterdir()) == []

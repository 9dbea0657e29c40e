"""The list of calls: newest first, and no journal too broken for it."""

from pathlib import Path

from assist.archive import Archive
from assist.debrief.calls import calls_in
from tests.assist.debrief.scene import A_CALL, events
from tests.assist.debrief.test_reading import write


def test_newest_first_with_whom_and_how_long(tmp_path: Path) -> None:
    """From the first and the last lines; an answer after the end hides nothing."""
    older = events(*A_CALL, names={"prospect": "Marcus"}, company="Cedar Hill")
    older.append({"call": "older", "seq": 999, "at_ms": 1, "kind": "debrief_answered", "text": "yes"})
    newer = events(*A_CALL)
    newer[0]["started_at"] = "2026-11-27T09:00:00+00:00"
    write(tmp_path / "older.jsonl", older)
    write(tmp_path / "newer.jsonl", newer)
    first, second = calls_in(Archive(tmp_path))
    assert (first.id, first.title) == ("newer", "")
    assert (second.id, second.title, second.started_at) == ("older", "Marcus, Cedar Hill", "2026-11-26T09:12:44+00:00")
    assert second.duration_ms == newer[-1]["duration_ms"]


def test_journals_that_are_broken_running_or_old(tmp_path: Path) -> None:
    """Are listed with what is known of them: the file's own time, and no length."""
    (tmp_path / "torn.jsonl").write_bytes(b'{"call":"torn","se')
    (tmp_path / "empty.jsonl").touch()
    write(tmp_path / "odd.jsonl", [{"kind": "call_started", "names": 7, "company": ["x"], "started_at": 4}])
    calls = calls_in(Archive(tmp_path))
    assert {call.id for call in calls} == {"torn", "empty", "odd"}
    assert all(call.duration_ms is None and call.title == "" and call.started_at.startswith("20") for call in calls)


def test_what_is_no_journal_is_left_out(tmp_path: Path) -> None:
    """Other files, names that are no id, folders; and there may be no folder at all."""
    (tmp_path / "a call.jsonl").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "folder.jsonl").mkdir()
    assert calls_in(Archive(tmp_path)) == () == calls_in(Archive(tmp_path / "absent"))

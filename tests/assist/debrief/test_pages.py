"""The pages about calls that were, as the server gives them."""

from pathlib import Path

import pytest

from assist.debrief import reading
from assist.debrief.formats.page import html
from assist.debrief.pages import is_ours, listing, page
from assist.debrief.record import CallRecord
from tests.assist.debrief.scene import A_CALL, ENTRIES, debrief, events
from tests.assist.debrief.test_reading import write


def test_a_debrief_is_the_same_file_as_the_command_writes(tmp_path: Path) -> None:
    """Under a policy that lets no script run."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    told = page("/calls/c", tmp_path, ENTRIES)
    assert told is not None and told.body.decode() == html(debrief(*A_CALL))
    ((name, policy),) = told.headers
    assert name == "Content-Security-Policy" and "frame-ancestors 'none'" in policy and "script-src" not in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_the_list_leads_to_each_call(tmp_path: Path) -> None:
    """By name where there is one."""
    write(tmp_path / "c.jsonl", events(*A_CALL, names={"prospect": "<b>Ann</b>"}))
    write(tmp_path / "d.jsonl", events(*A_CALL)[:-1])
    for path in ("/calls", "/calls/"):
        told = page(path, tmp_path, ENTRIES)
        assert told is not None
        text = told.body.decode()
        assert (
            '<a href="/calls/c">&lt;b&gt;Ann&lt;/b&gt;</a>' in text
            and '<a href="/calls/d">26 November 2026, 09:12 UTC</a>' in text
        )
        assert "no end told" in text
        assert (
            "2 of 3 concerns taken up \u00b7 \u201cthat\u2019s right\u201d 1\u00d7" in text
            and "How you develop" in text
        )


def test_a_journal_that_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that did is."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    read_files: list[str] = []
    read = reading.read

    def counting(folder: Path, call_id: str) -> CallRecord:
        read_files.append(call_id)
        return read(folder, call_id)

    monkeypatch.setattr(reading, "read", counting)
    assert listing(tmp_path) == listing(tmp_path)
    assert read_files == ["c"]
    write(tmp_path / "c.jsonl", events(*A_CALL[:3]))
    listing(tmp_path)
    assert read_files == ["c", "c"]


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    """And what will be there."""
    told = page("/calls", tmp_path / "absent", ENTRIES)
    assert told is not None and b"No call has been kept yet" in told.body


@pytest.mark.parametrize("path", ["/calls/absent", "/calls/../secret", "/calls/%2e%2e", "/calls/a/b"])
def test_there_is_no_other_page(tmp_path: Path, path: str) -> None:
    """And no way out of the folder."""
    assert page(path, tmp_path, ENTRIES) is None


def test_which_paths_are_ours() -> None:
    """The overlay's are not."""
    assert is_ours("/calls") and is_ours("/calls/x")
    assert not is_ours("/callsign") and not is_ours("/") and not is_ours("/style.css")

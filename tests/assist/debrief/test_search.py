"""Calls are found by what was said, with whom, when, and by what came of them."""

from datetime import date
from pathlib import Path

import pytest

from assist.archive import Archive
from assist.debrief import reading, search
from assist.debrief.record import CallRecord
from assist.debrief.search import Search, found
from tests.assist.debrief.scene import A_CALL, Line, events
from tests.assist.debrief.test_reading import write

PLAIN: tuple[Line, ...] = (
    ("prospect", 0, "Hello, this is Marcus."),
    ("rep", 3_000, "Good to hear you, Marcus. How was the weekend by the lake?"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two calls: one with all in it, one with nothing."""
    write(tmp_path / "full.jsonl", events(*A_CALL, names={"prospect": "Ann \u00c9toile"}, company="Northwind"))
    plain = events(*PLAIN)
    plain[0]["started_at"] = "2026-11-25T23:59:59+00:00"
    write(tmp_path / "plain.jsonl", plain)
    return tmp_path


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        (Search(), ["full", "plain"]),
        (Search(words=("JUSTIFY", "cost")), ["full"]),
        (Search(words=("justify", "lake")), []),
        (Search(words=("marcus",)), ["full", "plain"]),
        (Search(words=("northwind",)), ["full"]),
        (Search(words=("09:12", "november")), ["full"]),
        (Search(who="\u00e9TOILE"), ["full"]),
        (Search(who="northwind"), ["full"]),
        (Search(who="marcus"), []),
        (Search(since=date(2026, 11, 26)), ["full"]),
        (Search(until=date(2026, 11, 25)), ["plain"]),
        (Search(since=date(2026, 11, 25), until=date(2026, 11, 26)), ["full", "plain"]),
        (Search(is_open=True), ["full"]),
        (Search(is_right=True), ["full"]),
        (Search(words=("lake",), is_right=True), []),
    ],
)
def test_each_part_of_a_search_narrows_it(folder: Path, wish: Search, ids: list[str]) -> None:
    """Whatever the case of its letters."""
    assert [hit.call.id for hit in found(Archive(folder), wish).hits] == ids


def test_a_call_that_was_answered_well_has_nothing_open(folder: Path) -> None:
    """Only what stayed unaddressed counts."""
    taken_up = [line for line in A_CALL if line[1] not in (15_000, 22_000)]
    write(folder / "full.jsonl", events(*taken_up))
    assert [hit.call.id for hit in found(Archive(folder), Search(is_open=True)).hits] == []


def test_what_cannot_be_looked_into_is_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is listed where nobody looks inside, and only counted where somebody does."""
    monkeypatch.setattr(search, "MOST_READ", 1)
    told = found(Archive(folder), Search())
    assert [hit.call.id for hit in told.hits] == ["full", "plain"] and told.unread == 0
    assert told.hits[1].inside is None
    looked = found(Archive(folder), Search(words=("marcus",)))
    assert [hit.call.id for hit in looked.hits] == ["full"] and looked.unread == 1


def test_a_journal_that_did_not_change_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that did is."""
    read_ids: list[str] = []
    read = reading.read

    def counting(archive: Archive, call_id: str) -> CallRecord:
        read_ids.append(call_id)
        return read(archive, call_id)

    monkeypatch.setattr(reading, "read", counting)
    assert found(Archive(folder), Search()) == found(Archive(folder), Search())
    assert read_ids == ["full", "plain"]
    write(folder / "full.jsonl", events(*A_CALL[:3]))
    found(Archive(folder), Search())
    assert read_ids == ["full", "plain", "full"]


def test_what_was_read_of_a_call_goes_with_it(folder: Path) -> None:
    """A purge by another process is a purge."""
    found(Archive(folder), Search())
    (folder / "full.jsonl").unlink()
    search.forget_gone()
    known = [path for path in search._known._read if path.parent == folder]
    assert [path.stem for path in known] == ["plain"]


def test_no_more_calls_are_remembered_than_are_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of those that were asked for."""
    monkeypatch.setattr(search, "MOST_READ", 1)
    found(Archive(folder), Search())
    assert len(search._known._read) == 1


def test_a_call_on_one_channel_has_words_and_no_figures(tmp_path: Path) -> None:
    """Nobody knows who said what."""
    write(tmp_path / "m.jsonl", events(("mixed", 0, "I just don't know if we can justify the cost right now.")))
    (hit,) = found(Archive(tmp_path), Search(words=("justify",))).hits
    assert hit.inside is not None and hit.inside.measures is None
    assert found(Archive(tmp_path), Search(is_open=True)).hits == ()

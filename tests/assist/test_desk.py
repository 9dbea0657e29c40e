"""A preparation lies on the desk, for its owner's eyes, until the call that it is for takes it."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assist.archive import Archive
from assist.desk import FILE, Desk, Foreseen, Prepared
from assist.encryption import AesKey
from assist.preparation import Preparation
from streaming.protocols.contract import Metadata

THOUGHT = Preparation(who="Dana", fears=("losing face",))
OTHER = Preparation(who="Marcus")
KEYS = (AesKey(b"k" * 32),)
FORESEEN = Foreseen(frozenset({"risk"}), ("It may seem like this could mean losing face.",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where journals go, before any was kept."""
    return tmp_path / "calls"


def desk(folder: Path | None) -> Desk:
    """One on which every thought comes to the same."""
    return Desk(Archive(folder) if folder else None, lambda _: iter((FORESEEN,)))


def weighed(one: Desk) -> Prepared | None:
    """What lies there, once all is made of it."""
    assert all(step is None for step in one.steps())
    return one.prepared


def test_it_outlives_the_server(folder: Path) -> None:
    """Another desk finds it in the same folder, and what follows from it is made anew."""
    desk(folder).keep(THOUGHT)
    assert weighed(desk(folder)) == Prepared(THOUGHT, FORESEEN)
    assert desk(folder / "elsewhere").prepared is None


def test_only_its_owner_can_read_it(folder: Path) -> None:
    """As with what is said."""
    desk(folder).keep(THOUGHT)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_what_follows_from_it_is_made_once(folder: Path) -> None:
    """A step at a time, and again while there may be more to come; what is made so far is there to be told."""
    asked: list[Preparation] = []
    made = iter([(Foreseen(is_whole=False),), (Foreseen(is_whole=False), FORESEEN), (Foreseen(),)])

    def foresee(preparation: Preparation) -> Iterator[Foreseen]:
        asked.append(preparation)
        return iter(next(made))

    one = Desk(Archive(folder), foresee)
    one.keep(THOUGHT)
    assert one.prepared == weighed(one) == Prepared(THOUGHT, Foreseen(is_whole=False))
    assert len(list(one.steps())) == 2 and list(one.steps()) == []
    assert one.prepared == Prepared(THOUGHT, FORESEEN)
    one.keep(OTHER)
    assert weighed(one) == weighed(one) == Prepared(OTHER, Foreseen())
    assert asked == [THOUGHT, THOUGHT, OTHER]


def test_a_call_that_comes_meanwhile_takes_all(folder: Path) -> None:
    """What is not made of it yet is made then."""
    one = Desk(Archive(folder), lambda _: iter((Foreseen(is_whole=False), FORESEEN)))
    one.keep(THOUGHT)
    next(one.steps())
    assert one.prepared == Prepared(THOUGHT, Foreseen(is_whole=False))
    assert one.take(Metadata()) == Prepared(THOUGHT, FORESEEN)


def test_a_call_takes_it_once(folder: Path) -> None:
    """Then desk and disk are empty."""
    one = desk(folder)
    one.keep(THOUGHT)
    assert one.take(Metadata()) == Prepared(THOUGHT, FORESEEN)
    assert one.take(Metadata()) is one.prepared is desk(folder).prepared is None
    assert list(folder.iterdir()) == []


def test_a_call_with_somebody_else_leaves_it(folder: Path) -> None:
    """It waits for its own."""
    one = desk(folder)
    one.keep(THOUGHT)
    assert one.take(Metadata(names={"prospect": "Marcus"})) is None
    assert one.prepared is not None and (folder / FILE).exists()


def test_a_newer_one_takes_its_place_and_an_empty_one_clears_the_desk(folder: Path) -> None:
    """There is one at a time."""
    one, newer = desk(folder), Preparation(who="Marcus")
    one.keep(THOUGHT)
    one.keep(newer)
    assert weighed(one) == Prepared(newer, FORESEEN)
    one.keep(Preparation())
    assert one.prepared is None and list(folder.iterdir()) == []


def test_what_was_purged_is_on_no_desk(folder: Path) -> None:
    """Whichever process deleted the file: the next call must not be told of it."""
    one = desk(folder)
    one.keep(THOUGHT)
    (folder / FILE).unlink()
    assert one.prepared is None and one.take(Metadata()) is None


def test_with_a_key_nobody_can_read_it_on_the_disk(folder: Path) -> None:
    """Another desk with that key finds it, one without is told and goes on."""
    Desk(Archive(folder, KEYS), lambda _: iter((FORESEEN,))).keep(THOUGHT)
    assert b"Dana" not in (folder / FILE).read_bytes()
    assert weighed(Desk(Archive(folder, KEYS), lambda _: iter((FORESEEN,)))) == Prepared(THOUGHT, FORESEEN)
    with capture_logs() as logs:
        assert desk(folder).prepared is None
    assert [(line["event"], line["error"]) for line in logs] == [("preparation_unreadable", "KeyMissing")]


def test_without_a_folder_it_is_kept_in_memory() -> None:
    """Where calls are those of recordings."""
    one = desk(None)
    assert one.prepared is None
    one.keep(THOUGHT)
    assert one.take(Metadata()) == Prepared(THOUGHT, FORESEEN)


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"fears":1}', b"\xff"])
def test_what_is_none_is_told_and_passed_over(folder: Path, left: bytes) -> None:
    """A spoilt file keeps no server from starting, and no text of it gets to the log."""
    folder.mkdir()
    (folder / FILE).write_bytes(left)
    with capture_logs() as logs:
        assert desk(folder).prepared is None
    assert [line["event"] for line in logs] == ["preparation_unreadable"]


def test_what_cannot_be_written_goes_on_in_memory(folder: Path) -> None:
    """A full disk is told, and the next call is prepared all the same."""
    folder.touch()
    one = desk(folder)
    with capture_logs() as logs:
        one.keep(THOUGHT)
    assert [line["event"] for line in logs] == ["preparation_not_kept"]
    assert weighed(one) == Prepared(THOUGHT, FORESEEN)

"""What is kept of calls is the same with and without keys, but that on the disk it cannot be read or changed unseen."""

import base64
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist import journal
from assist.archive import Archive, FileBroken, KeyMissing, archive_of
from assist.encrypted import FILE, PIECE_BYTES, RECORD_BYTES
from assist.encryption import AesKey
from assist.journal import Journal
from assist.settings import load

OLD, NEW = AesKey(b"o" * 32), AesKey(b"n" * 32)
SAID = "zwölf Äpfel"

events = st.lists(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(-9, 9), min_size=1), max_size=6
)
Events = list[dict[str, object]]


def written(archive: Archive, told: Events, call_id: str = "c") -> Path:
    """A journal, opened once more."""
    kept = Journal(archive, call_id)
    for event in told:
        assert kept.append(msgspec.json.encode(event))
    kept.close()
    assert kept.join(20)
    return journal.path_of(archive.folder, call_id)


@given(events, events, events)
def test_a_journal_is_read_whoever_of_the_keys_wrote_it(plain: Events, older: Events, newer: Events) -> None:
    """From before there was a key, with the first, and after another took its place; then the old one may go too."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for keys, told in (((), plain), ((OLD,), older), ((NEW, OLD), newer)):
            path = written(Archive(folder, keys), told)
        assert journal.read(path, Archive(folder, (NEW, OLD))) == ([*plain, *older, *newer], 0)
        if not older and not plain:
            assert journal.read(path, Archive(folder, (NEW,))) == (newer, 0)


def test_nothing_that_was_said_is_on_the_disk(tmp_path: Path) -> None:
    """Neither as it is nor in base64, at any offset."""
    archive = Archive(tmp_path, (NEW,))
    told: Events = [{"text": SAID * 20, "seq": seq} for seq in range(20)]
    written(archive, told)
    archive.save(tmp_path / "p", SAID.encode() * 9_000)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert SAID.encode() not in raw and b'"seq"' not in raw  # three letters alone come by chance
    assert not any(base64.b64encode(SAID.encode()[at:])[2:-4] in raw for at in range(3))


@given(told=events, cut=st.integers(0, 2_000), after=events)
def test_a_crash_at_any_byte_costs_no_whole_line(told: Events, cut: int, after: Events) -> None:
    """What was torn is counted, and the journal goes on behind it."""
    with TemporaryDirectory() as name:
        archive = Archive(Path(name), (NEW,))
        path = written(archive, told)
        whole = path.read_bytes()
        path.write_bytes(whole[:cut])
        before, torn = journal.read(path, archive)
        assert before == told[: len(before)] and len(before) >= whole[:cut].count(b"\n") and torn <= 1
        written(archive, after)
        assert journal.read(path, archive) == ([*before, *after], torn)


@given(st.lists(events.filter(bool), min_size=1, max_size=3), st.data())
def test_no_line_is_cut_moved_or_changed_unseen(sessions: list[Events], data: st.DataObject) -> None:
    """What is read is what was written, in its order; where anything was done, but to the end, that is told."""
    with TemporaryDirectory() as name:
        archive = Archive(Path(name), (NEW,))
        for told in sessions:
            path = written(archive, told)
        numbered = [event for told in sessions for event in told]
        lines = path.read_bytes().splitlines(keepends=True)
        at, to = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        act = data.draw(st.sampled_from(["cut", "move", "double", "change", "plain"]))
        done = list(lines)
        if act in ("cut", "move"):
            del done[at]
        if act in ("move", "double"):
            done.insert(to, lines[at])
        if act == "change":
            digit = data.draw(st.integers(12, len(lines[at]) - 8))
            changed = b"A" if lines[at][digit : digit + 1] != b"A" else b"B"
            done[at] = lines[at][:digit] + changed + lines[at][digit + 1 :]
        if act == "plain":
            done.insert(data.draw(st.integers(0, len(lines))), b'{"forged":1}\n')
        path.write_bytes(b"".join(done))
        is_untouched = done == lines or (act == "cut" and at == len(lines) - 1)
        try:
            kept, torn = journal.read(path, archive)
        except KeyMissing:
            assert act == "change"  # it was the key's id that was changed
            return
    assert {"forged": 1} not in kept
    assert (torn == 0) is is_untouched
    if act in ("cut", "change", "plain"):
        rest = iter(numbered)
        assert all(event in rest for event in kept)


def test_a_plain_line_is_only_one_from_before_there_was_a_key(tmp_path: Path) -> None:
    """Not one that was put in behind those, before or behind a first encrypted one that was spoilt."""
    archive = Archive(tmp_path, (NEW,))
    before: Events = [{"plain": at} for at in range(2)]
    written(Archive(tmp_path), before)
    path = written(archive, [{"said": at} for at in range(3)])
    lines, forged = path.read_bytes().splitlines(keepends=True), b'{"forged":1}\n'
    path.write_bytes(b"".join([*lines[:2], forged, *lines[2:]]))
    assert journal.read(path, archive) == ([*before, *({"said": at} for at in range(3))], 1)
    path.write_bytes(b"".join([*lines[:2], lines[2][:-9] + b"AAAAAAAA\n", forged, *lines[3:]]))
    assert journal.read(path, archive) == ([*before, {"said": 1}, {"said": 2}], 2)


def test_another_calls_lines_are_not_this_ones(tmp_path: Path) -> None:
    """Whether the file was swapped or lines were put in."""
    archive = Archive(tmp_path, (NEW,))
    one = written(archive, [{"of": "one"}], "one")
    two = written(archive, [{"of": "two"}], "two")
    one.write_bytes(one.read_bytes() + two.read_bytes())
    assert journal.read(one, archive) == ([{"of": "one"}], 1)
    two.replace(one)
    assert journal.read(one, archive) == ([], 1)


# Whole files are Opus in Ogg: none begins like an encrypted one.
@given(
    st.integers(0, 2 * PIECE_BYTES + 9),
    st.binary(max_size=40).filter(lambda start: not start.startswith(FILE)),
    st.integers(1, 40_000),
)
def test_a_whole_file_is_read_as_it_was_written(length: int, start: bytes, step: int) -> None:
    """At once or bit by bit, however long it is; and as it was from before there was a key."""
    data = (start + bytes(length))[:length]
    with TemporaryDirectory() as name:
        folder = Path(name)
        archive = Archive(folder, (NEW, OLD))
        path = folder / "c.ogg"
        with path.open("wb") as file, archive.encrypting(path, file) as sink:
            for at in range(0, length, step):
                assert sink.write(data[at : at + step]) == len(data[at : at + step])
        assert archive.load(path) == data and path.read_bytes().startswith(FILE)
        archive.save(path, data)
        assert archive.load(path) == data
        Archive(folder).save(path, data)
        assert path.read_bytes() == data == archive.load(path)


def test_a_whole_file_that_is_not_whole_is_told(tmp_path: Path) -> None:
    """Cut off anywhere, changed, or another call's: which file, and never a part of it."""
    archive = Archive(tmp_path, (NEW,))
    path = tmp_path / "c.ogg"
    archive.save(path, bytes(PIECE_BYTES + 100))
    whole = path.read_bytes()
    assert [file.name for file in tmp_path.glob("c.*")] == ["c.ogg"] and path.stat().st_mode & 0o777 == 0o600
    for broken in (
        whole[: len(FILE) + RECORD_BYTES],
        whole[:-1],
        whole[:-90],
        whole[:100],
        whole[: len(FILE)],
        whole + b"x",
        whole[:-9] + b"123456789",
    ):
        path.write_bytes(broken)
        with pytest.raises(FileBroken, match=r"c\.ogg cannot be decrypted"):
            archive.load(path)
    (tmp_path / "d.ogg").write_bytes(whole)
    with pytest.raises(FileBroken, match=r"d\.ogg"):
        archive.load(tmp_path / "d.ogg")


def test_of_several_who_save_at_once_one_is_last(tmp_path: Path) -> None:
    """As servers with one folder may: neither a mixture is there then, nor nothing, and nobody fails."""
    archive, path = Archive(tmp_path), tmp_path / "calls" / "p"
    texts = [bytes([letter]) * 200_000 for letter in b"abcd"]
    with ThreadPoolExecutor(len(texts)) as at_once:
        for _ in range(25):
            for saved in [at_once.submit(archive.save, path, text) for text in texts]:
                saved.result()
            assert archive.load(path) in texts
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_saved_leaves_nothing_behind(tmp_path: Path) -> None:
    """What was there before stays, and no half of the other beside it; a folder is in its place here."""
    path = tmp_path / "calls" / "p"
    path.mkdir(parents=True)
    with pytest.raises(OSError):
        Archive(tmp_path).save(path, b"new")
    assert list(path.parent.iterdir()) == [path]


def test_what_broke_off_is_not_made_whole() -> None:
    """Where the disk is full in the middle of a file, say."""
    file, archive = io.BytesIO(), Archive(Path(), (NEW,))
    with pytest.raises(ZeroDivisionError), archive.encrypting(Path("c.ogg"), file) as sink:
        sink.write(b"half")
        raise ZeroDivisionError
    assert file.getvalue() == FILE


@pytest.mark.parametrize("keys", [(), (NEW,)])
def test_without_its_key_a_call_is_told_and_left_as_it_is(tmp_path: Path, keys: tuple[AesKey, ...]) -> None:
    """Which file, which key, and what to do."""
    path = written(Archive(tmp_path, (OLD,)), [{"text": SAID}])
    Archive(tmp_path, (OLD,)).save(tmp_path / "c.ogg", b"OggS")
    before = path.read_bytes()
    reads: tuple[Callable[[Archive], object], ...] = (
        lambda archive: journal.read(path, archive),
        lambda archive: archive.load(tmp_path / "c.ogg"),
    )
    for read in reads:
        with pytest.raises(KeyMissing, match=f"with the key {OLD.id.hex()}, which is not among") as told:
            read(Archive(tmp_path, keys))
        assert str(tmp_path) in str(told.value) and "Add that key" in str(told.value)
    assert path.read_bytes() == before


def test_a_line_can_be_read_alone(tmp_path: Path) -> None:
    """As the list of calls does with the first and the last ones; one that is torn is nothing."""
    archive = Archive(tmp_path, (NEW,))
    path = written(archive, [{"a": 1}, {"b": 2}])
    _, second = path.read_bytes().splitlines()
    assert archive.line(path, second) == b'{"b":2}'
    assert archive.line(path, second[20:]) == second[20:]
    assert archive.line(path, second[:-10]) is None


def test_the_archive_is_the_one_that_is_set(tmp_path: Path) -> None:
    """Keys come from the settings, several at once."""
    assert archive_of(load(journal_dir=tmp_path)) == Archive(tmp_path)
    keys = " ".join(base64.b64encode(secret * 32).decode() for secret in (b"n", b"o"))
    assert [key.id for key in archive_of(load(journal_dir=tmp_path, encryption_keys=keys)).keys] == [NEW.id, OLD.id]

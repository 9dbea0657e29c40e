"""A server that lacks the key of its calls does not start, and `assist check` tells which keys are still needed."""

import os
from pathlib import Path

import pytest

from assist.archive import Archive, KeyMissing
from assist.encrypted import FILE, LINE
from assist.encryption import AesKey
from assist.journal import Journal
from assist.keys_in_use import checked, told

OLD, NEW = AesKey(b"o" * 32), AesKey(b"n" * 32)


def call(folder: Path, call_id: str, at_s: float, *keys: AesKey) -> None:
    """A call that was kept then."""
    kept = Journal(Archive(folder, keys), call_id)
    kept.append(b'{"seq":0}')
    kept.close()
    os.utime(folder / f"{call_id}.jsonl", (at_s, at_s))


def test_calls_without_a_key_need_none(tmp_path: Path) -> None:
    """Nor does a folder with none, or none at all; and a first key may be set at any time."""
    checked(Archive(tmp_path / "absent"))
    call(tmp_path, "plain", 1)
    (tmp_path / "notes.txt").write_text("no call")
    for keys in ((), (NEW,)):
        checked(Archive(tmp_path, keys))


def test_the_newest_encrypted_call_needs_its_key(tmp_path: Path) -> None:
    """Without it what is said next would be kept under a wrong key, or as it is."""
    call(tmp_path, "older", 1, OLD)
    call(tmp_path, "newer", 2, NEW)
    call(tmp_path, "plain", 3)
    checked(Archive(tmp_path, (NEW,)))
    checked(Archive(tmp_path, (OLD, NEW)))
    for keys in ((), (OLD,)):
        with pytest.raises(KeyMissing, match=f"newer.jsonl is encrypted with the key {NEW.id.hex()}"):
            checked(Archive(tmp_path, keys))


def test_sound_alone_needs_its_key_too(tmp_path: Path) -> None:
    """It is a whole file, of which the head is another."""
    Archive(tmp_path, (OLD,)).save(tmp_path / "c.ogg", b"OggS")
    with pytest.raises(KeyMissing, match=r"c\.ogg"):
        checked(Archive(tmp_path))


@pytest.mark.parametrize(
    "torn", [LINE, LINE + b"Zm9v\n", LINE + b"A===" * 6, LINE + b"\xff" * 40, FILE, FILE + b"1234567"]
)
def test_what_a_crash_or_a_bad_disk_left_wants_no_key(tmp_path: Path, torn: bytes) -> None:
    """There is none to be told in it, and a server must not stay down for it."""
    (tmp_path / "c.jsonl").write_bytes(torn)
    checked(Archive(tmp_path, (NEW,)))
    assert "; 1 not encrypted" in told(Archive(tmp_path, (NEW,)))


def test_it_is_told_which_keys_are_needed(tmp_path: Path) -> None:
    """And so whether an old one may go."""
    for number, keys in enumerate([(), (OLD,), (OLD,), (NEW, OLD)]):
        call(tmp_path, f"c{number}", number, *keys)
    text = told(Archive(tmp_path, (NEW,)))
    assert f"1 with the key {NEW.id.hex()}, which encrypts what is new; 1 not encrypted" in text
    assert f"2 with the key {OLD.id.hex()}, which is not set" in text
    assert told(Archive(tmp_path / "absent")) == f"files of calls in {tmp_path / 'absent'}: 0 not encrypted"

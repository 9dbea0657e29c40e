"""The cipher is AES-256-GCM, keys and places are held against it, and it is loaded only where there is a key."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from assist.encrypted import RecordBroken, Writer, record_of
from assist.encryption import AesKey, keys_of

ONE, OTHER = AesKey(bytes(range(32))), AesKey(bytes(32))
NAME = b"n" * 16


@given(st.lists(st.binary(max_size=300), max_size=5), st.text(max_size=20))
def test_what_was_encrypted_is_decrypted(texts: list[bytes], place: str) -> None:
    """And stands nowhere as it was."""
    writer = Writer(ONE, place, 0, NAME)
    for plain in texts:
        data = writer.record(plain)
        assert ONE.decrypt(record_of(data), place) == plain
        assert len(plain) < 8 or plain not in data


@given(st.binary(min_size=1, max_size=60), st.data())
def test_not_a_bit_of_it_can_be_changed(plain: bytes, data: st.DataObject) -> None:
    """Of its header as little as of the rest; nor is it of another file, or of another key."""
    whole = Writer(ONE, "c.jsonl", 7, NAME).record(plain)
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    for broken, place, key in ((bytes(changed), "c.jsonl", ONE), (whole, "d.jsonl", ONE), (whole, "c.jsonl", OTHER)):
        with pytest.raises(RecordBroken):
            key.decrypt(record_of(broken), place)


def test_it_is_what_the_standards_have() -> None:
    """By the library itself: a key a writer by HKDF, the record's number as nonce, header and place vouched for."""
    data = Writer(ONE, "c.jsonl", 9, NAME).record(b"said")
    derive = HKDF(algorithm=SHA256(), length=32, salt=NAME, info=b"live-call-assist: key of a writer").derive
    record = record_of(data)
    plain = AESGCM(derive(bytes(range(32)))).decrypt(bytes(12), record.sealed, record.clear + b"c.jsonl")
    assert plain == b"said"


def test_no_nonce_comes_twice_under_a_key() -> None:
    """Numbers go up, and another opening of the file has another key."""
    writer = Writer(ONE, "c.jsonl", 0, NAME)
    numbers = [record_of(writer.record(b"")).header.number for _ in range(5)]
    assert numbers == [0, 1, 2, 3, 4]
    same = [Writer(ONE, "c.jsonl", 0, name).record(b"said") for name in (NAME, b"m" * 16)]
    assert record_of(same[0]).sealed != record_of(same[1]).sealed


def test_a_keys_id_tells_it_apart_and_nothing_else() -> None:
    """Eight bytes, the same wherever it is read."""
    (key,) = keys_of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    assert key.id == ONE.id != OTHER.id and len(key.id) == 8
    assert key.id not in bytes(range(32))


def test_the_library_is_loaded_only_where_a_key_is_set(tmp_path: object) -> None:
    """A server without one does not pay for it."""
    code = (
        "import sys; from assist.archive import archive_of; from assist.settings import load;"
        "archive_of(load(journal_dir={folder!r}{keys})); print('cryptography' in sys.modules)"
    )
    for keys, is_loaded in (("", "False"), (f", encryption_keys={'A' * 43 + '='!r}", "True")):
        command = [sys.executable, "-c", code.format(folder=str(tmp_path), keys=keys)]
        assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == is_loaded

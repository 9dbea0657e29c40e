"""Records are what was written, where it was written, or are known to be something else; whatever is done to them."""

import base64
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.encrypted import (
    FILE,
    LINE,
    PIECE_BYTES,
    RECORD_BYTES,
    TAG_BYTES,
    Header,
    Order,
    RecordBroken,
    Writer,
    key_in,
    line_of,
    record_in,
    record_of,
    records_in,
    secrets_in,
)

headers = st.builds(
    Header,
    key=st.binary(min_size=8, max_size=8),
    writer=st.binary(min_size=16, max_size=16),
    began_at=st.integers(0, 2**63),
    number=st.integers(0, 2**32 - 1),
    is_last=st.booleans(),
)


class Glass:
    """A key that hides nothing."""

    id = b"glass..."

    def encrypt(self, header: Header, place: str, plain: bytes) -> bytes:
        """As the contract has it."""
        return header.encoded() + plain + bytes(TAG_BYTES)

    def decrypt(self, record: object, place: str) -> bytes:
        """Nothing is read back with it: that needs a real key."""
        raise AssertionError("a writer does not decrypt")


def writer(name: bytes, began_at: int = 0) -> Writer:
    """One by that name."""
    return Writer(Glass(), "c.jsonl", began_at, name * 16)


@given(headers, st.binary(max_size=200))
def test_a_record_is_read_as_it_was_written(header: Header, plain: bytes) -> None:
    """Its header stands in the clear; as a line too, and the key can be told by a file's first bytes."""
    data = header.encoded() + plain + bytes(TAG_BYTES)
    record = record_of(data)
    assert (record.header, record.clear + record.sealed) == (header, data)
    assert record_in(line_of(data)) == record and b"\n" not in line_of(data)
    assert key_in(line_of(data)[:96] + b"\n") == key_in(FILE + data[:96]) == header.key


@given(st.binary(max_size=200))
def test_what_is_no_record_is_broken(data: bytes) -> None:
    """Never an error of another kind; and it is no encrypted file, unless it begins like one."""
    for read in (record_of, record_in, records_in):
        try:
            read(data)
        except RecordBroken:
            continue
    assert key_in(b"{" + data) is None and key_in(b"OggS" + data) is None
    assert len(key_in(LINE + data) or bytes(8)) == 8 == len(key_in(FILE + data) or bytes(8))


def order_of(records: list[bytes]) -> tuple[list[int], int]:
    """By their places in a file: which are taken, and how many are missing or refused."""
    order, taken, lost, at = Order(), list[int](), 0, 0
    for place, data in enumerate(records):
        missing = order.missing_before(record_of(data).header, at)
        if missing is not None:
            taken.append(place)
        lost += 1 if missing is None else missing
        at += len(line_of(data)) + 1
    return taken, lost


def turns(counts: list[int]) -> list[bytes]:
    """A journal that was opened so often, and so many lines were written each time."""
    at, records = 0, list[bytes]()
    for number, count in enumerate(counts):
        one = writer(bytes([number]), at)
        new = [one.record(b"") for _ in range(count)]
        at += sum(len(line_of(data)) + 1 for data in new)
        records += new
    return records


many_turns = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@given(many_turns)
def test_in_their_order_none_is_missing(counts: list[int]) -> None:
    """However often the file was opened."""
    records = turns(counts)
    assert order_of(records) == (list(range(len(records))), 0)


def test_two_who_write_at_once_are_in_order() -> None:
    """As for a moment when another server goes on with a call: each in their own."""
    one, other = writer(b"a"), writer(b"b")
    assert order_of([one.record(b""), other.record(b""), one.record(b""), other.record(b"")]) == ([0, 1, 2, 3], 0)


@given(many_turns, st.data())
def test_what_was_taken_out_doubled_or_moved_is_known(counts: list[int], data: st.DataObject) -> None:
    """But for what was cut off at the end."""
    records = turns(counts)
    at = data.draw(st.integers(0, len(records) - 1))
    done = list(records)
    if data.draw(st.booleans()):
        del done[at]
        is_cut_end = at == len(records) - 1
        taken, lost = order_of(done)
        assert len(taken) == len(done) and (lost > 0) is not is_cut_end
    else:
        to = data.draw(st.integers(0, len(records)))
        done.insert(to, records[at])
        taken, lost = order_of(done)
        kept = [done[place] for place in taken]
        assert lost > 0 and len(set(kept)) == len(kept)
        assert kept == records or to <= at


@given(st.permutations(range(6)))
def test_no_other_order_goes_unseen(places: list[int]) -> None:
    """Of two writers' lines, as of one's."""
    records = turns([3, 3])
    taken, lost = order_of([records[place] for place in places])
    assert (lost > 0) is (list(places) != sorted(places))
    assert all(one < other for one, other in pairwise(places[at] for at in taken if places[at] < 3))


def test_a_broken_record_is_counted_once() -> None:
    """Whoever finds it counts it; it is not missing besides."""
    one = writer(b"a")
    first, _, third = (record_of(one.record(b"")).header for _ in range(3))
    order = Order()
    assert order.missing_before(first, 0) == 0
    order.skip()
    assert order.missing_before(third, 100) == 0


def test_a_whole_file_has_a_first_and_a_last_piece_and_all_between() -> None:
    """Of one writer, else it is not whole."""
    one = writer(b"a")
    pieces = [one.record(bytes(PIECE_BYTES)), one.record(bytes(PIECE_BYTES)), one.record(b"end", is_last=True)]
    assert [len(piece) for piece in pieces[:2]] == [RECORD_BYTES] * 2
    assert len(records_in(FILE + b"".join(pieces))) == 3
    elsewhere = writer(b"b")
    others = [elsewhere.record(bytes(PIECE_BYTES)) for _ in range(2)]
    wrong = [
        pieces[:2],
        [pieces[0], pieces[2]],
        [pieces[1], pieces[0], pieces[2]],
        [pieces[0], others[1], pieces[2]],
        pieces[1:],
        [],
    ]
    for some in wrong:
        with pytest.raises(RecordBroken):
            records_in(FILE + b"".join(some))


def test_keys_are_32_bytes_in_base64_one_or_more() -> None:
    """On a line or on several, as a file has them."""
    one, other = bytes(range(32)), bytes(32)
    text = f"{base64.b64encode(one).decode()}\n{base64.b64encode(other).decode()}\n"
    assert secrets_in(text) == (one, other)
    for bad in (
        "",
        " ",
        "short",
        "AAAA",
        base64.b64encode(bytes(31)).decode(),
        text + "x",
        text.replace("A", "\u00c4"),
    ):
        with pytest.raises(ValueError):
            secrets_in(bad)


def test_marks_are_none_of_what_is_kept_as_it_is() -> None:
    """A journal's lines are JSON objects, sound is Ogg."""
    assert not LINE.startswith((b"{", b"O")) and not FILE.startswith((b"{", b"O"))
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(LINE)

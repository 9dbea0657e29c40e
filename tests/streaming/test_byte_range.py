"""A player gets the part that it asks for, and all parts together are the whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.byte_range import MOST_BYTES, part_of
from streaming.product import Page

SOUND = Page("audio/ogg", bytes(range(100)), is_seekable=True)


@pytest.mark.parametrize(
    ("wanted", "status", "body", "told"),
    [
        (None, 200, SOUND.body, None),
        ("bytes=0-", 206, SOUND.body, "bytes 0-99/100"),
        ("bytes=10-19", 206, SOUND.body[10:20], "bytes 10-19/100"),
        ("bytes=90-500", 206, SOUND.body[90:], "bytes 90-99/100"),
        ("bytes=-7", 206, SOUND.body[-7:], "bytes 93-99/100"),
        ("bytes=-700", 206, SOUND.body, "bytes 0-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=20-10", 416, b"", "bytes */100"),
        ("bytes=-", 200, SOUND.body, None),
        ("bytes=0-1,4-5", 200, SOUND.body, None),
        ("seconds=1-2", 200, SOUND.body, None),
        ("bytes=\u0661-", 200, SOUND.body, None),
    ],
)
def test_a_range_is_answered_with_its_part(wanted: str | None, status: int, body: bytes, told: str | None) -> None:
    """What cannot be read as one range is answered with the whole, as RFC 9110 lets it."""
    part = part_of(SOUND, wanted)
    assert (part.status, part.body) == (status, body)
    assert dict(part.headers).get("Content-Range") == told


def test_no_part_is_large_and_all_together_are_the_whole() -> None:
    """As a player reads on."""
    page = Page("audio/ogg", bytes(2 * MOST_BYTES + 5), is_seekable=True)
    first, parts = 0, 0
    while first < len(page.body):
        part = part_of(page, f"bytes={first}-")
        assert len(part.body) <= MOST_BYTES
        first, parts = first + len(part.body), parts + 1
    assert parts == 3


@given(st.text() | st.from_regex(re.compile(r"bytes=\d{0,20}-\d{0,20}"), fullmatch=True))
def test_any_wish_is_answered(wanted: str) -> None:
    """Whatever it is."""
    assert part_of(SOUND, wanted).status in (200, 206, 416)

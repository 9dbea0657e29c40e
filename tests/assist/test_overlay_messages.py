"""What an overlay may say, and that anything else is refused with what it may."""

import pytest

from assist.overlay_messages import Dismiss, Less, Next, Watch, reply_of, watch_of
from streaming.errors import ProtocolViolation

LONG = "a" * 65


def test_an_overlay_says_what_it_watches_or_nothing() -> None:
    """A call, from some event on, or whatever runs."""
    assert watch_of('{"kind":"watch","call":"c","after_seq":7}') == Watch("c", 7)
    assert watch_of('{"kind":"watch"}') == watch_of("") == Watch(None, None)


@pytest.mark.parametrize(
    "wish",
    [
        "x",
        "[]",
        '{"kind":"listen"}',
        '{"kind":"watch","call":1}',
        '{"kind":"watch","after_seq":-1}',
        f'{{"kind":"watch","call":"{LONG}"}}',
        "[" * 100_000,
    ],
)
def test_a_bad_wish_is_refused(wish: str) -> None:
    """With what a good one looks like."""
    with pytest.raises(ProtocolViolation, match='"kind":"watch"') as violation:
        watch_of(wish)
    assert violation.value.code == "bad_watch"


def test_a_rep_dismisses_wants_less_or_another() -> None:
    """Of one suggestion of one call."""
    assert reply_of('{"kind":"dismiss","call":"c","id":"s1"}') == Dismiss("c", "s1")
    assert reply_of('{"kind":"less","call":"c","id":"s1"}') == Less("c", "s1")
    assert reply_of(b'{"kind":"next","call":"c","id":"s1"}') == Next("c", "s1")


@pytest.mark.parametrize(
    "said",
    [
        "x",
        '{"kind":"watch"}',
        '{"kind":"dismiss","call":"a"}',
        '{"kind":"pin","call":"a","id":"s1"}',
        f'{{"kind":"less","call":"a","id":"{LONG}"}}',
        b"\xff",
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused(said: str | bytes) -> None:
    """With what it may say."""
    with pytest.raises(ProtocolViolation, match='"kind":"dismiss"') as violation:
        reply_of(said)
    assert violation.value.code == "bad_message"

"""What an overlay may say, and that anything else is refused with what it may."""

import pytest

from assist.overlay_messages import (
    Announced,
    Dismiss,
    Less,
    Next,
    Played,
    Prepare,
    Refused,
    Say,
    Share,
    Wait,
    Watch,
    said_in,
    watch_of,
)
from assist.preparation import Preparation
from streaming.errors import ProtocolViolation

LONG = "a" * 65


def test_an_overlay_says_what_it_watches_or_nothing() -> None:
    """A call, from some event on, or whatever runs."""
    assert watch_of('{"kind":"watch","call":"c","epoch":3,"after_seq":7}') == Watch("c", 3, 7)
    assert watch_of('{"kind":"watch"}') == watch_of("") == Watch(None, None, None)


@pytest.mark.parametrize(
    "wish",
    [
        "x",
        "[]",
        '{"kind":"listen"}',
        '{"kind":"watch","call":1}',
        '{"kind":"watch","after_seq":-1}',
        '{"kind":"watch","epoch":-1}',
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
    assert said_in('{"kind":"dismiss","call":"c","id":"s1"}') == Dismiss("c", "s1")
    assert said_in('{"kind":"less","call":"c","id":"s1"}') == Less("c", "s1")
    assert said_in(b'{"kind":"next","call":"c","id":"s1"}') == Next("c", "s1")


def test_a_rep_says_how_consent_stands_and_shares_the_call() -> None:
    """Of a call."""
    assert said_in('{"kind":"announced","call":"c"}') == Announced("c")
    assert said_in('{"kind":"refused","call":"c"}') == Refused("c")
    assert said_in('{"kind":"share","call":"c"}') == Share("c")


def test_a_rep_prepares_the_next_call() -> None:
    """What did not come to mind may be left out."""
    said = '{"kind":"prepare","preparation":{"who":"Dana","fears":["losing face"]}}'
    assert said_in(said) == Prepare(Preparation(who="Dana", fears=("losing face",)))


def test_in_a_practice_a_rep_types_or_waits_and_their_page_plays() -> None:
    """As long as a summary may be, and no longer."""
    assert said_in('{"kind":"played","call":"c","line":"opening"}') == Played("c", "opening")
    assert said_in('{"kind":"say","call":"c","text":"It seems hard."}') == Say("c", "It seems hard.")
    assert said_in('{"kind":"wait","call":"c"}') == Wait("c")
    with pytest.raises(ProtocolViolation):
        said_in(f'{{"kind":"say","call":"c","text":"{"a" * 2_001}"}}')


@pytest.mark.parametrize(
    "said",
    [
        "x",
        '{"kind":"watch"}',
        '{"kind":"dismiss","call":"a"}',
        '{"kind":"pin","call":"a","id":"s1"}',
        '{"kind":"announced"}',
        '{"kind":"prepare","preparation":{"fears":"one"}}',
        '{"kind":"prepare","preparation":{"win":"%s"}}' % ("a" * 401),
        f'{{"kind":"less","call":"a","id":"{LONG}"}}',
        b"\xff",
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused(said: str | bytes) -> None:
    """With what it may say."""
    with pytest.raises(ProtocolViolation, match='"kind":"dismiss"') as violation:
        said_in(said)
    assert violation.value.code == "bad_message"

"""A client that stopped reading is known by its system's own word, and nobody else is taken for one."""

import socket
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.uptake import Seen, Standstill, seen

STUCK = Seen(500, True, 0)
NOT_STUCK = (None, Seen(500, False, 0), Seen(500, True, 1), Seen(500, True, 65_535))
PATIENCE_S = 5.0


def test_no_room_and_nothing_taken_is_a_standstill() -> None:
    """From the moment that it was seen first."""
    standstill = Standstill()
    assert [standstill.lasts_s(STUCK, at_s) for at_s in (10.0, 10.2, 11.4)] == pytest.approx([0, 0.2, 1.4])


@pytest.mark.parametrize("other", [*NOT_STUCK, Seen(501, True, 0)])
def test_whoever_takes_anything_or_may_have_nothing_to_take_begins_anew(other: Seen | None) -> None:
    """So does one of whom nothing is known; one that is out of reach has said that it has room."""
    standstill = Standstill()
    standstill.lasts_s(STUCK, 10.0)
    assert standstill.lasts_s(other, 11.0) == 0
    again = STUCK if other is None else Seen(other.taken_bytes, True, 0)
    assert standstill.lasts_s(again, 11.5) == pytest.approx(0.5 if other == Seen(501, True, 0) else 0)


@given(st.lists(st.sampled_from([STUCK, Seen(501, True, 0), *NOT_STUCK]), max_size=40))
def test_it_lasts_no_longer_than_the_same_was_seen(looks: list[Seen | None]) -> None:
    """Looked at every second: as many looks before the last as were like it, where it is a standstill at all."""
    standstill = Standstill()
    lasted_s = [standstill.lasts_s(now, at_s) for at_s, now in enumerate(looks)]
    for place, now in enumerate(looks):
        before = 0
        while before < place and looks[place - before - 1] == now:
            before += 1
        assert lasted_s[place] == (0 if now in NOT_STUCK else before)


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection; the second's system has little room."""
    with socket.socket() as listening, socket.socket() as far:
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        far.connect(listening.getsockname())
        near, _ = listening.accept()
        with near:
            yield near, far


def until(near: socket.socket, is_waiting: bool, has_room: bool) -> Seen:
    """How it stands once it stands so."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        now = seen(near)
        assert now is not None
        if (now.is_waiting, now.room_bytes > 0) == (is_waiting, has_room):
            return now
        time.sleep(0.005)
    raise AssertionError(f"it never came to that: {seen(near)}")


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
def test_what_the_system_says_of_a_client_that_does_not_read(line: tuple[socket.socket, socket.socket]) -> None:
    """Though a write takes all of it. Once it reads again it has room, and takes more."""
    near, far = line
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    before = until(near, is_waiting=False, has_room=True)
    for _ in range(100):
        near.sendall(b" " * 300)
    full = until(near, is_waiting=True, has_room=False)
    assert before.taken_bytes < full.taken_bytes < 30_000
    far.settimeout(PATIENCE_S)
    taken = 0
    while taken < 30_000:
        taken += len(far.recv(65_536))
    assert until(near, is_waiting=False, has_room=True).taken_bytes >= 30_000


def test_of_a_connection_that_has_gone_nothing_is_known() -> None:
    """It is no standstill."""
    gone = socket.socket()
    gone.close()
    assert seen(gone) is None

"""A port that is taken is named, with what to do; any other fault is not ours to explain."""

import errno

import pytest

from streaming.errors import PortTaken
from streaming.ports import telling_what_is_taken


def test_a_taken_port_is_told() -> None:
    """By number and address."""
    with pytest.raises(PortTaken, match=r"port 8765 of 127\.0\.0\.1 is taken.*0 takes a free one"):
        with telling_what_is_taken("127.0.0.1", 8765):
            raise OSError(errno.EADDRINUSE, "in use")


def test_other_faults_are_left_as_they_are() -> None:
    """No such address, say."""
    with pytest.raises(OSError, match="no such address") as caught, telling_what_is_taken("127.0.0.1", 8765):
        raise OSError(errno.EADDRNOTAVAIL, "no such address")
    assert not isinstance(caught.value, PortTaken)

"""What every call protocol must do, whichever files there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streaming.protocols
from streaming import plugins
from streaming.errors import ProtocolViolation
from streaming.protocols.contract import Ended, Reached, Refused, Started

NAMES = plugins.names(streaming.protocols)


@pytest.mark.parametrize("name", NAMES)
@given(messages=st.lists(st.one_of(st.text(), st.binary()), max_size=5))
def test_garbage_gives_a_typed_violation_and_nothing_else(name: str, messages: list[str | bytes]) -> None:
    """Whatever comes, no other exception leaves a protocol."""
    protocol = plugins.load(streaming.protocols, name).create()
    for message in messages:
        try:
            protocol.receive(message)
        except ProtocolViolation as violation:
            assert violation.code and str(violation)


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_can_be_told(name: str) -> None:
    """A protocol may say nothing, but it knows each notice."""
    protocol = plugins.load(streaming.protocols, name).create()
    for notice in (Started("c1"), Reached(10, 5), Ended(10), Refused("code", "text")):
        assert all(isinstance(message, str | bytes) for message in protocol.tell(notice))

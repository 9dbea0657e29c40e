"""Connections are counted from their first packet on, whether or not they ever say anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming.crowd import Crowd, Most
from streaming.door import Door
from streaming.server import Server
from tests.streaming.listeners import Keeping

PATIENCE_S = 10.0


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=80))
def test_no_address_and_no_crowd_is_larger_than_it_may_be(moves: list[tuple[bool, str]]) -> None:
    """Whoever comes and goes in whatever order; and in the end nobody is counted."""
    crowd = Crowd(Most(5, 3))
    present: list[str] = []
    for comes, address in moves:
        if comes:
            may = len(present) < 5, present.count(address) < 3
            assert crowd.enter() is may[0]
            if may[0]:
                assert crowd.claim(address) is may[1]
                if may[1]:
                    present.append(address)
                else:
                    crowd.leave()
        elif address in present:
            present.remove(address)
            crowd.release(address)
            crowd.leave()
        assert crowd.present == len(present)
    for address in present:
        crowd.release(address)
        crowd.leave()
    assert (crowd.present, dict(crowd._by_address)) == (0, {})


@asynccontextmanager
async def half_open(port: int) -> AsyncIterator[asyncio.StreamReader]:
    """A connection that says nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader
    finally:
        writer.transport.abort()


async def is_cut(reader: asyncio.StreamReader) -> bool:
    """Whether the server has hung up without a word."""
    try:
        return await asyncio.wait_for(reader.read(1), 0.5) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize("most", [Most(in_all=2), Most(per_address=2)])
async def test_half_open_connections_count_and_leave_room_when_they_go(most: Most) -> None:
    """Two that say nothing fill it, the third is cut at once, and one that goes makes room."""
    async with Server(Keeping(), Door(most=most)).running() as port:
        async with half_open(port) as one:
            async with half_open(port) as two, half_open(port) as three:
                assert [await is_cut(reader) for reader in (three, one, two)] == [True, False, False]
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    async with half_open(port) as late:
                        if not await is_cut(late):
                            break


async def test_behind_a_proxy_the_address_is_what_the_proxy_adds() -> None:
    """The last it names; what a client claims before it counts for nothing."""
    door = Door(key=b"k" * 32, origins=frozenset({"https://a.example"}), is_behind_proxy=True, most=Most(per_address=1))

    def socket(port: int, told: str) -> connect:
        headers = {"X-Forwarded-For": told}
        return connect(f"ws://127.0.0.1:{port}/call/fork", compression=None, additional_headers=headers)

    async with Server(Keeping(), door).running() as port:
        async with socket(port, "9.9.9.9, 1.1.1.1"), socket(port, "9.9.9.9, 2.2.2.2"):
            with pytest.raises(InvalidStatus) as refused:
                async with socket(port, "3.3.3.3, 1.1.1.1"):
                    pass
            assert refused.value.response.status_code == 429
            assert refused.value.response.headers["Retry-After"] == "10"

"""The proxy spoils what it is told to spoil, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fault_proxy import HOST, FaultProxy

SAID = bytes(range(256)) * 400


@asynccontextmanager
async def echo(answer: bytes = b"") -> AsyncIterator[int]:
    """A server that says back what it hears, behind its own name; its port."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        while block := await reader.read(65_536):
            writer.write(block)
        writer.close()

    async with await asyncio.start_server(say, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1]


async def said_back(port: int, data: bytes = SAID) -> bytes:
    """What comes back of that, until the end."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(data)
    writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


async def test_bytes_pass_whole_whatever_is_done_to_them() -> None:
    """In slices, late and at random, but in order."""
    async with echo() as server, FaultProxy(server).laid() as line:
        assert await said_back(line.port) == SAID
        line.up.slice_bytes, line.down.jitter_s, line.up.latency_s = 20_000, 0.02, 0.1
        begun_s = time.monotonic()
        assert await said_back(line.port) == SAID
        assert time.monotonic() - begun_s >= 0.1


async def test_little_bandwidth_takes_its_time() -> None:
    """100 kB at 200 kB a second."""
    async with echo() as server, FaultProxy(server).laid() as line:
        line.down.bytes_per_s = 200_000
        begun_s = time.monotonic()
        assert await said_back(line.port) == SAID
        assert time.monotonic() - begun_s >= 0.45


async def test_an_end_may_come_late() -> None:
    """What was said is there, and the end half a second later."""
    async with echo() as server, FaultProxy(server).laid() as line:
        line.down.slow_close_s = 0.5
        begun_s = time.monotonic()
        assert await said_back(line.port, b"short") == b"short"
        assert time.monotonic() - begun_s >= 0.5


async def test_a_cut_resets_all_and_refuses_until_mended() -> None:
    """As a cable that is pulled out of a switch that says so."""
    async with echo() as server, FaultProxy(server).laid() as line:
        reader, _ = await asyncio.open_connection(HOST, line.port)
        await asyncio.sleep(0.05)
        line.cut()
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 5)
        assert not await _is_carried(line.port)
        line.mend()
        assert await said_back(line.port, b"short") == b"short"


async def test_a_stall_holds_all_back_and_tells_nobody() -> None:
    """Nothing is lost of what was under way."""
    async with echo() as server, FaultProxy(server).laid() as line:
        line.stall()
        saying = asyncio.create_task(said_back(line.port))
        await asyncio.sleep(0.3)
        assert not saying.done()
        line.mend()
        assert await saying == SAID


async def test_it_goes_on_to_the_next_server_where_one_is_gone() -> None:
    """As a balancer does."""
    async with echo(b"one:") as one, echo(b"two:") as two:
        async with FaultProxy(one, two).laid() as line:
            assert {(await said_back(line.port, b"x"))[:3] for _ in range(4)} == {b"one", b"two"}
        async with FaultProxy(one, 1).laid() as line:
            assert {(await said_back(line.port, b"x"))[:3] for _ in range(4)} == {b"one"}


async def test_a_server_that_is_passed_over_gets_no_new_connection() -> None:
    """Until it is no more; where all are, none is carried."""
    async with echo(b"a") as first, echo(b"b") as second, FaultProxy(first, second).laid() as line:
        line.passed_over = {first}
        assert [await said_back(line.port, b"") for _ in range(3)] == [b"b"] * 3
        line.passed_over = {first, second}
        assert not await _is_carried(line.port)
        line.passed_over = set()
        assert {await said_back(line.port, b"") for _ in range(2)} == {b"a", b"b"}


async def _is_carried(port: int) -> bool:
    try:
        return await said_back(port, b"short") == b"short"
    except ConnectionError:
        return False

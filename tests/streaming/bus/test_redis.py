"""What only a server of its own can do to a bus: go away, hang, and come back empty."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from streaming.bus import redis
from streaming.bus.contract import LEASE_S, WAIT_S, Batch, Bus, Place
from streaming.errors import BusDown, Fenced, LogLost
from tests.streaming.bus.redis_server import redis_server


async def claimed(bus: Bus, node: str) -> int:
    """The token of a claim. A connection that died with the server before fails once."""
    try:
        fence = await bus.claim("c", node, True)
    except BusDown:
        fence = await bus.claim("c", node, True)
    assert fence is not None
    return fence


async def written(bus: Bus, *numbers: int, after: int = -1) -> int:
    """Claims the call and writes; the token."""
    fence = await claimed(bus, "n1")
    await bus.append(Batch("c", fence, 1, after, tuple((number, b"x") for number in numbers), (), b""))
    return fence


async def test_every_method_tells_that_nobody_answers(tmp_path: Path) -> None:
    """At once, and each works again once somebody does; no connection is left behind broken."""
    async with redis_server(tmp_path) as server:
        bus = redis.create(server.url)
        fence = await written(bus, 0)
        await server.kill()
        batch = Batch("c", fence, 1, 0, ((1, b"x"),), (), b"")
        for attempt in (
            lambda: bus.claim("c", "n1", False),
            lambda: bus.append(batch),
            lambda: bus.read("c", None),
            lambda: bus.send("c", b"m"),
            lambda: bus.messages("c", None),
            lambda: bus.wait({"c": Place(1, 0)}, {}),
            lambda: bus.purge(["c"]),
        ):
            with pytest.raises(BusDown):
                await attempt()
        await server.start()
        with pytest.raises(LogLost):
            await bus.append(batch)
        assert await written(bus, 0) > fence
        await bus.close()


async def test_a_server_that_hangs_is_given_up_and_what_it_took_is_not_written_twice(tmp_path: Path) -> None:
    """The batch reached it, its answer was lost; it is sent again."""
    async with redis_server(tmp_path) as server:
        bus = redis.create(server.url)
        fence = await written(bus, 0)
        server.pause()
        batch = Batch("c", fence, 1, 0, ((1, b"x"),), (), b"")
        with pytest.raises(BusDown):
            await bus.append(batch)
        server.resume()
        await bus.append(batch)
        seen = await bus.read("c", None)
        assert seen is not None and [line.place.seq for line in seen.lines] == [0, 1]
        await bus.close()


async def test_a_token_from_before_all_was_lost_is_worth_nothing(tmp_path: Path) -> None:
    """Though the count began anew."""
    async with redis_server(tmp_path) as server:
        bus = redis.create(server.url)
        stale = await written(bus, 0)
        await server.kill()
        await server.start()
        assert await claimed(bus, "n2") > stale
        with pytest.raises(Fenced):
            await bus.append(Batch("c", stale, 2, -1, ((0, b"x"),), (), b""))
        await bus.close()


async def test_a_wait_lasts_as_long_as_it_should_and_no_error_comes_of_it(tmp_path: Path) -> None:
    """With redis-py's defaults a read that blocks would break off, and be tried ten times."""
    async with redis_server(tmp_path) as server:
        bus = redis.create(server.url)
        await written(bus, 0)
        begun_s = asyncio.get_running_loop().time()
        for _ in range(3):
            await bus.wait({"c": Place(1, 0)}, {"c": Place(0, -1)})
        assert 3 * WAIT_S <= asyncio.get_running_loop().time() - begun_s < 3 * WAIT_S + 2
        await bus.close()


async def test_nothing_that_was_said_to_a_call_outlives_it(tmp_path: Path) -> None:
    """Neither what came before its end nor what comes after, nor after it was purged."""
    async with redis_server(tmp_path) as server, Redis.from_url(server.url) as client:
        bus = redis.create(server.url)
        fence = await written(bus, 0)
        await bus.send("c", b"m")
        await bus.append(Batch("c", fence, 1, 0, ((1, b"x"),), (), b"", is_last=True))
        await bus.send("c", b"late")
        assert not await client.exists("assist:{c}:messages")
        await bus.purge(["c"])
        await bus.send("c", b"later")
        assert await client.keys() == []
        await bus.close()


async def test_everything_expires(tmp_path: Path) -> None:
    """The lease in seconds, the rest with the call."""
    async with redis_server(tmp_path) as server:
        bus = redis.create(server.url)
        await written(bus, 0)
        await bus.send("c", b"m")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        lives = {}
        for key in ("owner", "meta", "log", "messages"):
            writer.write(f"PTTL assist:{{c}}:{key}\r\n".encode())
            lives[key] = int((await reader.readline())[1:])
        writer.close()
        assert 0 < lives["owner"] <= LEASE_S * 1000 < min(lives[key] for key in ("meta", "log", "messages"))
        await bus.close()

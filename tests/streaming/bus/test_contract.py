"""Every bus obeys the contract: what is written twice is there once, one owner writes, readers know what they have.

One suite for the bus within a process and for a real redis-server.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streaming.bus import contract, memory, redis
from streaming.bus.contract import LINES_READ, Batch, Bus, Place, Seen
from streaming.errors import Fenced, LogLost
from tests.streaming.bus.redis_server import redis_server


@pytest.fixture(params=["memory", "redis"])
async def bus(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bus]:
    """One of each, empty."""
    if request.param == "memory":
        yield memory.create("")
        return
    async with redis_server(tmp_path) as server:
        over_redis = redis.create(server.url)
        yield over_redis
        await over_redis.close()


async def owned(bus: Bus, node: str = "n1", is_forced: bool = False) -> int:
    """Claims the call; its token."""
    fence = await bus.claim("c", node, is_forced)
    assert fence is not None
    return fence


def batch(  # noqa: PLR0913 -- what differs from test to test
    fence: int,
    *lines: tuple[int, bytes],
    after: int = -1,
    epoch: int = 10,
    replaced: tuple[int, ...] = (),
    state: bytes = b"s",
    is_last: bool = False,
    turn: int = 0,
) -> Batch:
    """A batch of the call."""
    return Batch("c", fence, epoch, after, lines, replaced, state, is_last, turn)


async def read(bus: Bus, after: Place | None = None) -> Seen:
    """The call as it stands."""
    seen = await bus.read("c", after)
    assert seen is not None
    return seen


def numbers(seen: Seen) -> list[tuple[int, bytes]]:
    """The lines, without their epoch."""
    assert all(line.place.epoch == seen.epoch for line in seen.lines)
    return [(line.place.seq, line.data) for line in seen.lines]


async def test_what_was_written_is_read_behind_any_place(bus: Bus) -> None:
    """With state and owner; of a call that nobody wrote nothing is known."""
    assert await bus.read("c", None) is None
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a"), (1, b"b")))
    await bus.append(batch(fence, (4, b"c\x00\xff"), after=1, state=b"\x00t"))
    seen = await read(bus)
    assert (seen.epoch, seen.state, seen.owner) == (10, b"\x00t", "n1")
    assert numbers(seen) == [(0, b"a"), (1, b"b"), (4, b"c\x00\xff")]
    assert numbers(await read(bus, Place(10, 1))) == [(4, b"c\x00\xff")]
    assert numbers(await read(bus, Place(10, 4))) == []
    assert len(numbers(await read(bus, Place(9, 7)))) == 3


async def test_a_batch_that_is_sent_again_is_written_once(bus: Bus) -> None:
    """In part or whole, with more behind it: its answer may have been lost."""
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a"), (1, b"b")))
    await bus.append(batch(fence, (0, b"a"), (1, b"b"), (2, b"c")))
    assert numbers(await read(bus)) == [(0, b"a"), (1, b"b"), (2, b"c")]


async def test_what_was_replaced_is_forgotten(bus: Bus) -> None:
    """What was never written may be named too."""
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a"), (1, b"b")))
    await bus.append(batch(fence, (2, b"c"), after=1, replaced=(1, 7)))
    assert numbers(await read(bus)) == [(0, b"a"), (2, b"c")]


async def test_with_a_later_claim_the_earlier_owner_writes_nothing_more(bus: Bus) -> None:
    """Even the same node: a call that it had and has again is another's to it."""
    first = await owned(bus)
    await bus.append(batch(first, (0, b"a")))
    assert await bus.claim("c", "n2", False) is None
    second = await owned(bus, "n2", is_forced=True)
    assert second > first
    with pytest.raises(Fenced):
        await bus.append(batch(first, (1, b"stale"), after=0))
    await bus.append(batch(second, (1, b"b"), after=0))
    assert numbers(await read(bus)) == [(0, b"a"), (1, b"b")] and (await read(bus)).owner == "n2"
    third = await owned(bus, "n2")
    with pytest.raises(Fenced):
        await bus.append(batch(second, (2, b"stale"), after=1))
    await bus.append(batch(third, after=1))


async def test_who_goes_on_with_a_log_has_a_turn_of_its_own(bus: Bus) -> None:
    """Which readers are told; it is later than the log's epoch, so that nobody takes the one for the other."""
    await bus.append(batch(await owned(bus), (0, b"a")))
    assert (await read(bus)).turn == 0
    second = await owned(bus, "n2", is_forced=True)
    await bus.append(batch(second, (1, b"b"), after=0, turn=second))
    assert (await read(bus)).turn == second and numbers(await read(bus)) == [(0, b"a"), (1, b"b")]


async def test_where_the_bus_lost_all_the_last_owner_has_the_call(bus: Bus) -> None:
    """Whoever comes back to it first: who was overtaken before writes nothing once the other is there."""
    first = await owned(bus)
    await bus.append(batch(first, (0, b"a")))
    second = await owned(bus, "n2", is_forced=True)
    await bus.append(batch(second, (1, b"b"), after=0))
    await bus.purge(["c"])
    for fence, node, epoch in ((first, "n1", 11), (second, "n2", 12)):
        with pytest.raises(LogLost):
            await bus.append(batch(fence, (0, b"A"), epoch=epoch))
        assert await bus.claim("c", node, False, fence) == fence
        await bus.append(batch(fence, (0, b"A"), epoch=epoch))
    assert await bus.claim("c", "n1", False, first) is None
    with pytest.raises(Fenced):
        await bus.append(batch(first, (0, b"stale"), epoch=13))
    await bus.append(batch(second, (1, b"B"), after=0, epoch=12))
    assert numbers(await read(bus)) == [(0, b"A"), (1, b"B")] and (await read(bus)).owner == "n2"
    assert await owned(bus, "n3", is_forced=True) > second


async def test_a_new_epoch_replaces_all_that_was_told(bus: Bus) -> None:
    """With numbers that may be the same; whoever has a place in the old one gets all of the new."""
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a"), (1, b"b")))
    await bus.append(batch(fence, (0, b"A"), epoch=11))
    seen = await read(bus, Place(10, 1))
    assert seen.epoch == 11 and numbers(seen) == [(0, b"A")]


async def test_an_owner_that_knows_of_more_than_there_is_is_told(bus: Bus) -> None:
    """Of a log that is gone, as of one that lost its end."""
    fence = await owned(bus)
    with pytest.raises(LogLost):
        await bus.append(batch(fence, (8, b"x"), after=7))
    await bus.append(batch(fence, (0, b"a")))
    with pytest.raises(LogLost):
        await bus.append(batch(fence, (2, b"x"), after=1))
    with pytest.raises(LogLost):
        await bus.append(batch(fence, (2, b"x"), after=1, epoch=11))
    await bus.purge(["c"])
    with pytest.raises(LogLost):
        await bus.append(batch(fence, (1, b"x"), after=0))


async def test_a_call_that_is_over_has_no_owner_and_can_be_read_for_a_while(bus: Bus) -> None:
    """Its id is free for another call."""
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a"), is_last=True))
    seen = await read(bus)
    assert seen.owner is None and numbers(seen) == [(0, b"a")]
    assert await bus.claim("c", "n2", False) is not None


async def test_many_lines_are_read_in_parts(bus: Bus) -> None:
    """Behind the last of each the next begins."""
    fence = await owned(bus)
    lines = tuple((number, str(number).encode()) for number in range(LINES_READ + 5))
    await bus.append(batch(fence, *lines))
    first = await read(bus)
    rest = await read(bus, first.lines[-1].place)
    assert (len(first.lines), len(rest.lines)) == (LINES_READ, 5)
    assert numbers(first) + numbers(rest) == list(lines)


async def test_messages_reach_whoever_owns_the_call_in_order(bus: Bus) -> None:
    """Behind a place, and no more than the last of many."""
    await bus.append(batch(await owned(bus), (0, b"a")))
    for number in range(contract.MESSAGES_KEPT + 3):
        await bus.send("c", str(number).encode())
    left = await bus.messages("c", None)
    assert [line.data for line in left] == [str(n).encode() for n in range(3, contract.MESSAGES_KEPT + 3)]
    assert [line.data for line in await bus.messages("c", left[-2].place)] == [left[-1].data]
    assert await bus.messages("other", None) == ()


async def test_messages_end_with_their_call(bus: Bus) -> None:
    """Nobody reads them any more; nor does anybody those to a call that is not known."""
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a")))
    await bus.send("c", b"m")
    await bus.append(batch(fence, (1, b"b"), after=0, is_last=True))
    await bus.send("c", b"late")
    await bus.send("other", b"m")
    assert await bus.messages("c", None) == await bus.messages("other", None) == ()
    again = await owned(bus)
    await bus.append(batch(again, (0, b"A"), epoch=11))
    await bus.send("c", b"n")
    assert [line.data for line in await bus.messages("c", None)] == [b"n"]


@pytest.mark.parametrize("is_message", [False, True])
async def test_waiting_ends_with_a_line_or_a_message(
    bus: Bus, is_message: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits is woken by the next one."""
    monkeypatch.setattr(memory, "WAIT_S", 4.0)
    monkeypatch.setattr(redis, "WAIT_MS", 4_000)
    fence = await owned(bus)
    await bus.append(batch(fence, (0, b"a")))
    begun_s = asyncio.get_running_loop().time()
    waiting = asyncio.create_task(bus.wait({"c": Place(10, 0)}, {"c": Place(0, -1)}))
    await asyncio.sleep(0.1)
    await (bus.send("c", b"m") if is_message else bus.append(batch(fence, (1, b"b"), after=0)))
    await waiting
    assert asyncio.get_running_loop().time() - begun_s < 3


async def test_waiting_ends_in_time(bus: Bus) -> None:
    """Where nothing comes."""
    await bus.append(batch(await owned(bus), (0, b"a")))
    begun_s = asyncio.get_running_loop().time()
    await bus.wait({"c": Place(10, 0)}, {})
    assert asyncio.get_running_loop().time() - begun_s > contract.WAIT_S / 2


async def test_a_purge_leaves_nothing(bus: Bus) -> None:
    """Neither lines nor messages, and of other calls all."""
    await bus.append(batch(await owned(bus), (0, b"a")))
    await bus.send("c", b"m")
    assert await bus.claim("d", "n1", False) is not None
    await bus.purge(["c", "unknown"])
    await bus.purge([])
    assert await bus.read("c", None) is None and await bus.messages("c", None) == ()
    assert await bus.claim("d", "n2", False) is None

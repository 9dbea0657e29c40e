"""Calls of other nodes are read from the bus while they are watched, and replies reach the node that has the call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from structlog.testing import capture_logs

from assist.call_log import Entry
from assist.far_calls import FarCalls
from assist.overlay_events import CallEnded, CallStarted, Envelope, OverlayEvent, encode
from assist.overlay_messages import Dismiss, Next, Reply
from streaming.bus.contract import Batch, Place, Seen
from streaming.bus.memory import MemoryBus
from streaming.errors import BusDown

PATIENCE_S = 10.0
STARTED = CallStarted(("rep",), "browser")


class Shaky(MemoryBus):
    """A bus that can be out of reach."""

    is_away = False

    async def read(self, call: str, after: Place | None) -> Seen | None:
        """Or not."""
        if self.is_away:
            raise BusDown("away")
        return await super().read(call, after)

    async def send(self, call: str, message: bytes) -> None:
        """Or not."""
        if self.is_away:
            raise BusDown("away")
        await super().send(call, message)


class Reader:
    """What was read, and what nobody had."""

    def __init__(self, bus: MemoryBus) -> None:
        self.calls = FarCalls(bus)
        self.seen: list[tuple[str, int, int]] = []
        self.unknown: list[str] = []
        self.changed = asyncio.Event()
        self.calls.connect(self._mirror, self._unknown)

    def _mirror(self, call_id: str, epoch: int, entries: tuple[Entry, ...]) -> None:
        self.seen += [(call_id, epoch, entry.seq) for entry in entries]
        self.changed.set()

    def _unknown(self, call_id: str) -> None:
        self.unknown.append(call_id)
        self.changed.set()

    async def until(self, count: int) -> None:
        """Waits for so many entries."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.seen) < count:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def reading(bus: MemoryBus) -> AsyncIterator[Reader]:
    """One that runs."""
    reader = Reader(bus)
    task = asyncio.create_task(reader.calls.run())
    yield reader
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def write(bus: MemoryBus, *events: OverlayEvent, first: int = 0, epoch: int = 7) -> None:
    """As another node does."""
    fence = await bus.claim("far", "n2", True)
    assert fence is not None
    lines = tuple((n, encode(Envelope("far", n, 0, event))) for n, event in enumerate(events, first))
    await bus.append(Batch("far", fence, epoch, first - 1, lines, (), b""))


async def test_a_call_that_is_watched_is_read_as_it_grows_and_to_its_end() -> None:
    """What was there at once, the rest as it comes; whatever comes after the end is not looked for."""
    bus = MemoryBus()
    await write(bus, STARTED)
    async with reading(bus) as reader:
        reader.calls.follow("far")
        await reader.until(1)
        await write(bus, CallEnded(1, "stopped"), first=1)
        await reader.until(2)
        await write(bus, STARTED, epoch=8)
        await asyncio.sleep(0.05)
    assert set(reader.seen) == {("far", 7, 0), ("far", 7, 1)} and reader.unknown == []


async def test_a_call_that_nobody_has_is_waited_for() -> None:
    """And that is told; so it is where nobody can be asked. One that is watched no more is not."""
    bus = Shaky()
    async with reading(bus) as reader:
        reader.calls.follow("far")
        reader.calls.follow("other")
        reader.calls.leave("other")
        await asyncio.sleep(0.05)
        assert "far" in reader.unknown and reader.seen == []
        bus.is_away = True
        await write(bus, STARTED)
        await asyncio.sleep(0.05)
        bus.is_away = False
        await reader.until(1)


async def test_what_cannot_be_read_is_left_alone_and_the_rest_goes_on() -> None:
    """A newer server may write what this one does not know; nothing of it is logged."""
    bus = MemoryBus()
    fence = await bus.claim("strange", "n3", True)
    assert fence is not None
    await bus.append(Batch("strange", fence, 1, -1, ((0, b'{"kind":"secret"}'),), (), b""))
    await write(bus, STARTED)
    taken: asyncio.Queue[Reply] = asyncio.Queue()
    async with reading(bus) as reader:
        reader.calls.own("far", taken.put_nowait)
        with capture_logs() as logs:
            reader.calls.follow("strange")
            await bus.send("far", b'{"kind":"secret"}')
            reader.calls.reply("far", Dismiss("far", "s1"))
            assert await asyncio.wait_for(taken.get(), PATIENCE_S) == Dismiss("far", "s1")
        reader.calls.follow("far")
        await reader.until(1)
    assert {entry["event"] for entry in logs} == {"call_not_readable", "reply_not_readable"}
    assert "secret" not in str(logs)


async def test_replies_reach_whoever_has_the_call_once() -> None:
    """While it has it; where they cannot be sent they are let go."""
    bus = Shaky()
    await write(bus, STARTED)
    taken, came = list[Reply](), asyncio.Event()

    def take(reply: Reply) -> None:
        taken.append(reply)
        came.set()

    async with reading(bus) as owner, reading(bus) as other:
        owner.calls.own("far", take)
        other.calls.reply("far", Dismiss("far", "s1"))
        other.calls.reply("far", Next("far", "s2"))
        async with asyncio.timeout(PATIENCE_S):
            while len(taken) < 2:
                came.clear()
                await came.wait()
        owner.calls.disown("far")
        other.calls.reply("far", Dismiss("far", "s3"))
        bus.is_away = True
        other.calls.reply("far", Dismiss("far", "s4"))
        await asyncio.sleep(0.05)
    assert taken == [Dismiss("far", "s1"), Next("far", "s2")]

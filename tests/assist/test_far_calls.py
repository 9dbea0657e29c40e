"""Calls of other nodes are read from the bus while they are watched, and replies reach the node that has the call."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
from structlog.testing import capture_logs

from assist.call_log import Entry
from assist.far_calls import REPLIES_WAITING, FarCalls
from assist.overlay_events import CallEnded, CallStarted, Envelope, Lagging, OverlayEvent, encode
from assist.overlay_messages import Dismiss, Next, Reply
from streaming.bus.contract import LINES_READ, Batch, Place, Seen
from streaming.bus.memory import MemoryBus
from streaming.errors import BusDown

PATIENCE_S = 10.0
RESUME_S = 30.0
STARTED = CallStarted(("rep",), "browser")


class Shaky(MemoryBus):
    """A bus that can be out of reach."""

    is_away = lease_is_over = False
    reads = 0

    async def read(self, call: str, after: Place | None) -> Seen | None:
        """Or not."""
        self.reads += 1
        if self.is_away:
            raise BusDown("away")
        seen = await super().read(call, after)
        return msgspec.structs.replace(seen, owner=None) if seen and self.lease_is_over else seen

    async def wait(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> None:
        """Not for long."""
        await asyncio.sleep(0.01)

    async def send(self, call: str, message: bytes) -> None:
        """Or not."""
        if self.is_away:
            raise BusDown("away")
        await super().send(call, message)


class Reader:
    """What was read, and what nobody had."""

    def __init__(self, bus: MemoryBus) -> None:
        self.now_s = 0.0
        self.calls = FarCalls(bus, RESUME_S, lambda: self.now_s)
        self.seen: list[tuple[str, int, int]] = []
        self.turns: list[int] = []
        self.nobodys: list[str] = []
        self.over: list[str] = []
        self.changed = asyncio.Event()
        self.calls.connect(self)

    def mirror(self, call_id: str, epoch: int, turn: int, entries: tuple[Entry, ...]) -> None:
        """Keeps what came, and how often something did."""
        self.seen += [(call_id, epoch, entry.seq) for entry in entries]
        self.turns.append(turn)
        self.changed.set()

    def unknown(self, call_id: str) -> None:
        """Keeps that."""
        self.nobodys.append(call_id)
        self.changed.set()

    def gone(self, call_id: str) -> None:
        """Keeps that."""
        self.over.append(call_id)

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
    assert reader.seen == [("far", 7, 0), ("far", 7, 1)] and reader.nobodys == []


async def test_a_call_that_nobody_has_is_waited_for() -> None:
    """And that is told; so it is where nobody can be asked. One that is watched no more is not."""
    bus = Shaky()
    async with reading(bus) as reader:
        reader.calls.follow("far")
        reader.calls.follow("other")
        reader.calls.leave("other")
        await asyncio.sleep(0.05)
        assert "far" in reader.nobodys and reader.seen == []
        bus.is_away = True
        await write(bus, STARTED)
        await asyncio.sleep(0.05)
        bus.is_away = False
        await reader.until(1)


async def test_a_long_call_is_told_at_once() -> None:
    """In parts, overlays would be told what is replaced further on, and more than they can take."""
    bus, count = MemoryBus(), LINES_READ + 500
    await write(bus, STARTED, *[Lagging(True, 1)] * (count - 1))
    async with reading(bus) as reader:
        reader.calls.follow("far")
        await reader.until(count)
        fence = await bus.claim("far", "n3", True)
        assert fence is not None
        line = (count, encode(Envelope("far", count, 0, STARTED)))
        await bus.append(Batch("far", fence, 7, count - 1, (line,), (), b"", turn=fence))
        await reader.until(count + 1)
    assert reader.seen == [("far", 7, n) for n in range(count + 1)] and reader.turns == [0, fence]


async def looks(reader: Reader, bus: Shaky, count: int) -> None:
    """Until it has looked so often."""
    bus.reads = 0
    async with asyncio.timeout(PATIENCE_S):
        while bus.reads < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_call_whose_node_is_dead_is_gone_once_its_source_had_time_to_come_back() -> None:
    """From the end of the lease on. The time does not count in which the bus is away, since then no owner can write."""
    bus = Shaky()
    await write(bus, STARTED)
    async with reading(bus) as reader:
        reader.calls.follow("far")
        await reader.until(1)
        await looks(reader, bus, 2)
        reader.now_s = 2 * RESUME_S
        await looks(reader, bus, 2)
        assert reader.over == []
        bus.lease_is_over = True
        await looks(reader, bus, 2)
        reader.now_s += RESUME_S - 1
        await looks(reader, bus, 2)
        assert reader.over == []
        bus.is_away = True
        await asyncio.sleep(0.1)
        bus.is_away = False
        reader.now_s += RESUME_S - 1
        await looks(reader, bus, 2)
        assert reader.over == []
        reader.now_s += RESUME_S
        await looks(reader, bus, 2)
        assert set(reader.over) == {"far"}


async def test_a_fault_in_what_one_call_does_ends_nothing_else() -> None:
    """It is logged where all faults are; other calls are read on."""
    bus, faults = MemoryBus(), list[BaseException]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context["exception"]))
    await write(bus, STARTED)
    taken: asyncio.Queue[Reply] = asyncio.Queue()

    def take(reply: Reply) -> None:
        if reply == Dismiss("far", "s1"):
            raise OSError("a disk that fails")
        taken.put_nowait(reply)

    async with reading(bus) as owner, reading(bus) as other:
        owner.calls.own("far", take)
        for id_ in ("s1", "s2"):
            other.calls.reply("far", Dismiss("far", id_))
        assert await asyncio.wait_for(taken.get(), PATIENCE_S) == Dismiss("far", "s2")
    assert [str(fault) for fault in faults] == ["a disk that fails"]


async def test_replies_wait_for_a_slow_bus_in_a_bounded_queue() -> None:
    """The oldest go."""
    bus = MemoryBus()
    await write(bus, STARTED)
    taken: asyncio.Queue[Reply] = asyncio.Queue()
    async with reading(bus) as owner:
        other = FarCalls(bus, RESUME_S)
        for number in range(REPLIES_WAITING + 3):
            other.reply("far", Dismiss("far", f"s{number}"))
        owner.calls.own("far", taken.put_nowait)
        sending = asyncio.create_task(other.run())
        assert await asyncio.wait_for(taken.get(), PATIENCE_S) == Dismiss("far", "s3")
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


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


async def test_overlays_of_a_call_that_cannot_be_read_are_told() -> None:
    """In the middle of it that no more comes; of one that was never readable here that it is waited for."""
    bus = MemoryBus()
    await write(bus, STARTED)
    async with reading(bus) as reader, asyncio.timeout(PATIENCE_S):
        reader.calls.follow("far")
        await reader.until(1)
        fence = await bus.claim("far", "n3", True)
        assert fence is not None
        await bus.append(Batch("far", fence, 7, 0, ((1, b'{"kind":"new"}'),), (), b""))
        while not reader.over:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert (reader.over, reader.nobodys) == (["far"], [])
        reader.calls.follow("far")
        while not reader.nobodys:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert reader.nobodys == ["far"] and len(reader.seen) == 1


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

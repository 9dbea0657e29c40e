"""What a call tells reaches the bus, once and in order, whatever becomes of the bus meanwhile; the call never waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from assist import publishing
from assist.call_log import EVENTS_KEPT, CallLog, Entry
from assist.overlay_events import CallEnded, OverlayEvent, SuggestionWithdrawn, TranscriptChanged
from assist.publishing import Ours, Publishing
from streaming.bus.contract import Batch, Seen
from streaming.bus.memory import MemoryBus
from streaming.bus.redis import RedisBus
from streaming.errors import BusDown, LogLost
from tests.streaming.bus.redis_server import redis_server

PATIENCE_S = 10.0


class Shaky(MemoryBus):
    """A bus that can be out of reach, lose an answer, or lose all."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.loses_answers = 0

    async def append(self, batch: Batch) -> None:
        """Takes it or not."""
        if self.is_away:
            raise BusDown("away")
        await super().append(batch)
        if self.loses_answers:
            self.loses_answers -= 1
            raise BusDown("the answer was lost")


class Slow(MemoryBus):
    """A bus that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.delay_s = 0.1
        self.is_writing = asyncio.Event()

    async def append(self, batch: Batch) -> None:
        """Writes, after a while."""
        self.is_writing.set()
        await asyncio.sleep(self.delay_s)
        await super().append(batch)


class Call:
    """A call of this node: its log, and what it was told of the bus."""

    def __init__(self, node: Publishing, call_id: str = "c") -> None:
        self.log = CallLog(100)
        self.position_ms = 0
        self.safe_ms: list[int] = []
        self.lost, self.ended = asyncio.Event(), 0
        self._node, self._id = node, call_id
        ours = Ours(self.log, self._state, self.safe_ms.append, self.lost.set, on_ended=self._end)
        node.begin(call_id, ours)

    def _end(self) -> None:
        self.ended += 1

    def _state(self) -> tuple[bytes, int]:
        return f"at {self.position_ms}".encode(), self.position_ms

    def tell(self, *events: OverlayEvent) -> None:
        """Adds to the log."""
        for event in events:
            seq = self.log.last_seq + 1
            self._node.told(self._id, self.log.append(Entry(seq, event, f"{seq}".encode())))


def waiting() -> float:
    """Events that the bus does not have yet."""
    return REGISTRY.get_sample_value("assist_bus_waiting") or 0


def dropped() -> float:
    """Events that it never had."""
    return REGISTRY.get_sample_value("assist_bus_dropped_total") or 0


def words(utterance: int) -> TranscriptChanged:
    """An utterance as it stands."""
    return TranscriptChanged("rep", utterance, "", "x", False, 0, 1, ())


def passing(count: int) -> list[OverlayEvent]:
    """Events that nothing replaces."""
    return [SuggestionWithdrawn("s1", "expired")] * count


@asynccontextmanager
async def publishing_to(bus: MemoryBus) -> AsyncIterator[Publishing]:
    """A node of that bus."""
    node = Publishing(bus, "n1")
    yield node
    await node.close()


async def until(bus: MemoryBus, is_so: Callable[[Seen], bool]) -> Seen:
    """Waits for the call on the bus to be like that."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if (seen := await bus.read("c", None)) is not None and is_so(seen):
                return seen
            await asyncio.sleep(0.01)


def has(*numbers: int) -> Callable[[Seen], bool]:
    """Whether these are all the lines that are there."""
    return lambda seen: [line.place.seq for line in seen.lines] == list(numbers)


async def test_a_log_grows_on_the_bus_as_it_does_here() -> None:
    """With what was replaced gone, and the position told once it is there."""
    bus = MemoryBus()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0), *passing(1))
        await until(bus, has(0, 1))
        call.position_ms = 400
        call.tell(words(0))
        seen = await until(bus, has(1, 2))
        assert (seen.state, seen.owner, call.safe_ms[-1]) == (b"at 400", "n1", 400)
        assert waiting() == 0


async def test_while_the_bus_is_away_nothing_is_lost_and_nothing_waits() -> None:
    """What was said meanwhile comes after, as it then stands, under the same epoch."""
    bus, before = Shaky(), dropped()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await until(bus, has(0))
        bus.is_away = True
        call.tell(words(1), words(1), *passing(3))
        await asyncio.sleep(0.05)
        assert waiting() == 5
        bus.is_away = False
        seen = await until(bus, has(0, 2, 3, 4, 5))
        assert (seen.epoch, dropped() - before) == (100, 0)


async def test_a_lost_answer_doubles_nothing() -> None:
    """Even where what was sent has been replaced by then."""
    bus = Shaky()
    bus.loses_answers = 1
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await asyncio.sleep(0.05)
        call.tell(words(0), *passing(1))
        await until(bus, has(1, 2))


async def test_a_bus_that_lost_all_is_told_anew_in_a_later_epoch() -> None:
    """From its first line, as far as it is kept."""
    bus = Shaky()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0), *passing(2))
        await until(bus, has(0, 1, 2))
        await bus.purge(["c"])
        call.tell(words(1))
        seen = await until(bus, has(0, 1, 2, 3))
        assert seen.epoch > 100


async def test_what_the_log_had_to_let_go_meanwhile_is_counted() -> None:
    """And the rest told anew."""
    bus, before = Shaky(), dropped()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await until(bus, has(0))
        bus.is_away = True
        call.tell(*passing(EVENTS_KEPT + 20))
        await asyncio.sleep(0.05)
        bus.is_away = False
        seen = await until(bus, lambda seen: len(seen.lines) == EVENTS_KEPT)
        assert seen.epoch > 100 and seen.lines[0].place.seq == 21
    assert dropped() - before == 20


async def test_a_call_that_another_node_has_is_let_go() -> None:
    """It writes nothing more, and is told so once."""
    bus = MemoryBus()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await until(bus, has(0))
        await bus.claim("c", "n2", True)
        call.tell(words(1))
        await asyncio.wait_for(call.lost.wait(), PATIENCE_S)
        await until(bus, has(0))
        late = Call(node)
        await asyncio.wait_for(late.lost.wait(), PATIENCE_S)


async def test_who_handed_a_call_over_is_not_told_that_another_has_it() -> None:
    """It knows. A write that was under way then would end the call here once more."""
    bus = Slow()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await until(bus, has(0))
        bus.is_writing.clear()
        call.tell(words(1))
        await bus.is_writing.wait()
        node.let_go("c")
        await bus.claim("c", "n2", True)
    assert not call.lost.is_set()


async def test_who_was_overtaken_does_not_have_the_call_again_when_the_bus_forgets_that() -> None:
    """It slept, another took the call over, Redis was started anew, and it wakes first."""
    bus = Shaky()
    async with publishing_to(bus) as sleeper:
        call = Call(sleeper)
        call.tell(words(0))
        await until(bus, has(0))
        bus.is_away = True
        call.tell(words(0))
        await asyncio.sleep(0.05)
        fence = await bus.claim("c", "n2", True)
        assert fence is not None
        await bus.purge(["c"])
        bus.is_away = False
        await until(bus, has(1))
        with pytest.raises(LogLost):
            await bus.append(Batch("c", fence, 100, 0, ((1, b"theirs"),), (), b""))
        assert await bus.claim("c", "n2", False, fence) == fence
        await bus.append(Batch("c", fence, 200, -1, ((0, b"theirs"),), (), b""))
        call.tell(words(0))
        await asyncio.wait_for(call.lost.wait(), PATIENCE_S)
        assert (await until(bus, has(0))).lines[0].data == b"theirs"


async def test_an_end_is_told_once_it_is_on_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: until then another node may have the call, which then ends there and not here."""
    monkeypatch.setattr(publishing, "LAST_WORDS_S", 0.2)
    bus = Shaky()
    async with publishing_to(bus) as node:
        ended, lost, late = Call(node), Call(node, "d"), Call(node, "e")
        for call in (ended, lost, late):
            call.tell(words(0))
        await until(bus, has(0))
        bus.is_away = True
        for call, call_id in ((ended, "c"), (lost, "d")):
            call.tell(CallEnded(1, "stopped"))
            node.end(call_id)
        await asyncio.sleep(0.05)
        assert (ended.ended, lost.ended) == (0, 0)
        await bus.claim("d", "n2", True)
        bus.is_away = False
        await until(bus, has(0, 1))
        await asyncio.sleep(publishing.RETRY_S + 0.1)
        assert (ended.ended, lost.ended, lost.lost.is_set()) == (1, 0, False)
        bus.is_away = True
        late.tell(CallEnded(1, "stopped"))
        node.end("e")
        await node.close()
        assert (ended.ended, late.ended) == (1, 1)


async def test_a_flush_waits_for_all_that_was_told_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only for what was under way."""
    monkeypatch.setattr(publishing, "LAST_WORDS_S", 0.2)
    bus = Slow()
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        await bus.is_writing.wait()
        call.tell(*passing(2))
        assert await node.flush("c")
        await until(bus, has(0, 1, 2))
        bus.delay_s = 60
        call.tell(*passing(1))
        assert not await node.flush("c")


async def test_what_is_over_is_written_before_a_shutdown_and_gives_up_its_lease() -> None:
    """One that runs on, elsewhere or not, keeps no shutdown waiting."""
    bus = MemoryBus()
    async with publishing_to(bus) as node:
        call, other = Call(node), Call(node, "d")
        call.tell(words(0), CallEnded(1, "stopped"))
        other.tell(words(0))
        node.end("c")
    seen = await until(bus, has(0, 1))
    assert seen.owner is None


async def test_a_bus_that_stays_away_holds_a_shutdown_up_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was not written by then is in the journal."""
    bus = Shaky()
    bus.is_away = True
    monkeypatch.setattr(publishing, "LAST_WORDS_S", 0.2)
    async with publishing_to(bus) as node:
        call = Call(node)
        call.tell(words(0))
        node.end("c")


async def test_a_call_by_the_id_of_one_that_may_not_be_kept_stays() -> None:
    """It began in the moment before that one was purged, on another node."""
    bus = MemoryBus()
    async with publishing_to(bus) as node:
        call_log = CallLog(100)
        node.begin("c", Ours(call_log, lambda: (b"", 0), lambda _: None, lambda: None, lambda: False))
        call_log.append(Entry(0, CallEnded(1, "refused"), b"ours"))
        node.told("c", None)
        node.end("c")
        await until(bus, lambda seen: seen.owner is None)
        fence = await bus.claim("c", "n2", False)
        assert fence is not None
        await bus.append(Batch("c", fence, 200, -1, ((0, b"theirs"),), (), b""))
    seen = await bus.read("c", None)
    assert seen is not None and [line.data for line in seen.lines] == [b"theirs"]


class Stubborn(RedisBus):
    """It cannot be reached when a call is to be purged first."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.refusals = 1

    async def purge(self, calls: Iterable[str]) -> None:
        """The second time, it does."""
        if self.refusals:
            self.refusals -= 1
            raise BusDown("away")
        await super().purge(calls)


async def test_nothing_of_a_call_that_may_not_be_kept_is_left_in_redis(tmp_path: Path) -> None:
    """Once it is over; of others it stays, for those who watch."""
    async with redis_server(tmp_path) as server, Redis.from_url(server.url) as client:
        bus = Stubborn(server.url)
        node = Publishing(bus, "n1")
        for call_id, is_kept in (("refused", False), ("kept", True)):
            call_log = CallLog(100)
            node.begin(call_id, Ours(call_log, lambda: (b"s", 0), lambda _: None, lambda: None, partial(bool, is_kept)))
            call_log.append(Entry(0, words(0), b"said"))
            node.told(call_id, None)
        async with asyncio.timeout(PATIENCE_S):
            while len(await client.keys()) < 6:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            node.end("refused")
            node.end("kept")
            while [key for key in await client.keys() if b"refused" in key]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert await client.keys() and bus.refusals == 0
        await node.close()
        await bus.close()

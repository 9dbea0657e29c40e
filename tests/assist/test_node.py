"""A call that comes from another node: only where there is room and it can be read, and with all that it had."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist.advice import Advice
from assist.advising import Advising
from assist.app import running
from assist.audit import entries
from assist.desk import Foreseen
from assist.detection import Detection
from assist.handover import Claimed, Handover, Past, digest, encode
from assist.node import Node
from assist.overlay_events import CallStarted, Envelope
from assist.overlay_events import encode as encode_event
from assist.preparation import Preparation
from assist.settings import load
from streaming.bus.contract import Batch, Place
from streaming.bus.memory import MemoryBus
from streaming.errors import NotHere
from streaming.protocols.contract import Returned
from tests.assist.conftest import PATIENCE_S, SAID, Client, House, Opening
from tests.streaming.bus.redis_server import redis_server

TOKEN = "a-token-that-nobody-guesses"
START = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}


@asynccontextmanager
async def back_at(house: House, token: str = TOKEN) -> AsyncIterator[Client]:
    """The source of the call `c`, come back to a node."""
    async with connect(f"{house.ws}/call/browser", compression=None) as socket:
        await socket.send(json.dumps({"kind": "resume", "call": "c", "token": token}))
        yield Client(socket)


async def test_a_full_node_takes_no_call_over(opened: Opening, tmp_path: Path, said: bytes) -> None:
    """Its source is sent on, and not told that its call is over: that stays where it is until there is room."""
    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near")
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far", max_calls=1)
        async with near as first, far as second, first.call(call="c", token=TOKEN) as call:
            await call.sound(said)
            async with second.call(call="other") as other:
                async with back_at(second) as back:
                    with pytest.raises(ConnectionClosed) as closed:
                        await back.told()
                    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013
                await other.stop()
            assert call.socket.close_code is None
            async with back_at(second) as back:
                assert (await back.told())["kind"] == "started"
                assert await back.stop()


async def test_whoever_takes_a_call_over_says_that_its_sound_is_kept_no_more(
    opened: Opening, tmp_path: Path, said: bytes
) -> None:
    """What the other node kept of it ends there."""
    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near", record_sound=True)
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far", record_sound=True)
        async with near as first, far as second, first.call(call="c", token=TOKEN) as call:
            async with first.overlay("c") as overlay:
                await call.sound(said)
                await overlay.until("recording_changed", is_on=True)
            async with second.overlay("c") as overlay, back_at(second) as back:
                assert (await back.told())["kind"] == "started"
                await overlay.until("recording_changed", is_on=False)
                await back.stop()


async def test_what_was_foreseen_of_a_call_goes_with_it(
    opened: Opening, tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not found again, which takes so long with many thoughts that all other calls would notice."""
    foresee, for_call = Advising.foresee, Advising.for_call
    weighed, begun = list[Preparation](), list[frozenset[str]]()

    def weighing(advising: Advising, preparation: Preparation) -> Iterator[Foreseen]:
        weighed.append(preparation)
        return foresee(advising, preparation)

    def beginning(
        advising: Advising, call_id: str, is_mixed: bool, foreseen: frozenset[str]
    ) -> tuple[Detection, Advice]:
        begun.append(foreseen)
        return for_call(advising, call_id, is_mixed, foreseen)

    monkeypatch.setattr(Advising, "foresee", weighing)
    monkeypatch.setattr(Advising, "for_call", beginning)
    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near")
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far")
        async with near as first, far as second:
            async with first.overlay("c") as overlay:
                await overlay.socket.send(json.dumps({"kind": "prepare", "preparation": {"fears": [SAID]}}))
                await overlay.until("prepared")
            async with first.call(call="c", token=TOKEN) as call:
                await call.sound(said)
                weighed.clear()
                async with back_at(second) as back:
                    assert (await back.told())["kind"] == "started"
                    await back.stop()
    assert begun[0] == begun[1] and "price" in begun[0] and weighed == []


async def test_what_was_replied_to_a_call_before_it_came_here_is_not_taken_again(
    opened: Opening, tmp_path: Path, said: bytes
) -> None:
    """The audit log here has what changed here, and a late copy takes the place of no reply of now."""
    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near")
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far")
        async with near as first, far as second, first.call(call="c", token=TOKEN) as call:
            await call.sound(said)
            async with second.overlay("c") as overlay:
                await overlay.until("call_started")
                await overlay.socket.send('{"kind":"announced","call":"c"}')
                await overlay.until("consent_changed", consent="announced")
            async with back_at(second) as back:
                assert (await back.told())["kind"] == "started"
                with pytest.raises(ConnectionClosed):  # once the first node knows that it has the call no more
                    while True:
                        await call.told()
                async with first.overlay("c") as overlay:
                    await overlay.until("call_started")
                    await overlay.socket.send('{"kind":"refused","call":"c"}')
                    await overlay.until("consent_changed", consent="refused")
                    await back.stop()
    noted = [[one.detail for one in entries(tmp_path / where) if one.call == "c"] for where in ("near", "far")]
    assert [[detail for detail in details if detail] for details in noted] == [["announced"], ["refused"]]


async def test_what_was_said_before_a_call_came_here_is_let_go_once_it_is_heard(
    opened: Opening, tmp_path: Path, said: bytes
) -> None:
    """Else it would be held for as long as the call."""
    token = f"{TOKEN}-either"

    def is_held() -> bool:
        gc.collect()
        pasts = [one for one in gc.get_objects() if isinstance(one, Past)]
        return any(past.handover.is_of(token) for past in pasts)

    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near")
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far")
        async with near as first, far as second, first.call(call="c", token=token) as call:
            await call.sound(said)
            async with back_at(second, token) as back, second.overlay("c") as overlay:
                assert (await back.told())["kind"] == "started"
                await overlay.until("call_started")
                async with asyncio.timeout(PATIENCE_S):
                    while True:
                        if not is_held():
                            break
                        await asyncio.sleep(0.05)
                await back.stop()


async def test_a_call_that_a_newer_server_wrote_stays_where_it_is() -> None:
    """It is not taken away from a node that can go on with it."""
    bus = MemoryBus()
    fence = await bus.claim("c", "n1", False)
    assert fence is not None
    state = encode(Handover("browser", json.dumps(START), digest(TOKEN), 0, {}))
    new_word = encode(Handover("browser", json.dumps(START | {"new": 1}), digest(TOKEN), 0, {}))
    new_protocol = encode(Handover("newest", json.dumps(START), digest(TOKEN), 0, {}))
    lines = ((0, encode_event(Envelope("c", 0, 0, CallStarted(("rep",), "browser")))), (1, b'{"kind":"new"}'))
    await bus.append(Batch("c", fence, 5, -1, lines, (), state))
    node = Node(bus, is_alone=False, resume_s=30)
    for unreadable in (state, b"from a newer server"):
        await bus.append(Batch("c", fence, 5, 1, (), (), unreadable))
        with pytest.raises(NotHere):
            await node.claim(Returned("c", TOKEN))
    await bus.append(Batch("c", fence, 5, 1, (), (1,), state))
    for unreadable in (new_word, new_protocol):
        await bus.append(Batch("c", fence, 5, 1, (), (), unreadable))
        with pytest.raises(NotHere):
            await node.claim(Returned("c", TOKEN))
    await bus.append(Batch("c", fence, 5, 1, (), (), state))
    assert await node.claim(Returned("c", "another-token")) is None
    assert (claimed := await node.claim(Returned("c", TOKEN))) is not None and claimed.fence > fence
    assert (claimed.past.epoch, claimed.past.turn, len(claimed.past.entries)) == (5, 0, 1)


async def test_a_purge_leaves_what_another_node_has_of_a_call() -> None:
    """Its part here is gone from the disk, as after a refusal there where both have one folder; the call goes on."""
    bus = MemoryBus()
    for call_id, is_over in (("runs", False), ("over", True)):
        fence = await bus.claim(call_id, "n2", False)
        assert fence is not None
        await bus.append(Batch(call_id, fence, 5, -1, ((0, b"x"),), (), b"", is_over))
    await Node(bus, is_alone=False, resume_s=30).forget(["runs", "over", "unknown"])
    assert await bus.read("runs", None) is not None and await bus.read("over", None) is None


async def test_a_call_that_cannot_be_handed_over_at_once_is_later(tmp_path: Path, script: Path, said: bytes) -> None:
    """Redis hangs when the server is told to end: the call goes on, and away as soon as Redis is back."""
    async with redis_server(tmp_path) as redis:
        settings = load(port=0, engine="scripted", script=script, redis_url=redis.url, journal_dir=tmp_path / "calls")
        async with running(settings) as up, House(up, settings).call(call="c", token=TOKEN) as call:
            await call.sound(said)
            redis.pause()
            draining = asyncio.create_task(up.drain(PATIENCE_S))
            await asyncio.sleep(1.5)
            assert not draining.done() and call.socket.close_code is None
            redis.resume()
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await call.told()
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
            await asyncio.wait_for(draining, PATIENCE_S)


class Faulty(MemoryBus):
    """A bus with a fault of ours in it."""

    async def wait(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> None:
        """Never."""
        raise ZeroDivisionError


async def test_that_the_bus_is_read_no_more_is_told_at_once() -> None:
    """Else nobody would know why overlays of other nodes stand still."""
    node = Node(Faulty(), is_alone=False, resume_s=30)
    node.far_calls.own("c", lambda _: None)
    with capture_logs() as logs:
        node.start()
        async with asyncio.timeout(20):
            while True:
                if logs:
                    break
                await asyncio.sleep(0.01)
    assert [entry["event"] for entry in logs] == ["task_failed"]
    await node.close()


class Overtaken(MemoryBus):
    """Where a newer node writes once more in the moment in which another claims its call."""

    async def claim(self, call: str, node: str, is_forced: bool, held: int | None = None) -> int | None:
        fence = await super().claim(call, node, is_forced, held)
        if is_forced and fence is not None:
            await self.append(Batch(call, fence, 5, 0, (), (), b"from a newer server"))
        return fence


async def test_a_call_that_cannot_be_read_once_it_is_claimed_is_left_to_another() -> None:
    """Its source is sent on, and finds the node that can go on with it."""
    bus = Overtaken()
    fence = await bus.claim("c", "n1", False)
    assert fence is not None
    state = encode(Handover("browser", "{}", digest(TOKEN), 0, {}))
    lines = ((0, encode_event(Envelope("c", 0, 0, CallStarted(("rep",), "browser")))),)
    await bus.append(Batch("c", fence, 5, -1, lines, (), state))
    with pytest.raises(NotHere):
        await Node(bus, is_alone=False, resume_s=30).claim(Returned("c", TOKEN))


async def test_a_call_that_began_here_while_another_came_stays(
    opened: Opening, tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same id: whoever comes back for the other is told that it is not here."""
    claim, is_claimed, may_go = Node.claim, asyncio.Event(), asyncio.Event()

    async def slow(node: Node, returned: Returned) -> Claimed | None:
        claimed = await claim(node, returned)
        is_claimed.set()
        await asyncio.wait_for(may_go.wait(), PATIENCE_S)
        return claimed

    monkeypatch.setattr(Node, "claim", slow)
    async with redis_server(tmp_path) as redis:
        near = opened(redis_url=redis.url, journal_dir=tmp_path / "near")
        far = opened(redis_url=redis.url, journal_dir=tmp_path / "far")
        async with near as first, far as second, first.call(call="c", token=TOKEN) as call:
            await call.sound(said)
            async with back_at(second) as back:
                await asyncio.wait_for(is_claimed.wait(), PATIENCE_S)
                async with second.call(call="c") as own, second.overlay("c") as overlay:
                    may_go.set()
                    assert (await back.until("error"))[-1]["code"] == "unknown_call"
                    await own.sound(said)
                    assert (await own.stop())["kind"] == "ended"
                    assert (await overlay.until("call_ended"))[-1]["reason"] == "stopped"

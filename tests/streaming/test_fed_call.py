"""A call outlives a cut of its connection: whoever began it goes on with it, and nobody else does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from streaming.call_socket import CallSocket
from streaming.fed_call import FedCalls, Line
from streaming.product import Left
from streaming.protocols import browser
from streaming.protocols.contract import Moved, Opening, Returned
from tests.streaming.listeners import Keeping, Kept, keeping

PATIENCE_S = 10.0
TOKEN = "only-who-began-the-call-knows-this"
SECOND = bytes(range(250)) * 128
START = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000, "call": "c1"}


@asynccontextmanager
async def connected(port: int, first: dict[str, Any]) -> AsyncIterator[ClientConnection]:
    """A connection whose first message is sent."""
    async with connect(f"ws://127.0.0.1:{port}/call/browser", compression=None) as client:
        await client.send(json.dumps(first))
        yield client


def resume(**changes: str) -> dict[str, Any]:
    """The first message of a client that is back."""
    return {"kind": "resume", "call": "c1", "token": TOKEN} | changes


async def told(client: ClientConnection, *kinds: str) -> dict[str, Any]:
    """Its next message of one of these kinds."""
    while (message := json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S)))["kind"] not in kinds:
        pass
    return dict(message)


async def closed(client: ClientConnection) -> int | None:
    """The code that it was closed with; none where it was cut."""
    try:
        while True:
            await asyncio.wait_for(client.recv(), PATIENCE_S)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else None


async def received(call: Kept, milliseconds: int) -> None:
    """Waits until the call has so much."""
    async with asyncio.timeout(PATIENCE_S):
        while call.received_ms < milliseconds:
            call.goes_on.clear()
            await call.goes_on.wait()


async def test_a_cut_call_goes_on_at_the_sample_that_is_next() -> None:
    """Half a sample is sent anew, acknowledgements go to the new connection, and it ends but once."""
    async with keeping() as (product, port):
        async with connected(port, START | {"token": TOKEN}) as client:
            assert await told(client, "started") == {"kind": "started", "call": "c1", "received_samples": 0}
            await client.send(SECOND[:12_801])
            await received(product.calls["c1"], 400)
            client.transport.abort()
        async with connected(port, resume()) as client:
            assert (await told(client, "started"))["received_samples"] == 6_400
            await client.send(SECOND[12_800:])
            assert (await told(client, "ack"))["received_ms"] == 1_000
            await client.send('{"kind":"stop"}')
            assert (await told(client, "ended"))["unread_bytes"] == 0
            assert await closed(client) == 1000
        call = product.calls["c1"]
        assert call.sound("prospect") == SECOND and call.reasons == ["stopped"]
        async with connected(port, resume()) as late:
            assert (await told(late, "error"))["code"] == "unknown_call"


@pytest.mark.parametrize("changes", [{"token": TOKEN[:-1] + "S"}, {"call": "c2"}])
async def test_a_stranger_cannot_take_a_call_over(changes: dict[str, str]) -> None:
    """Nor learns which calls there are; the call goes on undisturbed."""
    async with keeping() as (product, port), connected(port, START | {"token": TOKEN}) as client:
        await told(client, "started")
        async with connected(port, resume(**changes)) as stranger:
            answer = await told(stranger, "error", "started")
            assert answer == {
                "kind": "error",
                "code": "unknown_call",
                "message": "no call by that id waits for that token; start a new one",
            }
            assert await closed(stranger) == 1008
        await client.send(SECOND)
        await client.send('{"kind":"stop"}')
        assert (await told(client, "ended"))["duration_ms"] == 1_000
        assert product.calls["c1"].reasons == ["stopped"]


async def test_a_call_that_was_begun_without_a_token_ends_with_its_connection() -> None:
    """At once, and nobody goes on with it."""
    async with keeping() as (product, port):
        async with connected(port, START) as client:
            await told(client, "started")
            client.transport.abort()
        await asyncio.wait_for(product.calls["c1"].ended.wait(), PATIENCE_S)
        assert product.calls["c1"].reasons == ["connection_lost"]
        async with connected(port, resume()) as late:
            assert (await told(late, "error"))["code"] == "unknown_call"


async def test_a_connection_that_only_seems_to_stand_is_replaced() -> None:
    """After a change of networks the server may not know yet that the old one is dead: it counts no more."""
    async with keeping() as (product, port), connected(port, START | {"token": TOKEN}) as old:
        await told(old, "started")
        await old.send(SECOND)
        await received(product.calls["c1"], 1_000)
        async with connected(port, resume()) as client:
            assert (await told(client, "started"))["received_samples"] == 16_000
            assert await closed(old) is None
            await client.send(SECOND)
            await client.send('{"kind":"stop"}')
            assert (await told(client, "ended"))["duration_ms"] == 2_000
        assert product.calls["c1"].sound("prospect") == SECOND * 2
        assert product.calls["c1"].reasons == ["stopped"]


class Connection:
    """A connection that gives what the test puts in, after its cut as well; and its outbox, which forgets all."""

    def __init__(self, *messages: str | bytes) -> None:
        self.messages: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self.told = asyncio.Event()
        for message in messages:
            self.messages.put_nowait(message)

    @property
    def line(self) -> Line:
        """The way back to it."""
        return Line(self.put, self.cut, lambda _, __: None)

    async def sent(self) -> AsyncIterator[str | bytes]:
        """All, up to a None."""
        while (message := await self.messages.get()) is not None:
            yield message

    def put(self, message: str | bytes) -> None:
        """Is forgotten, but that there was one."""
        self.told.set()

    def cut(self) -> None:
        """What had arrived is still there."""


async def test_what_had_arrived_from_a_connection_that_was_replaced_is_not_heard() -> None:
    """Its source sends it anew."""
    product, calls, old = Keeping(), FedCalls(resume_s=10), Connection(json.dumps(START | {"token": TOKEN}))
    feeding = CallSocket(product.open_call, browser.create(Opening()), "browser", old.line, calls)
    serving = asyncio.create_task(feeding.serve(old.sent()))
    async with asyncio.timeout(PATIENCE_S):
        await old.told.wait()
        (await calls.of(Returned("c1", TOKEN))).move(old.line)
        old.messages.put_nowait(SECOND)
        old.messages.put_nowait(None)
        await serving
    assert product.calls["c1"].heard == [] and product.calls["c1"].reasons == []


async def test_others_are_served_while_a_long_message_is_heard() -> None:
    """A second of sound in one message is not heard in one go; it is heard whole all the same."""
    product, source = Keeping(), Connection(json.dumps(START), SECOND * 2, '{"kind":"stop"}')
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += "c1" in product.calls and bool(product.calls["c1"].heard) and not product.calls["c1"].reasons

    beside = asyncio.create_task(other())
    feeding = CallSocket(product.open_call, browser.create(Opening()), "browser", source.line, FedCalls(resume_s=1))
    assert await feeding.serve(source.sent()) == (1000, "")
    beside.cancel()
    assert product.calls["c1"].sound("prospect") == SECOND * 2
    assert turns >= 10


async def test_a_call_waits_for_its_source_so_long_and_no_longer() -> None:
    """Then it ends as one whose connection was lost, once."""
    async with keeping(resume_s=0.3) as (product, port):
        async with connected(port, START | {"token": TOKEN}) as client:
            await told(client, "started")
            begun_s = asyncio.get_running_loop().time()
            client.transport.abort()
        call = product.calls["c1"]
        await asyncio.wait_for(call.ended.wait(), PATIENCE_S)
        assert asyncio.get_running_loop().time() - begun_s >= 0.3
        async with connected(port, resume()) as late:
            assert (await told(late, "error"))["code"] == "unknown_call"
    assert call.reasons == ["connection_lost"]


async def test_a_call_that_waits_ends_with_the_server() -> None:
    """At once, as a shutdown."""
    async with keeping(resume_s=60) as (product, port):
        async with connected(port, START | {"token": TOKEN}) as client:
            await told(client, "started")
            client.transport.abort()
        await asyncio.sleep(0.1)
        begun = asyncio.get_running_loop().time()
    assert product.calls["c1"].reasons == ["shutdown"]
    assert asyncio.get_running_loop().time() - begun < 3


async def test_who_is_back_may_be_cut_again_and_is_held_to_the_protocol() -> None:
    """A violation ends the call as it would have on the first connection."""
    async with keeping() as (product, port):
        async with connected(port, START | {"token": TOKEN}) as client:
            await told(client, "started")
            client.transport.abort()
        async with connected(port, resume()) as client:
            await told(client, "started")
            client.transport.abort()
        async with connected(port, resume()) as client:
            await told(client, "started")
            await client.send(json.dumps(START))
            assert (await told(client, "error"))["code"] == "already_started"
            assert await closed(client) == 1008
        assert product.calls["c1"].reasons == ["refused"]


LEFT = Left("c1", "browser", json.dumps(START), 600)


async def test_a_call_that_another_node_began_goes_on_from_where_its_words_are_told() -> None:
    """The client sends from there on, and the call's clock is the one it had; later it comes back as to its own."""
    async with keeping() as (product, port):
        product.left["c1"] = LEFT
        for _ in range(2):
            async with connected(port, resume()) as client:
                at = (await told(client, "started"))["received_samples"]
                await client.send(SECOND[2 * at :][:6_400])
                await received(product.calls["c1"], at // 16 + 200)
                client.transport.abort()
        call = product.calls["c1"]
        assert call.sound("prospect") == SECOND[19_200:32_000]
        assert [event.start_ms for event in call.heard] == list(range(600, 1_000, 20))


async def test_a_source_whose_call_this_node_has_no_more_is_sent_away() -> None:
    """With the code at which a client comes back; the call does not end by it."""
    async with keeping() as (product, port), connected(port, START | {"token": TOKEN}) as client:
        await told(client, "started")
        product.tell["c1"](Moved())
        assert await closed(client) == 1012
        async with connected(port, resume()) as late:
            assert (await told(late, "error"))["code"] == "unknown_call"
        assert product.calls["c1"].reasons == []


class Slow(Keeping):
    """Both claims are let through before either is answered."""

    async def claim(self, returned: Returned) -> Left | None:
        """The bus takes its time, and gives a call to whoever asks."""
        await asyncio.sleep(0.01)
        return self.left.get(returned.call_id)


async def test_who_comes_back_twice_at_once_goes_on_with_one_call() -> None:
    """On the second connection, too, with the call that the first one brought here."""
    product = Slow()
    product.left["c1"] = LEFT
    calls = FedCalls(1.0, product)
    one, other = await asyncio.gather(*(calls.of(Returned("c1", TOKEN)) for _ in range(2)))
    assert one is other

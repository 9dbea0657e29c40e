"""A webhook is told until it is taken, once and no more; a receiver within is told nothing."""

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpcore2
import pytest

from assist.webhook_sender import MOST_PENDING, SENT, CheckedBackend, InternalAddress, Target, WebhookSender

PATIENCE_S = 20.0
SECRET = b"s" * 32


class Receiver:
    """Answers with these statuses, one after the other, and keeps what came."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.connections = 0
        self.changed = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                headers = {name.lower(): value for name, value in pairs}
                self.came.append((headers, await reader.readexactly(int(headers["content-length"]))))
                status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
                where = "location: http://127.0.0.1:1/elsewhere\r\n" if status == 302 else ""
                writer.write(f"HTTP/1.1 {status} x\r\n{where}content-length: 2\r\n\r\nok".encode())
                self.changed.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.came) < count:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[tuple[Receiver, str]]:
    """A receiver and its address."""
    receiver = Receiver(*statuses)
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    try:
        yield receiver, f"http://localhost:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        server.close()


def body_of(text: bytes | None) -> Callable[[], Awaitable[bytes | None]]:
    """What is told."""

    async def body() -> bytes | None:
        return text

    return body


def counted(outcome: str) -> float:
    """So far."""
    return float(SENT.labels(outcome)._value.get())


def target(url: str, may_be_internal: bool = True) -> Target:
    """One whose tries come at once."""
    return Target(url, SECRET, may_be_internal, (0.0, 0.01, 0.02))


async def settled(sender: WebhookSender) -> None:
    """Until nothing is pending."""
    await asyncio.wait_for(asyncio.gather(*sender._pending), PATIENCE_S)


async def test_it_is_tried_again_until_it_is_taken_and_each_try_is_signed() -> None:
    """By the same id, so that the receiver knows it again."""
    before = counted("delivered"), counted("retried")
    async with receiving(500, 302, 204) as (receiver, url), WebhookSender(target(url)) as sender:
        sender.send("c", body_of(b'{"type":"call.ended"}'))
        await receiver.until(3)
        await settled(sender)
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    for headers, body in receiver.came:
        assert body == b'{"type":"call.ended"}'
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"
    assert (counted("delivered") - before[0], counted("retried") - before[1]) == (1, 2)


@pytest.mark.parametrize(("status", "tries"), [(500, 3), (404, 3), (410, 1)])
async def test_what_nobody_takes_is_given_up(status: int, tries: int) -> None:
    """At once where the receiver says that it wants no more."""
    before = counted("given_up")
    async with receiving(status) as (receiver, url), WebhookSender(target(url)) as sender:
        sender.send("c", body_of(b"{}"))
        await receiver.until(tries)
        await settled(sender)
        assert len(receiver.came) == tries
    assert counted("given_up") - before == 1


async def test_a_receiver_that_is_not_there_is_a_failed_try() -> None:
    """Nothing else comes of it."""
    before = counted("given_up")
    async with WebhookSender(target("http://127.0.0.1:1/hook")) as sender:
        sender.send("c", body_of(b"{}"))
        await settled(sender)
    assert counted("given_up") - before == 1


async def test_of_a_call_that_may_not_be_told_nothing_is_sent() -> None:
    """There is no request at all."""
    before = counted("nothing")
    async with receiving(204) as (receiver, url), WebhookSender(target(url)) as sender:
        sender.send("c", body_of(None))
        await settled(sender)
        assert receiver.connections == 0
    assert counted("nothing") - before == 1


async def test_a_call_that_is_purged_before_it_was_taken_is_told_no_more() -> None:
    """What the journal lost must not come from memory."""
    before = counted("nothing")
    left: list[bytes | None] = [b"{}", None]

    async def body() -> bytes | None:
        return left.pop(0)

    async with receiving(500) as (receiver, url), WebhookSender(target(url)) as sender:
        sender.send("c", body)
        await settled(sender)
        assert len(receiver.came) == 1
    assert counted("nothing") - before == 1


async def test_a_disk_that_fails_for_a_moment_is_a_failed_try() -> None:
    """The call is told as soon as it can be read."""
    before = counted("delivered"), counted("nothing")
    faults = [OSError("a fault of the disk")]

    async def body() -> bytes | None:
        if faults:
            raise faults.pop()
        return b"{}"

    async with receiving(204) as (receiver, url), WebhookSender(target(url)) as sender:
        sender.send("c", body)
        await settled(sender)
        assert len(receiver.came) == 1
    assert (counted("delivered") - before[0], counted("nothing") - before[1]) == (1, 0)


async def test_too_many_that_wait_are_dropped_and_counted() -> None:
    """Those that wait already are not; at the end they are given up."""
    held = asyncio.Event()

    async def never() -> bytes | None:
        await held.wait()
        return None

    before = counted("dropped"), counted("given_up")
    async with WebhookSender(target("http://127.0.0.1:1/")) as sender:
        for number in range(MOST_PENDING + 7):
            sender.send(f"c{number}", never)
    assert (counted("dropped") - before[0], counted("given_up") - before[1]) == (7, MOST_PENDING)


async def test_a_name_that_leads_within_is_told_nothing() -> None:
    """Not even a connection is opened."""
    async with receiving(204) as (receiver, url), WebhookSender(target(url, may_be_internal=False)) as sender:
        sender.send("c", body_of(b"{}"))
        await settled(sender)
        assert receiver.connections == 0


async def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to() -> None:
    """A name server that tells a public address first and an inner one later is asked once."""
    asked: list[str] = []
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    connected: list[str] = []

    class Plain(httpcore2.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore2.AsyncNetworkStream:
            connected.append(host)
            raise httpcore2.ConnectError("as far as it needs to go")

    backend = CheckedBackend(may_be_internal=False, resolve=resolve)
    backend._plain = Plain()  # type: ignore[assignment]
    with pytest.raises(httpcore2.ConnectError):
        await backend.connect_tcp("rebinding.example", 443)
    assert (asked, connected) == (["rebinding.example"], ["93.184.216.34"])
    with pytest.raises(InternalAddress):
        await backend.connect_tcp("rebinding.example", 443)
    assert connected == ["93.184.216.34"]

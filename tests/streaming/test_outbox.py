"""A client's messages go out in order by one writer, and a client that stops reading is cut."""

import asyncio
import socket
from typing import cast

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedOK

from streaming import metrics
from streaming import outbox as module
from streaming.outbox import CAPACITY, Outbox

PATIENCE_S = 5.0


class Transport:
    """Knows whether it was aborted; its connection has gone."""

    is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True

    def get_extra_info(self, name: str) -> socket.socket:
        assert name == "socket"
        gone = socket.socket()
        gone.close()
        return gone


class Connection:
    """A peer that reads, or does not, or has gone."""

    def __init__(self) -> None:
        self.transport = Transport()
        self.sent: list[str | bytes] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.is_gone = False

    async def send(self, message: str | bytes, text: bool) -> None:
        assert text
        await self.reads.wait()
        if self.is_gone:
            raise ConnectionClosedOK(None, None)
        self.sent.append(message)


def made() -> tuple[Connection, Outbox]:
    """A peer and its outbox."""
    connection = Connection()
    return connection, Outbox(cast(ServerConnection, connection))


async def test_messages_go_out_in_order_and_finish_waits_for_the_last() -> None:
    """Whoever finishes may close the connection at once: nothing queued is left behind."""
    connection, outbox = made()
    writing = asyncio.create_task(outbox.run())
    for number in range(20):
        outbox.put(str(number))
    await asyncio.wait_for(outbox.finish(), PATIENCE_S)
    assert connection.sent == [str(number) for number in range(20)]
    await asyncio.wait_for(writing, PATIENCE_S)


async def test_what_is_put_after_the_end_is_let_go() -> None:
    """It harms nobody, least of all a connection that is being closed politely."""
    connection, outbox = made()
    writing = asyncio.create_task(outbox.run())
    await asyncio.wait_for(outbox.finish(), PATIENCE_S)
    outbox.put("late")
    await asyncio.wait_for(writing, PATIENCE_S)
    assert connection.sent == [] and not connection.transport.is_aborted


async def test_a_full_outbox_cuts_its_client() -> None:
    """It holds what it holds, and one more ends it: once, whatever is put until it is gone."""
    connection, outbox = made()
    before = metrics.CLIENTS_CUT._value.get()
    for number in range(CAPACITY):
        outbox.put(str(number))
    assert not connection.transport.is_aborted
    outbox.put("one more")
    outbox.put("and another")
    assert connection.transport.is_aborted and metrics.CLIENTS_CUT._value.get() == before + 1


async def test_a_client_that_takes_nothing_is_cut_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message that does not go out is enough; whoever waits for the end is released."""
    monkeypatch.setattr(module, "SEND_TIMEOUT_S", 0.05)
    connection, outbox = made()
    connection.reads.clear()
    writing = asyncio.create_task(outbox.run())
    outbox.put("first")
    await asyncio.wait_for(writing, PATIENCE_S)
    await asyncio.wait_for(outbox.finish(), PATIENCE_S)
    assert connection.transport.is_aborted and connection.sent == []


async def test_a_client_that_has_gone_ends_the_writer() -> None:
    """Without a fault."""
    connection, outbox = made()
    connection.is_gone = True
    outbox.put("anybody there?")
    await asyncio.wait_for(outbox.run(), PATIENCE_S)
    await asyncio.wait_for(outbox.finish(), PATIENCE_S)

"""A connection may stay as long as its token says, may have it renewed, and is heard no faster than it may speak."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from streaming import visit
from streaming.door import AUDIENCE, Door
from streaming.knocking import opening
from streaming.server import Server
from streaming.tokens import Grant, Role, sign, verify
from tests.streaming.listeners import Keeping

PATIENCE_S = 30.0
LATE_S = 15.0  # how late a close may be on a busy machine
KEY = b"k" * 32
START = '{"kind":"start","channels":["prospect"],"encoding":"pcm_s16le","sample_rate_hz":16000,"call":"c"}'
FORK = '{"sampleRate":8000}'


def token(ends_in_s: float, until_in_s: float | None = None, role: Role = "feed", call: str | None = "c") -> str:
    """One that is good from now on."""
    now_s = time.time()
    return sign(Grant(role, call, AUDIENCE, now_s + ends_in_s, None if until_in_s is None else now_s + until_in_s), KEY)


def free_port() -> int:
    """A page's origin has its port, so it must be known before the server is there."""
    with create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


@asynccontextmanager
async def knocked(path: str, access: str | None) -> AsyncIterator[ClientConnection]:
    """A socket of a server behind a proxy that asks for tokens."""
    port = free_port()
    door = Door(port=port, key=KEY, origins=frozenset({f"http://127.0.0.1:{port}"}), is_behind_proxy=True)
    async with Server(Keeping(), door).running(), opening(f"ws://127.0.0.1:{port}{path}", access) as socket:
        yield socket


async def told(socket: ClientConnection) -> dict[str, Any]:
    """Its next message that is no acknowledgement."""
    while True:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
        if message["kind"] != "ack":
            return message


async def closed(socket: ClientConnection) -> tuple[float, int, str]:
    """When it was closed, in seconds since 1970, and with what."""
    with pytest.raises(ConnectionClosed) as end:
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE_S)
    assert end.value.rcvd is not None
    return time.time(), end.value.rcvd.code, end.value.rcvd.reason


async def test_a_socket_is_closed_when_its_token_expires() -> None:
    """To the moment, though nothing is sent."""
    ends_s = time.time() + 2
    async with knocked("/call/browser", token(2, until_in_s=60)) as socket:
        await socket.send(START)
        assert (await told(socket))["kind"] == "started"
        at_s, *how = await closed(socket)
        assert ends_s - 0.1 < at_s < ends_s + LATE_S
        assert how == [1008, "token_expired"]


async def test_a_renewed_token_lets_it_stay() -> None:
    """It is told over the socket, is for the same and no more, and never lasts beyond the end of all renewals."""
    until_s = time.time() + 4
    async with knocked("/call/browser", token(2, until_in_s=4)) as socket:
        await socket.send(START)
        assert (await told(socket))["kind"] == "started"
        await socket.send('{"kind": "renew"}')
        renewed = await told(socket)
        grant = verify(renewed["token"], KEY, AUDIENCE, time.time())
        assert (grant.role, grant.call) == ("feed", "c")
        assert grant.until_s is not None and grant.expires_s <= grant.until_s < until_s + 1
        at_s, *how = await closed(socket)
        assert until_s - 0.1 < at_s < until_s + LATE_S
        assert how == [1008, "token_expired"]


async def test_what_cannot_be_renewed_ends_when_it_ends() -> None:
    """Asked as often as may be, nothing is answered."""
    ends_s = time.time() + 2
    async with knocked("/call/browser", token(2)) as socket:
        await socket.send(START)
        assert (await told(socket))["kind"] == "started"
        await socket.send('{"kind":"renew"}')
        assert (await closed(socket))[0] < ends_s + LATE_S


async def test_a_telephone_line_stays_as_long_as_its_token_could_be_renewed() -> None:
    """It cannot ask for another; its token has only to be fresh when the call begins."""
    until_s = time.time() + 4
    async with knocked("/call/fork", token(2, until_in_s=4, call=None)) as socket:
        await socket.send(FORK)
        assert until_s - 0.1 < (await closed(socket))[0] < until_s + LATE_S


async def test_a_token_in_the_first_message_expires_as_well() -> None:
    """Twilio's kin can send none before; the line is closed when that one is over, though nothing more comes."""
    ends_s = time.time() + 2
    given = {"tracks": ["inbound"], "customParameters": {"token": token(2, call=None)}}
    async with knocked("/call/twilio", None) as socket:
        await socket.send(json.dumps({"event": "start", "start": given}))
        at_s, *how = await closed(socket)
        assert ends_s - 0.1 < at_s < ends_s + LATE_S
        assert how == [1008, "token_expired"]


async def test_who_stood_for_long_may_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not told that its token is at fault: a page would give up."""
    monkeypatch.setattr(visit, "LONGEST_S", 1.0)
    async with knocked("/call/browser", token(600)) as socket:
        await socket.send(START)
        _, *how = await closed(socket)
        assert how == [1001, "open another"]


async def test_a_flood_waits_in_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, and nothing is heard faster than it may be sent."""
    monkeypatch.setattr(visit, "MESSAGES_PER_S", 100.0)
    monkeypatch.setattr(visit, "MOST_MESSAGES", 50.0)
    async with knocked("/call/browser", token(60)) as socket:
        await socket.send(START)
        assert (await told(socket))["kind"] == "started"
        begun_s = time.monotonic()
        for _ in range(150):
            await socket.send(bytes(640))
        await socket.send('{"kind":"stop"}')
        ended = await told(socket)
        assert (ended["kind"], ended["duration_ms"]) == ("ended", 3_000)
        assert time.monotonic() - begun_s > 0.9

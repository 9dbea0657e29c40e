"""The port for AudioSocket: two connections are one call, silence comes back all the while, and strangers go."""

import asyncio
import errno
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import SO_LINGER, SOL_SOCKET
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from streaming import call_socket
from streaming.audiosocket_port import AudioSocketPort, _messages
from streaming.errors import PortTaken
from streaming.product import EndReason, Tell
from streaming.protocols.audiosocket import SILENCE
from streaming.protocols.contract import Accepted, Flushed
from streaming.types import FRAME_MS, AudioFrame, Gap

PATIENCE_S = 10.0
PROSPECT, REP, ALONE = (UUID(int=number) for number in (1, 2, 3))
LINES = [{"prospect": str(PROSPECT), "rep": str(REP)}, {"prospect": str(ALONE)}]
HANG_UP = b"\x00\x00\x00"
SOUND = b"\x10\x01\x40" + b"\x01\x02" * 160


def hello(identity: UUID) -> bytes:
    """What a connection begins with."""
    return b"\x01\x00\x10" + identity.bytes


class Recorder:
    """A call that keeps what it heard."""

    def __init__(self, accepted: Accepted) -> None:
        self.call_id = "call-1"
        self.speakers = accepted.speakers
        self.frames: list[AudioFrame] = []
        self.last_words_s = 0.0
        self.reasons: list[EndReason] = []
        self.ended = asyncio.Event()

    @property
    def received_ms(self) -> int:
        return max((frame.start_ms + FRAME_MS for frame in self.frames), default=0)

    @property
    def heard_ms(self) -> int:
        return self.received_ms

    @property
    def safe_ms(self) -> int:
        return 0

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        if isinstance(event, AudioFrame):
            self.frames.append(event)

    async def end(self, reason: EndReason) -> None:
        await asyncio.sleep(self.last_words_s)
        self.reasons.append(reason)
        self.ended.set()


class Product:
    """Keeps its calls."""

    def __init__(self) -> None:
        self.calls: list[Recorder] = []
        self.begun = asyncio.Event()

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Recorder:
        self.calls.append(Recorder(accepted))
        self.begun.set()
        return self.calls[-1]


class Peer:
    """Asterisk's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def silence(self, count: int) -> None:
        """So many messages of it come."""
        async with asyncio.timeout(PATIENCE_S):
            assert await self.reader.readexactly(count * len(SILENCE)) == SILENCE * count

    async def hung_up(self) -> None:
        """The last message is a hang-up, and then it is closed."""
        async with asyncio.timeout(PATIENCE_S):
            told = await self.reader.read()
        assert told.endswith(HANG_UP) and not told.removesuffix(HANG_UP).replace(SILENCE, b"")


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Product, int]]:
    """A port on which two lines are known."""
    product = Product()
    async with AudioSocketPort(product.open_call, "127.0.0.1", 0, {"lines": LINES}).running() as port:
        yield product, port


@asynccontextmanager
async def peer(port: int, first: bytes = b"") -> AsyncIterator[Peer]:
    """A connection that begins so."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()


async def ended(call: Recorder) -> list[EndReason]:
    """Why the call ended."""
    await asyncio.wait_for(call.ended.wait(), PATIENCE_S)
    return call.reasons


async def test_two_connections_are_one_call() -> None:
    """Each with its party's sound; it ends when both have hung up, and each is hung up on."""
    async with serving() as (product, port):
        async with peer(port, hello(PROSPECT)) as prospect, peer(port, hello(REP)) as rep:
            await prospect.silence(2)
            for each in (prospect, rep):
                each.writer.write(SOUND * 10)
            await rep.silence(2)
            prospect.writer.write(HANG_UP)
            await prospect.hung_up()
            (call,) = product.calls
            assert call.reasons == []
            rep.writer.write(HANG_UP)
            await rep.hung_up()
        assert await ended(call) == ["stopped"]
    assert call.speakers == ("prospect", "rep")
    loud = [frame.speaker for frame in call.frames if any(frame.pcm)]
    assert loud.count("prospect") == loud.count("rep") == 10


async def test_silence_comes_at_once_and_goes_on() -> None:
    """Before anything was said, and at the pace of sound: Asterisk's loop gives up a connection without it."""
    clock = asyncio.get_running_loop().time
    async with serving() as (_, port), peer(port) as silent:
        await silent.silence(1)
        begun = clock()
        await silent.silence(25)
        assert 0.3 < clock() - begun < 2.5


async def test_a_stranger_is_hung_up_on() -> None:
    """By a UUID that no line has; the operator can see why, and no call begins."""
    with capture_logs() as logs:
        async with serving() as (product, port), peer(port, hello(UUID(int=9)) + SOUND) as stranger:
            await stranger.hung_up()
    assert [(entry["event"], entry["code"]) for entry in logs] == [("call_refused", "unknown_uuid")]
    assert product.calls == []


async def test_one_who_never_says_who_it_is_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a UUID is none."""
    monkeypatch.setattr(call_socket, "BEGIN_S", 0.2)
    async with serving() as (_, port), peer(port, hello(PROSPECT)[:9]) as slow:
        await slow.hung_up()


async def test_a_close_is_a_hang_up_and_a_reset_a_lost_connection() -> None:
    """The one in good order, the other not."""
    for is_reset, reason in ((False, "stopped"), (True, "connection_lost")):
        async with serving() as (product, port):
            async with peer(port, hello(PROSPECT)) as prospect:
                await asyncio.wait_for(product.begun.wait(), PATIENCE_S)
                if is_reset:
                    socket = prospect.writer.get_extra_info("socket")
                    socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                    prospect.writer.transport.abort()
            assert await ended(product.calls[0]) == [reason]


@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH])
async def test_one_who_is_out_of_reach_is_a_lost_connection(number: int) -> None:
    """By whichever name the system tells it."""
    reader = asyncio.StreamReader()
    reader.feed_data(hello(PROSPECT))
    messages = _messages(reader)
    assert await anext(messages) == hello(PROSPECT)
    reader.set_exception(OSError(number, "out of reach"))
    with pytest.raises(ConnectionError):
        await anext(messages)


async def test_one_who_reads_nothing_is_still_heard() -> None:
    """Its silence is its own affair."""
    async with serving() as (product, port), peer(port, hello(PROSPECT)) as deaf:
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(50):
            deaf.writer.write(SOUND)
            await asyncio.sleep(0.002)
        deaf.writer.write(HANG_UP)
        await asyncio.wait_for(product.begun.wait(), PATIENCE_S)
        assert await ended(product.calls[0]) == ["stopped"]
        assert product.calls[0].received_ms == 1_000


async def test_shutdown_ends_the_call_and_hangs_up() -> None:
    """Once, however many feed it; it waits for no one who never spoke."""
    clock = asyncio.get_running_loop().time
    async with serving() as (product, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        _, other = await asyncio.open_connection("127.0.0.1", port)
        writer.write(hello(PROSPECT))
        await asyncio.wait_for(product.begun.wait(), PATIENCE_S)
        begun = clock()
    assert clock() - begun < 5
    assert product.calls[0].reasons == ["shutdown"]
    await Peer(reader, writer).hung_up()
    for each in (writer, other):
        each.close()


async def test_nothing_comes_after_a_hang_up() -> None:
    """Though another call's last words take their time."""
    async with serving() as (product, port):
        peers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for (_, writer), identity in zip(peers, (PROSPECT, ALONE), strict=True):
            writer.write(hello(identity))
            await asyncio.wait_for(product.begun.wait(), PATIENCE_S)
            product.begun.clear()
        product.calls[1].last_words_s = 0.3
    for reader, writer in peers:
        await Peer(reader, writer).hung_up()
        writer.close()


async def test_a_taken_port_is_named() -> None:
    """Before anything is served."""
    async with serving() as (product, port):
        with pytest.raises(PortTaken, match=str(port)):
            async with AudioSocketPort(product.open_call, "127.0.0.1", port, {}).running():
                pass

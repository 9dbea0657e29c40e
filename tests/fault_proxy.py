"""A TCP proxy that spoils what it carries, for tests: latency, jitter, little bandwidth, slices, cuts, resets, outages.

It stands between a client and a server, or before several servers as a balancer does: a new connection goes to the next
server that takes it. The words for faults are those of toxiproxy.
"""

import asyncio
import itertools
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

HOST = "127.0.0.1"
BLOCK_BYTES = 65_536
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a connection whose end is a reset."""


class Way(msgspec.Struct):
    """What happens to bytes on their way in one direction; may be changed at any time."""

    latency_s: float = 0.0
    jitter_s: float = 0.0
    """at random, up to so much more; order is kept"""
    bytes_per_s: float | None = None
    slice_bytes: int | None = None
    """passed on in pieces of at most so many"""
    slow_close_s: float = 0.0
    """the end is passed on so much later"""


class FaultProxy:
    """Carries bytes from a port of its own to the servers' ports. Both sides see loopback, as without it."""

    def __init__(self, *server_ports: int, seed: int = 0) -> None:
        self.port = 0
        self.up, self.down = Way(), Way()
        """towards the server, towards the client"""
        self.carried: Counter[int] = Counter()
        """how many connections there are now to each server, by its port"""
        self.passed_over: set[int] = set()
        """servers that get no new connection, by port"""
        self._next = itertools.cycle(server_ports)
        self._servers = len(server_ports)
        self._random = random.Random(seed)
        self._ends: set[asyncio.StreamWriter] = set()
        self._is_down = False
        self._flows = asyncio.Event()
        self._flows.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["FaultProxy"]:
        """Carries bytes inside the context, on `port`."""
        server = await asyncio.start_server(self._carry, HOST, 0, backlog=1_024)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            self._flows.set()

    def cut(self) -> None:
        """Every connection is reset without a goodbye, and so is each new one until `mend`."""
        self._is_down = True
        self.reset()

    def mend(self) -> None:
        """New connections are carried again, and what was stalled moves."""
        self._is_down = False
        self._flows.set()

    def stall(self) -> None:
        """Nothing passes in either direction until `mend`; connections stand, and new ones get no answer."""
        self._flows.clear()

    def reset(self) -> None:
        """Every connection that stands now is reset; new ones are carried."""
        for end in self._ends:
            with suppress(OSError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = None if self._is_down else await self._reach()
        if far is None:
            writer.transport.abort()
            return
        far_reader, far_writer, port = far
        self.carried[port] += 1
        self._ends |= {writer, far_writer}
        try:
            await asyncio.gather(self._copy(reader, far_writer, self.up), self._copy(far_reader, writer, self.down))
        finally:
            self.carried[port] -= 1
            self._ends -= {writer, far_writer}
            writer.close()
            far_writer.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, int] | None:
        for port in itertools.islice(self._next, self._servers):
            if port in self.passed_over:
                continue
            with suppress(OSError):
                return *await asyncio.open_connection(HOST, port), port
        return None

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        """Until the end of what is read, or of who is written to."""
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        passing = asyncio.create_task(self._pass_on(late, writer, way))
        due_s = 0.0
        try:
            while block := await reader.read(way.slice_bytes or BLOCK_BYTES):
                due_s = max(due_s, time.monotonic() + way.latency_s + way.jitter_s * self._random.random())
                await late.put((due_s, block))
        except ConnectionError:  # a reset is passed on as one, and before what is still under way
            writer.transport.abort()
        await late.put((time.monotonic() + way.latency_s + way.slow_close_s, b""))
        await passing

    async def _pass_on(
        self, late: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter, way: Way
    ) -> None:
        while True:
            due_s, block = await late.get()
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            await self._flows.wait()
            if not block:
                break
            if way.bytes_per_s is not None:
                await asyncio.sleep(len(block) / way.bytes_per_s)
            writer.write(block)
            with suppress(ConnectionError):
                await writer.drain()
        with suppress(OSError):  # it may have gone the other way already
            writer.write_eof()

"""A server of ours as a process of its own, as an operator runs it; and what a process and its children cost."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import psutil

HOST = "127.0.0.1"
START_S = 60


class Served(msgspec.Struct, frozen=True):
    """A server that is ready."""

    url: str
    pid: int


@asynccontextmanager
async def serving(port: int, **settings: object) -> AsyncIterator[Served]:
    """`assist serve` with these settings, its journals in a folder that goes with it. Raises SystemExit."""
    with tempfile.TemporaryDirectory() as journals:
        given = {"host": HOST, "port": port, "journal_dir": journals, **settings}
        environment = {**os.environ, **{f"ASSIST_{name.upper()}": str(value) for name, value in given.items()}}
        command = (sys.executable, "-m", "assist", "serve")
        quiet = asyncio.subprocess.DEVNULL
        server = await asyncio.create_subprocess_exec(*command, env=environment, stderr=quiet)
        try:
            await ready(port)
            yield Served(f"http://{HOST}:{port}", server.pid)
        finally:
            if server.returncode is None:
                server.terminate()
            await server.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def tree(pid: int) -> list[psutil.Process]:
    """The process and all that it started."""
    own = psutil.Process(pid)
    return [own, *own.children(recursive=True)]


def cpu_s(pid: int) -> float:
    """Processor time so far of a process and of those that it started, such as have ended too."""
    return sum(sum(one.cpu_times()[:4]) for one in tree(pid))  # own user and system time, then its ended children's


async def ready(port: int) -> None:
    """Returns once the server there says that it is. Raises SystemExit where it does not come to say so."""
    for _ in range(10 * START_S):
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        if b" 200 " in answer.partition(b"\r\n")[0]:
            return
        await asyncio.sleep(0.1)
    raise SystemExit(f"no server at {HOST}:{port} within {START_S} s")

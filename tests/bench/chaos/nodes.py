"""Servers of ours, and a Redis, as processes that a fault may kill, stop and start again."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil

from tests.bench.served import HOST, free_port, ready, tree

EXIT_S = 20.0


class Process:
    """One command, on one port; it may be ended and started again."""

    def __init__(self, command: tuple[str, ...], port: int, environment: dict[str, str] | None = None) -> None:
        self.port = port
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Begins; whether it is ready is for others to see."""
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdout=quiet, stderr=quiet
        )

    def signal(self, number: signal.Signals) -> None:
        """To the process alone, not to those that it started."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """It and all that it started are gone at once, without a word."""
        for process in tree(self.pid):
            process.kill()
        await self.wait()

    async def wait(self) -> int:
        """Its exit status."""
        assert self._process is not None
        return await self._process.wait()

    async def end(self) -> None:
        """Politely, and after a time not. Nothing happens where it has ended already."""
        if self._process is None or self._process.returncode is not None:
            return
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.wait(), EXIT_S)
        except TimeoutError:
            await self.kill()


class Node(Process):
    """`assist serve` with a recogniser of its own."""

    @property
    def url(self) -> str:
        """Of its sockets."""
        return f"ws://{HOST}:{self.port}"

    def recogniser(self) -> psutil.Process:
        """The process that holds the model."""
        return next(one for one in tree(self.pid)[1:] if "recogniser_process" in " ".join(one.cmdline()))

    async def start(self) -> None:
        """Returns once it is ready. Raises SystemExit where it does not come to be."""
        await super().start()
        await ready(self.port)


def node(folder: Path, settings: Mapping[str, object], extra: Mapping[str, str] | None = None) -> Node:
    """A node that keeps its journals in the folder, not yet started; `extra` stands in its environment as well."""
    port = free_port()
    given = {"host": HOST, "port": port, "journal_dir": folder / "calls", **settings}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSIST_")}
    environment |= {f"ASSIST_{name.upper()}": str(value) for name, value in given.items()}
    environment["ASSIST_CONFIG"] = str(_no_settings(folder))
    environment |= extra or {}
    return Node((sys.executable, "-m", "assist", "serve"), port, environment)


@asynccontextmanager
async def serving(*nodes: Process) -> AsyncIterator[None]:
    """They run inside the context, all started at once."""
    async with AsyncExitStack() as stack:
        for one in nodes:
            stack.push_async_callback(one.end)
        await asyncio.gather(*(one.start() for one in nodes))
        yield


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """A folder that goes with the context."""
    with tempfile.TemporaryDirectory(prefix="assist-chaos-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _no_settings(folder: Path) -> Path:
    path = folder / "assist.toml"
    path.touch()
    return path

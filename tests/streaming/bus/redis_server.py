"""A real redis-server on a port of its own, which a test may stop, pause and start again, empty or not."""

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

START_S = 20.0
SERVER = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """Keeps nothing on the disk: what is started again is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns once it answers."""
        assert SERVER is not None, "the tests need redis-server: please install it"
        options = ("--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1")
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(SERVER, *options, cwd=self._folder, stdout=quiet)
        async with asyncio.timeout(START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                return

    async def kill(self) -> None:
        """Ends it at once; all that it held is lost."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def pause(self) -> None:
        """It hangs: connections stand, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It answers again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def redis_server(folder: Path) -> AsyncIterator[RedisServer]:
    """One that runs inside the context."""
    server = RedisServer(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()

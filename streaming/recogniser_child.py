"""The recogniser's process as the server holds it: begun, read, ended."""

import asyncio
import os
import sys
from contextlib import suppress

import msgspec

from streaming.errors import EngineFailed
from streaming.recogniser_wire import LENGTH, FromProcess

# The matrices that make a spectrum are small: a second thread gains nothing there, and turns idly for the next ones.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
EXIT_S = 0.3  # for a process that is told to end, or has died, to be gone


async def spawn() -> asyncio.subprocess.Process:
    """A process that waits to be told what to load; raises EngineFailed where the system gives none."""
    # -P: a folder named `streaming` where the server was started must not take this package's place.
    command = (sys.executable, "-P", "-m", "streaming.recogniser_process")
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env={**os.environ, **ONE_THREAD}
        )
    except OSError as error:
        raise EngineFailed(f"the recogniser's process cannot be started: {error.strerror}") from None


async def end(process: asyncio.subprocess.Process) -> None:
    """Tells it to end, and sees to it that it has."""
    # A process that has just died is waited for, not killed: `kill` would take its exit status from asyncio.
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), EXIT_S)
    except TimeoutError:
        with suppress(ProcessLookupError):  # it has ended by now
            process.kill()
        await process.wait()


async def read(process: asyncio.subprocess.Process) -> FromProcess:
    """What it says next; raises EngineFailed where it ended or spoke nonsense."""
    assert process.stdout is not None
    try:
        (size,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        message: FromProcess = msgspec.msgpack.decode(await process.stdout.readexactly(size), type=FromProcess)
        return message
    except asyncio.IncompleteReadError:
        raise EngineFailed("the recogniser's process ended") from None
    except msgspec.MsgspecError:
        raise EngineFailed("the recogniser's process answered nonsense") from None

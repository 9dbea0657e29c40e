"""A real recogniser's process with the scripted engine, up while a test runs."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from streaming.engines.contract import Options
from streaming.recogniser import Recogniser
from streaming.recogniser_wire import Load


def script_of(folder: Path, text: str) -> Path:
    """A file by which the scripted engine hears that text from the prospect, from 0 to 900 ms."""
    path = folder / f"{text}.json"
    path.write_text(json.dumps([{"speaker": "prospect", "start_ms": 0, "end_ms": 900, "text": text}]))
    return path


@asynccontextmanager
async def up(
    script: Path, gives_way: bool = False, on_wait: Callable[[float, float], None] = lambda wait_s, now_s: None
) -> AsyncIterator[Recogniser]:
    """A recogniser that is ready."""
    recogniser = Recogniser(Load("scripted", Options(str(script), 1, 1, "cpu"), gives_way), on_wait)
    ready = asyncio.Event()
    running = asyncio.create_task(recogniser.run(ready.set))
    try:
        await asyncio.wait_for(ready.wait(), 30)
        yield recogniser
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

"""A thread's end, awaited without one of the few threads that all else shares, such as pages."""

import asyncio
import time
from collections.abc import Callable

LOOK_S = 0.02


async def awaited(join: Callable[[float], bool], most_s: float) -> None:
    """Returns once `join`, which waits so many seconds, says that it is over; else after `most_s`. Safe to cancel."""
    until_s = time.monotonic() + most_s
    while True:
        if join(0.0) or time.monotonic() >= until_s:
            return
        await asyncio.sleep(LOOK_S)

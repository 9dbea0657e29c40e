"""A thread is waited for as long as it may take, and no longer; whatever else needs a thread meanwhile gets one."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from assist.awaited import awaited


async def test_nothing_else_waits_with_it() -> None:
    """Though there is a single thread to share."""
    may_end, has_ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(20)
        has_ended.set()

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    threading.Thread(target=work).start()
    waiting = asyncio.create_task(awaited(has_ended.wait, 20))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(asyncio.to_thread(str, 7), 10) == "7"
    assert not waiting.done()
    may_end.set()
    await waiting
    assert has_ended.is_set()


async def test_it_does_not_wait_for_ever() -> None:
    """Whatever it waits for."""
    begun_s = time.monotonic()
    await awaited(lambda _: False, 0.1)
    assert 0.1 <= time.monotonic() - begun_s < 10

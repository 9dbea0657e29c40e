"""Work that fails is told of at once; work that is ended is not."""

import asyncio

from structlog.testing import capture_logs

from assist.lasting import lasting


async def fail() -> None:
    """As a fault of ours does."""
    raise RuntimeError("a fault of ours")


async def test_a_failure_is_logged_though_somebody_still_holds_the_task() -> None:
    """An operator learns of it when it happens."""
    with capture_logs() as logs:
        held = lasting(fail())
        await asyncio.gather(held, return_exceptions=True)
        await asyncio.sleep(0)
    assert [(entry["event"], str(entry["exc_info"])) for entry in logs] == [("task_failed", "a fault of ours")]


async def test_an_end_is_none() -> None:
    """The server goes down and ends it."""
    with capture_logs() as logs:
        ended = lasting(asyncio.sleep(60))
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)
        await asyncio.sleep(0)
    assert logs == []

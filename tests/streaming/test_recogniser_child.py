"""The recogniser's process: begun and ended."""

import asyncio

import psutil
import pytest

from streaming import recogniser_child as module


async def test_a_process_that_ends_while_it_is_ended_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It outlived its time, and was gone in the moment before it was killed."""
    monkeypatch.setattr(module, "EXIT_S", 0.0)
    process = await asyncio.create_subprocess_exec("true", stdin=asyncio.subprocess.PIPE)
    assert await process.wait() == 0
    await module.end(process)


async def test_numpy_is_told_to_keep_to_one_thread_there() -> None:
    """A second one turned idly between passes, and cost as much as all else together."""
    process = await module.spawn()
    try:
        assert psutil.Process(process.pid).environ()["OPENBLAS_NUM_THREADS"] == "1"
    finally:
        await module.end(process)

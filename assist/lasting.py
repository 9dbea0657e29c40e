"""Work that goes on for as long as the server does: should it fail, that is logged at once, whoever holds its task."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


def lasting(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Begins it."""
    task = asyncio.create_task(work)
    task.add_done_callback(log_failure)
    return task


def log_failure(task: asyncio.Task[None]) -> None:
    """Of one that has ended."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task_failed", exc_info=error)

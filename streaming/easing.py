"""Looks every second at how long the live recogniser is waited for, and tells of each step: to metrics and log."""

import asyncio
import time

import structlog

from streaming import metrics
from streaming.overload import Overload
from streaming.recogniser import Recogniser

LOOK_S = 1.0

log = structlog.get_logger()


async def ease(overload: Overload, recogniser: Recogniser) -> None:
    """Until cancelled. The recogniser must tell `overload` of each wait."""
    while True:
        await asyncio.sleep(LOOK_S)
        now_s = time.monotonic()
        before = overload.step
        has_changed = overload.look(recogniser.waiting_s(now_s), now_s)
        metrics.PASS_WAIT_P95.set(overload.wait_s)
        if not has_changed:
            continue
        metrics.OVERLOAD_STEP.set(overload.step)
        name = overload.step.name.lower()
        if overload.step > before:
            metrics.OVERLOAD_STEPS.labels(name).inc()
        log.warning("overload_step", step=name, number=int(overload.step), wait_ms=round(1000 * overload.wait_s))

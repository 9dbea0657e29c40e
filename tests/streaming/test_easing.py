"""A recogniser that is waited for too long brings the steps of overload, told once each: metrics, log, effort."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from streaming import easing, overload
from streaming.easing import ease
from streaming.effort import Step
from streaming.engines.contract import Request
from streaming.overload import Overload
from streaming.recogniser import Recogniser
from tests.streaming.recognisers import script_of, up


def value(name: str, **labels: str) -> float:
    """What is counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def until(overload: Overload, step: Step) -> None:
    """Until it is there."""
    async with asyncio.timeout(20):
        while True:
            if overload.step == step:
                return
            await asyncio.sleep(0.01)


async def test_a_queue_brings_the_steps_and_calm_ends_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real process that is asked for more than it can: up to the last step, and down again once it is left alone."""
    for name, seconds in (("RISE_S", 0.05), ("CALM_S", 0.1), ("WINDOW_S", 0.5)):
        monkeypatch.setattr(overload, name, seconds)
    monkeypatch.setattr(overload, "ENTERED_S", {step: 0.02 * step for step in Step if step})
    monkeypatch.setattr(easing, "LOOK_S", 0.02)
    entered = value("assist_overload_steps_total", step="no_new_calls")
    load = Overload()
    request = Request("prospect", 0, bytes(320_000), is_urgent=False)
    async with up(script_of(tmp_path, "one two"), on_wait=load.waited) as recogniser:
        with capture_logs() as logs:
            looking = asyncio.create_task(ease(load, recogniser))
            asking = [asyncio.create_task(_ask(recogniser, request)) for _ in range(300)]
            await until(load, Step.NO_NEW_CALLS)
            assert value("assist_overload_step") == Step.NO_NEW_CALLS
            assert value("assist_pass_wait_p95_seconds") > 0
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            await until(load, Step.AS_EVER)
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
    assert value("assist_overload_step") == 0
    assert value("assist_overload_steps_total", step="no_new_calls") == entered + 1
    told = [entry["number"] for entry in logs if entry["event"] == "overload_step"]
    assert told == [1, 2, 3, 4, 3, 2, 1, 0]


async def _ask(recogniser: Recogniser, request: Request) -> None:
    while True:
        await recogniser.recognise(request)

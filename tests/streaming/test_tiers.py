"""Final words by the larger model where nobody has to wait for it, by the live one otherwise; real processes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from streaming.engines.contract import Request
from streaming.recogniser import Recogniser
from streaming.tiers import PATIENCE_S, Tiers
from streaming.types import text_of
from tests.streaming.recognisers import script_of, up

SECOND = bytes(32_000)
LAST = Request("prospect", 0, SECOND, is_urgent=False, is_last=True)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Recogniser, Recogniser]]:
    """The live one hears "quick", the other "careful"."""
    async with AsyncExitStack() as stack:
        live = await stack.enter_async_context(up(script_of(tmp_path, "quick")))
        yield live, await stack.enter_async_context(up(script_of(tmp_path, "careful"), gives_way=True))


async def heard(tiers: Tiers, request: Request, goes_on: bool = False) -> str:
    """What is made of a request."""
    event = asyncio.Event()
    if goes_on:
        event.set()
    return text_of((await asyncio.wait_for(tiers.recognise(request, event), 30)).words)


async def test_last_passes_are_the_larger_models_and_all_others_are_not(pair: tuple[Recogniser, Recogniser]) -> None:
    """Without a larger model all are the live one's."""
    tiers = Tiers(*pair)
    assert await heard(tiers, LAST) == "careful"
    assert await heard(tiers, Request("prospect", 0, SECOND, is_urgent=True)) == "quick"
    assert await heard(Tiers(pair[0]), LAST) == "quick"


async def test_a_machine_that_is_too_busy_has_no_time_for_the_larger_model(pair: tuple[Recogniser, Recogniser]) -> None:
    """A last pass that is hurried is the live one's."""
    assert await heard(Tiers(*pair), msgspec.structs.replace(LAST, is_hurried=True)) == "quick"


async def test_nobody_waits_for_the_larger_model(pair: tuple[Recogniser, Recogniser]) -> None:
    """It hangs: the speaker who goes on is answered at once, any other within the patience; then it counts as busy."""
    tiers = Tiers(*pair)
    assert pair[1].pid is not None
    os.kill(pair[1].pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        assert await heard(tiers, LAST, goes_on=True) == "quick"
        assert time.monotonic() - begun < PATIENCE_S / 2
        assert not pair[1].is_free  # what was begun for nobody is still under way
        assert await heard(tiers, LAST) == "quick"
    finally:
        os.kill(pair[1].pid, signal.SIGCONT)


async def test_its_death_costs_nothing(pair: tuple[Recogniser, Recogniser]) -> None:
    """Killed in mid-pass or gone: the live model's answer is there."""
    assert pair[1].pid is not None
    os.kill(pair[1].pid, signal.SIGKILL)
    assert await heard(Tiers(*pair), LAST) in ("quick", "careful")  # it may be back by then


async def test_it_gives_way_on_the_processors(pair: tuple[Recogniser, Recogniser]) -> None:
    """By the system's own priority."""
    live, careful = (os.getpriority(os.PRIO_PROCESS, one.pid or 0) for one in pair)
    assert careful > live or careful == 19  # a suite that itself runs at the lowest priority can go no lower

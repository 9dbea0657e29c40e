"""The recogniser's process: urgent first, restarted when it crashes or hangs, and no request lost."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from streaming import recogniser as module
from streaming.engines.contract import Options, Request
from streaming.errors import EngineFailed
from streaming.recogniser import Recogniser
from streaming.recogniser_wire import Load
from streaming.types import text_of
from tests.streaming.recognisers import script_of, up

SECOND = bytes(32_000)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """What the scripted engine says."""
    return script_of(tmp_path, "one two three")


async def heard(recogniser: Recogniser) -> str:
    """What it says to a second of sound."""
    hypothesis = await asyncio.wait_for(recogniser.recognise(Request("prospect", 0, SECOND, False)), 60)
    return text_of(hypothesis.words)


async def test_requests_are_answered(script: Path) -> None:
    """Sound goes out, words come back."""
    async with up(script) as recogniser:
        assert await heard(recogniser) == "one two three"


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_dead_or_hung_process_costs_no_request(
    script: Path, fault: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was under way is asked again of the successor, and the pid is another."""
    monkeypatch.setattr(module, "LEAST_HANG_S", 0.5)
    async with up(script) as recogniser:
        first = recogniser.pid
        assert first is not None
        os.kill(first, fault)
        answers = await asyncio.gather(*(heard(recogniser) for _ in range(5)))
        assert answers == ["one two three"] * 5
        assert recogniser.restarts == 1
        assert recogniser.pid not in (None, first)


async def test_one_that_has_ended_is_not_called_ready(script: Path) -> None:
    """However it came to its end, no calls are let in that nobody would hear."""
    async with up(script) as recogniser:
        assert recogniser.is_ready
    assert not recogniser.is_ready


async def test_an_engine_that_cannot_load_refuses_to_start(tmp_path: Path) -> None:
    """The operator is told at the start, not by silence on the first call."""
    recogniser = Recogniser(Load("scripted", Options(str(tmp_path / "absent.json"), 1, 1, "cpu")))
    with pytest.raises(EngineFailed, match="FileNotFoundError"):
        await asyncio.wait_for(recogniser.run(lambda: None), 30)


async def test_a_request_that_kills_its_process_twice_is_given_up() -> None:
    """One poisonous sound must not stop all other calls for ever; the first death may have been chance."""
    recogniser = Recogniser(Load("scripted", Options("", 1, 1, "cpu")))
    asked = asyncio.create_task(recogniser.recognise(Request("prospect", 0, SECOND, False)))
    await asyncio.sleep(0)
    for _ in range(2):
        recogniser._under_way[1] = recogniser._waiting.pop()[2]
        recogniser._retry_under_way()
    assert recogniser._waiting == []
    with pytest.raises(EngineFailed, match="twice"):
        await asyncio.wait_for(asked, 5)


async def test_a_request_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be had, its sound is given up and told as lost."""
    monkeypatch.setattr(module, "MOST_WAIT_S", 0.05)
    recogniser = Recogniser(Load("scripted", Options("", 1, 1, "cpu")))
    with pytest.raises(EngineFailed, match="too long"):
        await asyncio.wait_for(recogniser.recognise(Request("prospect", 0, SECOND, False)), 5)


async def test_waits_are_told_and_a_restart_is_no_queue(script: Path) -> None:
    """Each pass once, how long it had waited for its turn; the time without a process is not counted."""
    waits: list[float] = []
    async with up(script, on_wait=lambda wait_s, _: waits.append(wait_s)) as recogniser:
        await asyncio.gather(*(heard(recogniser) for _ in range(4)))
        assert len(waits) == 4 and all(0 <= wait_s < 10 for wait_s in waits)
        assert recogniser.pid is not None
        os.kill(recogniser.pid, signal.SIGSTOP)
        asked = [asyncio.create_task(heard(recogniser)) for _ in range(3)]
        await asyncio.sleep(0.3)
        waiting_s = recogniser.waiting_s(time.monotonic())
        assert len(waiting_s) == 2 and min(waiting_s) > 0.2
        gone = asked.pop()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert len(recogniser.waiting_s(time.monotonic())) == 1
        del waits[:]
        begun_s = time.monotonic()
        os.kill(recogniser.pid, signal.SIGKILL)
        while True:
            if not recogniser.is_ready:
                break
            await asyncio.sleep(0)
        assert recogniser.waiting_s(time.monotonic()) == []
        await asyncio.gather(*asked)
        assert time.monotonic() - begun_s > 2 * max(waits)


async def test_an_end_that_comes_with_a_failure_is_an_end(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server goes down in the moment in which a pass is found to hang: no process is started anew, for ever."""
    fails = asyncio.Event()

    async def fail(self: Recogniser, process: asyncio.subprocess.Process) -> None:
        await fails.wait()
        running.cancel()
        raise EngineFailed("a pass hung")

    monkeypatch.setattr(Recogniser, "_receive", fail)
    recogniser = Recogniser(Load("scripted", Options(str(script), 1, 1, "cpu")))
    ready = asyncio.Event()
    running = asyncio.create_task(recogniser.run(ready.set))
    await asyncio.wait_for(ready.wait(), 30)
    fails.set()
    await asyncio.wait([running], timeout=30)
    assert running.cancelled() and recogniser.restarts == 0


async def test_urgent_requests_go_first() -> None:
    """A speaker who has paused waits less than one who goes on."""
    recogniser = Recogniser(Load("scripted", Options("", 1, 1, "cpu")))
    waiting = [asyncio.create_task(recogniser.recognise(Request("rep", at_ms, b"", at_ms == 2))) for at_ms in range(4)]
    await asyncio.sleep(0)
    order = [job.request.start_ms for _, _, job in sorted(recogniser._waiting, key=lambda item: item[:2])]
    assert order == [2, 0, 1, 3]
    for task in waiting:
        task.cancel()

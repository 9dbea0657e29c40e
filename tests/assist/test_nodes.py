"""Several servers and a Redis, each a process: a call outlives its node, and no word is lost or doubled by it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assist.watching import events
from streaming.feeder import Feeder
from streaming.recording import Recording
from tests.assist.conftest import SAID, Event
from tests.assist.wire import Wire
from tests.bench.served import Served, free_port, serving
from tests.streaming.bus.redis_server import RedisServer, redis_server

PATIENCE_S = 60.0
HALF = " ".join(SAID.split()[:5])


class Cluster:
    """Nodes that share a Redis, and a wire from a call's source to one of them."""

    def __init__(self, nodes: list[Served], redis: RedisServer, wire: Wire, sound: Recording) -> None:
        self.nodes = nodes
        self._sound = sound
        self.redis = redis
        self.wire = wire
        self._feeding: asyncio.Task[None] | None = None

    def feed(self, call_id: str) -> None:
        """Begins to play the clip, at a call's pace."""
        feeder = Feeder(f"ws://127.0.0.1:{self.wire.port}/call/browser", self._sound, ("prospect",), call_id)
        self._feeding = asyncio.create_task(feeder.play(True, lambda _: None, lambda _: None))

    async def watch(self, call_id: str, node: Served) -> AsyncIterator[Event]:
        """What an overlay of that node is told, to the call's end; the source must not have failed then."""
        async with asyncio.timeout(PATIENCE_S):
            async for event in events(node.url.replace("http", "ws"), call_id):
                yield event
            assert self._feeding is not None
            await self._feeding


def port_of(node: Served) -> int:
    """Where it listens."""
    return int(node.url.rpartition(":")[2])


@pytest.fixture
async def cluster(tmp_path: Path, script: Path, said: bytes) -> AsyncIterator[Cluster]:
    """Two nodes with the scripted recogniser."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_server(tmp_path))
        given = {"engine": "scripted", "script": script, "redis_url": redis.url}
        starting = (stack.enter_async_context(serving(free_port(), **given)) for _ in range(2))
        nodes = [await one for one in starting]
        wire = await stack.enter_async_context(Wire(port_of(nodes[0])).laid())
        yield Cluster(nodes, redis, wire, Recording(np.frombuffer(said, "<i2").reshape(-1, 1)))


def words(told: list[Event]) -> list[str]:
    """The final words of each utterance, as whoever heard all events knows them."""
    utterances = {e["utterance"]: e["committed"] for e in told if e["kind"] == "transcript_changed" and e["is_final"]}
    return [text for text in utterances.values() if text]


def is_in_mid_sentence(event: Event) -> bool:
    """Whether half of it is committed."""
    return event["kind"] == "transcript_changed" and event["committed"].startswith(HALF) is True


async def heard_with(cluster: Cluster, watcher: Served, disturb: Any) -> list[Event]:
    """All that an overlay was told of a call which was disturbed in mid-sentence."""
    cluster.feed("c")
    told, is_disturbed = list[Event](), False
    async for event in cluster.watch("c", watcher):
        told.append(event)
        if not is_disturbed and is_in_mid_sentence(event):
            is_disturbed = True
            await disturb()
    assert is_disturbed
    return told


def hold_together(told: list[Event]) -> None:
    """Each number came once and in order, every word was heard once, and the call ended as it should."""
    numbers = [event["seq"] for event in told]
    assert numbers == sorted(set(numbers))
    assert words(told) == [SAID]
    assert told[0]["kind"] == "call_started" and told[-1]["reason"] == "stopped"


async def test_an_overlay_of_another_node_is_told_all(cluster: Cluster) -> None:
    """As it comes."""
    cluster.feed("c")
    hold_together([event async for event in cluster.watch("c", cluster.nodes[1])])


async def test_a_call_outlives_its_node(cluster: Cluster) -> None:
    """Killed in mid-sentence; its source comes back to another, whose overlays go on without a break."""
    first, second = cluster.nodes

    async def kill() -> None:
        os.kill(first.pid, signal.SIGKILL)
        cluster.wire.lead_to(port_of(second))

    told = await heard_with(cluster, second, kill)
    hold_together(told)
    shown = [event["id"] for event in told if event["kind"] == "suggestion_shown"]
    assert shown == sorted(set(shown)) and shown


async def test_a_node_that_is_told_to_end_hands_its_calls_over(cluster: Cluster) -> None:
    """It is gone at once, and the call goes on."""
    first, second = cluster.nodes

    async def terminate() -> None:
        cluster.wire.lead_to(port_of(second))
        os.kill(first.pid, signal.SIGTERM)

    hold_together(await heard_with(cluster, second, terminate))


async def test_a_call_goes_on_without_redis_and_is_told_anew_to_one_that_is_empty(cluster: Cluster) -> None:
    """On its own node as if nothing were; elsewhere from the start, once it is back."""
    first, second = cluster.nodes

    async def restart() -> None:
        await cluster.redis.kill()
        await asyncio.sleep(1)
        await cluster.redis.start()

    elsewhere = asyncio.create_task(_all(cluster, second))
    hold_together(await heard_with(cluster, first, restart))
    hold_together(await elsewhere)


async def _all(cluster: Cluster, node: Served) -> list[Event]:
    await asyncio.sleep(0.5)
    return [event async for event in cluster.watch("c", node)]

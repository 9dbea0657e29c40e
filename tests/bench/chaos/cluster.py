"""Three nodes that share a Redis, a balancer before them, and a spoilable line from them to Redis.

The balancer looks at the nodes' health as that of `docker/Caddyfile` does.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import msgspec

from tests.bench.chaos.caller import Caller
from tests.bench.chaos.contract import Run, Unfit
from tests.bench.chaos.house import Call, call, scripted_node, truth
from tests.bench.chaos.nodes import Node, Process, folder, serving
from tests.bench.chaos.sound import WORD_MS, place_of, speech
from tests.bench.chaos.watcher import Watcher
from tests.bench.served import HOST, free_port
from tests.fault_proxy import FaultProxy

NODES = 3
HEALTH_INTERVAL_S, HEALTH_TIMEOUT_S = 1.0, 2.0
"""as in docker/Caddyfile"""


class Cluster(msgspec.Struct, frozen=True):
    """All that runs. Sources and overlays have a balancer each; nodes reach Redis by `line`."""

    nodes: tuple[Node, ...]
    redis: Process
    line: FaultProxy
    calls: FaultProxy
    overlays: FaultProxy

    def with_a_call(self, random: Random) -> Node:
        """Any of the nodes that have one."""
        return random.choice([node for node in self.nodes if self.calls.carried[node.port]] or self.nodes)


@asynccontextmanager
async def cluster(**settings: object) -> AsyncIterator[Cluster]:
    """It runs inside the context. Raises Unfit where there is no Redis."""
    async with folder() as place:
        redis = _redis(place)
        async with serving(redis), FaultProxy(redis.port).laid() as line:
            shared = {"redis_url": f"redis://{HOST}:{line.port}/0", **settings}
            nodes = tuple(_node(place, number, shared) for number in range(NODES))
            calls, overlays = (FaultProxy(*(node.port for node in nodes)) for _ in range(2))
            async with serving(*nodes), calls.laid(), overlays.laid():
                looking = [asyncio.create_task(_look(node, (calls, overlays))) for node in nodes]
                try:
                    yield Cluster(nodes, redis, line, calls, overlays)
                finally:
                    for task in looking:
                        task.cancel()


async def _look(node: Node, balancers: Sequence[FaultProxy]) -> None:
    """Sends no new connection to a node that does not answer, until it does."""
    while True:
        lives = await _lives(node)
        for balancer in balancers:
            (balancer.passed_over.discard if lives else balancer.passed_over.add)(node.port)
        await asyncio.sleep(HEALTH_INTERVAL_S)


async def _lives(node: Node) -> bool:
    try:
        async with asyncio.timeout(HEALTH_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(HOST, node.port)
            try:
                writer.write(f"GET /livez HTTP/1.1\r\nHost: {HOST}:{node.port}\r\nConnection: close\r\n\r\n".encode())
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


class Desks:
    """People who call all day: as one call ends they begin the next, until they are told to stop.

    Each call has two overlays, so that two nodes tell of it, and what they tell can be compared.
    """

    def __init__(self, up: Cluster, count: int, call_s: float, random: Random) -> None:
        self._url = f"ws://{HOST}:{up.calls.port}"
        self._watch_url = f"ws://{HOST}:{up.overlays.port}"
        self._count = count
        self._call_s = call_s
        self._random = random
        self._stopped = False
        self._second: dict[str, Watcher] = {}
        self.calls: list[Call] = []
        self.unended = 0

    @asynccontextmanager
    async def busy(self) -> AsyncIterator["Desks"]:
        """They call inside the context; at its end the calls under way are said to their end."""
        await truth(self._url, speech(self._call_s))
        sitting = [asyncio.create_task(self._sit(number)) for number in range(self._count)]
        try:
            yield self
        finally:
            self._stopped = True
            await asyncio.gather(*sitting)

    def struck(self, at_s: float) -> list[Call]:
        """The calls whose source lost its line within two seconds of that moment."""
        return [one for one in self.calls if any(at_s <= cut_s < at_s + 2 for cut_s in one.caller.cut_s)]

    def verdict(self, run: Run) -> Run:
        """The run, with the words of all calls until now."""
        tallies = [one.tally() for one in self.calls]
        lost, doubled = sum(one.lost for one in tallies), sum(one.doubled for one in tallies)
        owners = 2 if any(self._differ(one) for one in self.calls) else 1
        return msgspec.structs.replace(
            run,
            passed=run.passed and not lost and not doubled and owners == 1 and not self.unended,
            lost=lost,
            doubled=doubled,
            owners=owners,
            notes={**run.notes, "calls": len(self.calls), "not_ended": self.unended, "words": self._wrong()},
        )

    def _wrong(self) -> str:
        """Where the first words lie that are lost or doubled."""
        wrong = [(one, word) for one in self.calls for word in one.tally().which]
        return ", ".join(f"{one.caller.call_id} at {place_of(word) * WORD_MS} ms" for one, word in wrong[:5])

    async def _sit(self, desk: int) -> None:
        await asyncio.sleep(desk * self._call_s / self._count)
        for number in range(1_000):
            if self._stopped:
                return
            call_id = f"desk-{desk}-{number}"
            first = await call(self._url, self._call_s, call_id, self._random, self._watch_url)
            beside = self._second[call_id] = Watcher(self._watch_url, call_id, self._random)
            self.calls.append(first)
            watching = asyncio.create_task(_watch(first.caller, beside))
            self.unended += not await first.ended(self._call_s + 60)
            watching.cancel()

    def _differ(self, one: Call) -> bool:
        """Whether other things were told under one number, to the same overlay or to two, or of the call as a whole.

        Each owner of a call tells of it in an epoch of its own; two at a time would leave two tales of it.
        """
        own = one.watcher.transcript
        other = self._second[one.caller.call_id].transcript
        if own.is_over and other.is_over and own.words() != other.words():
            return True
        both = own.lines.keys() & other.lines.keys()
        return bool(own.conflicts or other.conflicts) or any(own.lines[place] != other.lines[place] for place in both)


async def _watch(caller: Caller, watcher: Watcher) -> None:
    await caller.begun.wait()
    await watcher.watch()


def back_s(one: Call, struck_s: float) -> float | None:
    """When words of a call that was struck then came again: its source was answered, and after that its overlay."""
    found = next((cut_s for cut_s in one.caller.cut_s if cut_s >= struck_s), None)
    answered_s = None if found is None else one.caller.heard_s(found)
    return None if answered_s is None else one.watcher.told_s(answered_s)


async def recovered(calls: Sequence[Call], struck_s: float, patience_s: float) -> float | None:
    """How long the slowest of them took until words came again; None where one did not come back in time."""
    while time.monotonic() - struck_s < patience_s:
        times = [back_s(one, struck_s) for one in calls if not one.watcher.transcript.is_over]
        if all(at_s is not None for at_s in times):
            return max((at_s - struck_s for at_s in times if at_s is not None), default=0.0)
        await asyncio.sleep(0.05)
    return None


def _node(place: Path, number: int, settings: dict[str, object]) -> Node:
    own = place / f"node-{number}"
    own.mkdir()
    return scripted_node(own, settings)


def _redis(place: Path) -> Process:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Unfit("there is no redis-server; on Debian: apt-get install redis-server")
    port = free_port()
    command = (program, "--port", str(port), "--bind", HOST, "--dir", str(place), "--save", "", "--appendonly", "no")
    return Process(command, port)

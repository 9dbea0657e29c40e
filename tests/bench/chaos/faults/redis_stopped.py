"""Redis takes connections and answers nothing."""

import asyncio
import signal
import time
from random import Random

from tests.bench.chaos.cluster import Cluster
from tests.bench.chaos.contract import Run
from tests.bench.chaos.redis_trouble import troubled


class RedisStopped:
    """With calls and overlays on three nodes."""

    says = "SIGSTOP to Redis for 15 s, then SIGCONT; recovery: until every overlay has news of its call again"
    runs = 1
    most_recovery_s = 10.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """That often, one after the other."""
        return await troubled(count, random, _trouble)


async def _trouble(up: Cluster, _: Random) -> float:
    up.redis.signal(signal.SIGSTOP)
    await asyncio.sleep(15)
    up.redis.signal(signal.SIGCONT)
    return time.monotonic()


def create() -> RedisStopped:
    """The fault."""
    return RedisStopped()

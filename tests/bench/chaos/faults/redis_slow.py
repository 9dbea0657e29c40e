"""Each answer of Redis takes two seconds longer."""

import asyncio
import time
from random import Random

from tests.bench.chaos.cluster import Cluster
from tests.bench.chaos.contract import Run
from tests.bench.chaos.redis_trouble import troubled


class RedisSlow:
    """With calls and overlays on three nodes."""

    says = "Redis answers 2 s later for 20 s; recovery: until every overlay has news of its call again"
    runs = 1
    most_recovery_s = 10.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """That often, one after the other."""
        return await troubled(count, random, _trouble)


async def _trouble(up: Cluster, _: Random) -> float:
    up.line.down.latency_s = 2.0
    await asyncio.sleep(20)
    up.line.down.latency_s = 0.0
    return time.monotonic()


def create() -> RedisSlow:
    """The fault."""
    return RedisSlow()

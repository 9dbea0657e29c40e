"""Redis cannot be reached for half a minute."""

import asyncio
import time
from random import Random

from tests.bench.chaos.cluster import Cluster
from tests.bench.chaos.contract import Run
from tests.bench.chaos.redis_trouble import troubled


class RedisDown:
    """With calls and overlays on three nodes."""

    says = (
        "connections to Redis are reset and refused for 30 s; recovery: until every overlay has news of its call again"
    )
    runs = 1
    most_recovery_s = 10.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """That often, one after the other."""
        return await troubled(count, random, _trouble)


async def _trouble(up: Cluster, _: Random) -> float:
    up.line.cut()
    await asyncio.sleep(30)
    up.line.mend()
    return time.monotonic()


def create() -> RedisDown:
    """The fault."""
    return RedisDown()

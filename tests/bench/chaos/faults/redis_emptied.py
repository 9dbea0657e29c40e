"""Redis dies and is started again with nothing in it."""

import asyncio
import time
from random import Random

from tests.bench.chaos.cluster import Cluster
from tests.bench.chaos.contract import Run
from tests.bench.chaos.redis_trouble import troubled


class RedisEmptied:
    """With calls and overlays on three nodes."""

    says = (
        "SIGKILL to Redis, which is started again, empty, after up to 3 s; "
        "recovery: until every overlay has news of its call again"
    )
    runs = 3
    most_recovery_s = 10.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """That often, one after the other."""
        return await troubled(count, random, _trouble)


async def _trouble(up: Cluster, random: Random) -> float:
    await up.redis.kill()
    await asyncio.sleep(3 * random.random())
    await up.redis.start()
    return time.monotonic()


def create() -> RedisEmptied:
    """The fault."""
    return RedisEmptied()

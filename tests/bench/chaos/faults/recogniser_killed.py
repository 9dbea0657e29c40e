"""The recogniser's process is killed in the middle of a call."""

from random import Random

import psutil

from tests.bench.chaos.contract import Run
from tests.bench.chaos.recognised import struck


class RecogniserKilled:
    """With the real recogniser."""

    says = "SIGKILL to the real recogniser's process at a random moment of a call; recovery: to the next words"
    runs = 3
    most_recovery_s = 15.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """One call with so many kills."""
        return await struck(count, random, psutil.Process.kill)


def create() -> RecogniserKilled:
    """The fault."""
    return RecogniserKilled()

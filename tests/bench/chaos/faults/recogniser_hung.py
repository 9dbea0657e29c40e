"""The recogniser's process stops in the middle of a call, and neither dies nor answers."""

from random import Random

import psutil

from tests.bench.chaos.contract import Run
from tests.bench.chaos.recognised import struck


class RecogniserHung:
    """With the real recogniser."""

    says = "SIGSTOP to the real recogniser's process at a random moment of a call; recovery: to the next words"
    runs = 3
    most_recovery_s = 15.0

    async def run(self, count: int, random: Random) -> list[Run]:
        """One call with so many stops."""
        return await struck(count, random, psutil.Process.suspend)


def create() -> RecogniserHung:
    """The fault."""
    return RecogniserHung()

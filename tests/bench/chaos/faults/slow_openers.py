"""Three hundred connections open as slowly as they can, a letter a second, and come again when they are cut."""

from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.neighbours import beside


class SlowOpeners:
    """See `misbehave.py`."""

    says = (
        "300 connections say a letter of their request a second; passed: five other "
        "calls lose nothing and their p95 lag is within 10 % of that in quiet"
    )
    runs = 2
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each run is a batch of calls beside it."""
        return await beside("slow_openers", count, random)


def create() -> SlowOpeners:
    """The fault."""
    return SlowOpeners()

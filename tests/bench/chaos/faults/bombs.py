"""One client sends messages of 50 MiB, and JSON that nests without end."""

from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.neighbours import beside


class Bombs:
    """See `misbehave.py`."""

    says = (
        "one client sends messages of 50 MiB and JSON that nests 60,000 deep, four times a second; passed: five other "
        "calls lose nothing and their p95 lag is within 10 % of that in quiet"
    )
    runs = 2
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each run is a batch of calls beside it."""
        return await beside("bombs", count, random)


def create() -> Bombs:
    """The fault."""
    return Bombs()

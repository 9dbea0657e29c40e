"""One client floods: sound a hundred times as fast as talk, replies without end, calls that begin and go."""

from random import Random

from tests.bench.chaos.contract import Run
from tests.bench.chaos.neighbours import beside


class Flood:
    """See `misbehave.py`."""

    says = (
        "one client sends sound at a hundred times real time, replies without end, and calls that begin and go; "
        "passed: five other calls lose nothing and their p95 lag is within 10 % of that in quiet"
    )
    runs = 2
    most_recovery_s = None

    async def run(self, count: int, random: Random) -> list[Run]:
        """Each run is a batch of calls beside it."""
        return await beside("flood", count, random)


def create() -> Flood:
    """The fault."""
    return Flood()

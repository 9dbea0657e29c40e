"""What a fault is to the table, and what one run of it showed."""

from random import Random
from typing import Protocol

import msgspec


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run. Words are those that a server had received; `notes` say in figures or words what else was seen."""

    passed: bool
    recovery_s: float | None = None
    lost: int = 0
    doubled: int = 0
    owners: int = 1
    """how many nodes told of one call at the same time, at most"""
    notes: dict[str, float | int | str] = {}


class Fault(Protocol):
    """One file of `faults/`: what is done to a real server, and what must hold meanwhile and after."""

    says: str
    """what is done, and what counts as passed"""
    runs: int
    """as many as make a figure worth printing"""
    most_recovery_s: float | None
    """beyond this at 95 % the fault as a whole has failed"""

    async def run(self, count: int, random: Random) -> list[Run]:
        """That many runs, or some more where they come in batches. Raises Unfit where this machine cannot."""
        ...


class Unfit(Exception):
    """What this machine lacks for a fault; the text says how to get it."""

"""What a bus does: keeps the log of each running call where every node can read it, and lets one node write it.

A log's places are in order: `epoch` first, then `seq`. A new epoch means that what a reader has of the log counts no
more. `fence` is the token of a claim: with a later claim of the same call, by whichever node, it writes nothing more.
That holds where the bus lost all in between, too: of the owners that come back to it the one with the greatest token
has the call.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

LEASE_S = 5.0  # an owner that has not written for so long is taken for dead
KEPT_S = 600.0  # a call's log outlives its end, or its last owner, by so much
WAIT_S = 0.5
LINES_READ = 1_000
LINES_KEPT = 20_000
MESSAGES_KEPT = 100


class Place(msgspec.Struct, frozen=True, order=True):
    """All up to `seq` of that epoch."""

    epoch: int
    seq: int


class Line(msgspec.Struct, frozen=True):
    """One entry of a log."""

    place: Place
    data: bytes


class Batch(msgspec.Struct, frozen=True):
    """What an owner writes at once, or nothing of it.

    `lines` are numbers and data, in order; those that the log has already are let go, so a batch may be sent again.
    `after` is the last number that the owner knows to be in the log; `replaced` are numbers to be forgotten. `state` is
    what another node needs beside the log to go on with the call. `turn` is 0 for the owner that began the log, and the
    fence of each that went on with it: what an owner told that is not in the log counts no more in the next one's turn.
    """

    call: str
    fence: int
    epoch: int
    after: int
    lines: tuple[tuple[int, bytes], ...]
    replaced: tuple[int, ...]
    state: bytes
    is_last: bool = False
    turn: int = 0


class Seen(msgspec.Struct, frozen=True):
    """A call as it stands on the bus: its epoch, state and living owner, and at most 1,000 lines of what was asked.

    `turn` is that of the last batch.
    """

    epoch: int
    state: bytes
    owner: str | None
    lines: tuple[Line, ...]
    turn: int = 0


class Bus(Protocol):
    """What all nodes share. Each method raises BusDown where it cannot be reached; none is tried again by itself."""

    async def claim(self, call: str, node: str, is_forced: bool, held: int | None = None) -> int | None:
        """Makes a node the owner: its fencing token. None where another's lease runs, unless it is forced.

        `held` is a token that the node has and the bus may have lost: it is good again, or None where the bus knows a
        greater one.
        """
        ...

    async def append(self, batch: Batch) -> None:
        """Writes and prolongs the lease; after the last batch the call has no owner and is forgotten in a while.

        Raises Fenced where another has claimed the call, LogLost where the bus has less than `after` of the log, or
        knows nothing of the claim.
        """
        ...

    async def read(self, call: str, after: Place | None) -> Seen | None:
        """A call, and its lines behind a place, the oldest first; None where it is not known."""
        ...

    async def send(self, call: str, message: bytes) -> None:
        """Leaves a message for whoever owns the call; of many the last 100 are kept, and none beyond the call's end."""
        ...

    async def messages(self, call: str, after: Place | None) -> tuple[Line, ...]:
        """What was left behind a place."""
        ...

    async def wait(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> None:
        """Until one of these calls has a line, or a message, behind that place; half a second at most."""
        ...

    async def purge(self, calls: Iterable[str]) -> None:
        """Forgets all of these calls at once."""
        ...

    async def close(self) -> None:
        """Lets go of all connections."""
        ...

"""What a rep thought of before a call: shapes, and how it fills in what the call's source does not tell; pure."""

from typing import Annotated

import msgspec
from msgspec import Meta

from streaming.protocols.contract import Metadata

Line = Annotated[str, Meta(max_length=200)]
Thoughts = Annotated[tuple[Line, ...], Meta(max_length=8)]


class Preparation(msgspec.Struct, frozen=True):
    """Whatever did not come to mind is empty.

    `who` is the prospect's name. `pressures` they are likely under, and what they might fear, are a thought each;
    `win` is what a good end would be for them personally; `expect` are words that are likely to be said.
    """

    who: Line = ""
    company: Line = ""
    pressures: Thoughts = ()
    win: Annotated[str, Meta(max_length=400)] = ""
    fears: Thoughts = ()
    expect: Annotated[tuple[Line, ...], Meta(max_length=50)] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was thought of."""
        return self == Preparation()

    def is_for(self, metadata: Metadata) -> bool:
        """Whether it can be of a call of which the source tells this: not of one with somebody else."""
        return _agree(self.who, metadata.names.get("prospect")) and _agree(self.company, metadata.company)

    def under(self, metadata: Metadata) -> Metadata:
        """What the source tells, and where it tells nothing what was thought of."""
        who = {"prospect": self.who} if self.who else {}
        return msgspec.structs.replace(
            metadata,
            names={**who, **metadata.names},
            company=metadata.company or self.company or None,
            expect=tuple(dict.fromkeys((*metadata.expect, *self.expect))),
        )


def _agree(thought: str, told: str | None) -> bool:
    # "Dana" and "Dana Reyes" are one: a source may have the whole name, or the rep.
    here, there = thought.casefold().split(), (told or "").casefold().split()
    return not here or not there or set(here) <= set(there) or set(there) <= set(here)

"""What is asked about their turns beside the cues: what is worth saying back, what is over, what a concern is about."""

from typing import Literal, Protocol

from detectors.meaning.judge import Reading, Worth

Over = Literal["settled", "parting"]
"""What a turn may end: what stood in the way, since they took an answer or agreed to a step; or the call."""


class Judging(Protocol):
    """None where nobody can tell."""

    def worth(self, clause: str) -> Worth | None:
        """Of a clause as it would be said back."""
        ...

    def reading(self, turn: str, asked: str | None) -> Reading | None:
        """Of a turn, and what the rep said before it."""
        ...


class _NoJudge:
    """Can tell nothing."""

    def worth(self, clause: str) -> None:
        """Of none."""

    def reading(self, turn: str, asked: str | None) -> None:
        """Of none."""


NO_JUDGE: Judging = _NoJudge()

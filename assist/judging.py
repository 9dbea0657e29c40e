"""What is asked about their turns beside the cues: what is worth saying back, and what is over."""

from typing import Literal, Protocol

from detectors.meaning.judge import Outcome, Worth

Over = Literal["settled", "parting"]
"""What a turn may end: what stood in the way, since they took an answer or agreed to a step; or the call."""


class Judging(Protocol):
    """None where nobody can tell."""

    def worth(self, clause: str) -> Worth | None:
        """Of a clause as it would be said back."""
        ...

    def outcome(self, turn: str, asked: str | None) -> Outcome | None:
        """Of a turn, and what the rep said before it."""
        ...


class _NoJudge:
    """Can tell nothing."""

    def worth(self, clause: str) -> None:
        """Of none."""

    def outcome(self, turn: str, asked: str | None) -> None:
        """Of none."""


NO_JUDGE: Judging = _NoJudge()

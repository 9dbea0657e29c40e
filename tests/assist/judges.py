"""A judge of their turns who holds all worth saying back but for what a test names."""

from detectors.meaning.judge import Reading, Worth


class Judge:
    """`idle` is not worth it, `held` is held against the offer, `settling` settles and `parting` ends: turns, or parts
    of clauses. `cases` are as likely as told, in every turn."""

    def __init__(
        self,
        idle: tuple[str, ...] = (),
        held: tuple[str, ...] = (),
        settling: tuple[str, ...] = (),
        parting: tuple[str, ...] = (),
        cases: dict[str, float] | None = None,
    ) -> None:
        self._idle, self._held, self._settling, self._parting = idle, held, settling, parting
        self._cases = cases or {}
        self.asked: list[tuple[str, str | None]] = []

    def worth(self, clause: str) -> Worth:
        """Nine in ten, or one."""
        if any(text in clause for text in self._idle):
            return Worth(0.1, 0.1)
        return Worth(0.9, 0.9 if any(text in clause for text in self._held) else 0.1)

    def reading(self, turn: str, asked: str | None) -> Reading:
        """Certain of what ends, either way."""
        self.asked.append((turn, asked))
        return Reading(float(turn in self._settling), float(turn in self._parting), self._cases)

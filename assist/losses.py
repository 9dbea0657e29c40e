"""Sound that was lost, told at once and then in sums: a line that loses packets must not drown all else; pure."""

from streaming.types import Gap, Speaker

SUMMED_MS = 5_000


class Losses:
    """One call. A sum has the start of its first loss and the length of all."""

    def __init__(self) -> None:
        self._told_ms: dict[Speaker, int] = {}
        self._sums: dict[Speaker, Gap] = {}

    def add(self, gap: Gap, now_ms: int) -> tuple[Gap, ...]:
        """What is to be told now that this was lost."""
        before = self._sums.get(gap.speaker, Gap(gap.speaker, gap.start_ms, 0))
        self._sums[gap.speaker] = Gap(gap.speaker, before.start_ms, before.duration_ms + gap.duration_ms)
        return self.due(now_ms)

    def due(self, now_ms: int) -> tuple[Gap, ...]:
        """What is to be told by now: a speaker's first loss at once, later ones when the last is long told."""
        due = [s for s in self._sums if s not in self._told_ms or now_ms - self._told_ms[s] >= SUMMED_MS]
        self._told_ms |= dict.fromkeys(due, now_ms)
        return tuple(self._sums.pop(speaker) for speaker in due)

    def rest(self) -> tuple[Gap, ...]:
        """What was not told yet, at the end."""
        rest = tuple(self._sums.values())
        self._sums.clear()
        return rest

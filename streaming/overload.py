"""How long passes wait for the recogniser -> at which step of effort the machine is; pure.

What counts is the wait that 95 % of the last seconds' passes were not above, those that wait now among them. It goes
up a step where that is too long, and down one only after it was short for a while, so that a step which helps is not
left because it does. Every step is judged by waits of its own time alone.
"""

from collections import deque
from collections.abc import Sequence

from streaming.effort import EFFORTS, Effort, Step

WINDOW_S = 10.0
MOST_WAITS = 5_000
"""More than any machine makes passes in the window; of more the latest count."""
LEAST_WAITS = 5
"""Fewer tell of a hiccup and of no load."""
ENTERED_S = {
    Step.LONGER_INTERVAL: 1.5,
    Step.NO_TENTATIVE: 3.0,
    Step.NARROW_CONTEXT: 4.5,
    Step.NO_NEW_CALLS: 6.0,
}
"""The wait beyond which each step is taken, from the one before it. Calls that fill two cores wait some
1 s: looks that are asked for anew as soon as they are answered share a full machine better than rare ones."""
LEFT_AT = 0.5
"""The part of that below which it is left again."""
RISE_S = 2.0
"""Before the next step up, what the last one brought must have shown."""
CALM_S = 30.0
"""Before a step down, all this time it must have been calm."""


class Overload:
    """Told of each wait, and asked to look now and then; times are of one monotonic clock, in seconds.

    Where nobody ever asks it to look, all is done as ever.
    """

    def __init__(self) -> None:
        self.effort: Effort = EFFORTS[Step.AS_EVER]
        self.wait_s = 0.0
        """As it was at the last look."""
        self._waits: deque[tuple[float, float]] = deque(maxlen=MOST_WAITS)
        self._changed_s = float("-inf")
        self._calm_since_s: float | None = None

    @property
    def step(self) -> Step:
        """Where it is."""
        return self.effort.step

    def waited(self, wait_s: float, now_s: float) -> None:
        """A pass has begun that had waited so long."""
        self._waits.append((now_s, wait_s))

    def look(self, waiting_s: Sequence[float], now_s: float) -> bool:
        """Where it is now, with what still waits, and how long already; true where that is another step."""
        while self._waits and self._waits[0][0] < now_s - WINDOW_S:
            self._waits.popleft()
        self.wait_s = _p95([*(wait_s for _, wait_s in self._waits), *waiting_s])
        if self._is_over(self.step + 1):
            self._calm_since_s = None
            return self._go(self.step + 1, now_s) if now_s - self._changed_s >= RISE_S else False
        if self.step == Step.AS_EVER or self.wait_s > LEFT_AT * ENTERED_S[self.step]:
            self._calm_since_s = None
            return False
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        return self._go(self.step - 1, now_s) if now_s - self._calm_since_s >= CALM_S else False

    def _is_over(self, step: int) -> bool:
        return step < len(EFFORTS) and self.wait_s > ENTERED_S[Step(step)]

    def _go(self, step: int, now_s: float) -> bool:
        self.effort = EFFORTS[step]
        self._waits.clear()
        self._changed_s, self._calm_since_s = now_s, None
        return True


def _p95(waits_s: Sequence[float]) -> float:
    """The wait at 95 % of them, rounded down: one long wait among few is no load yet."""
    if len(waits_s) < LEAST_WAITS:
        return 0.0
    return sorted(waits_s)[int(0.95 * (len(waits_s) - 1))]

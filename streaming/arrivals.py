"""When sound arrived, by its place on the call's clock, so that lag can be measured; pure."""

from bisect import bisect_left
from collections import deque

KEPT_MS = 120_000


class Arrivals:
    """One call. Positions are in ms on the call's clock, times in seconds of any one monotonic clock."""

    def __init__(self) -> None:
        self._ends_ms: deque[int] = deque()
        self._times_s: deque[float] = deque()

    def note(self, end_ms: int, now_s: float) -> None:
        """Sound up to `end_ms` is here since `now_s`; what repeats an earlier position is not news."""
        if self._ends_ms and end_ms <= self._ends_ms[-1]:
            return
        self._ends_ms.append(end_ms)
        self._times_s.append(now_s)
        while self._ends_ms[0] < end_ms - KEPT_MS:
            self._ends_ms.popleft()
            self._times_s.popleft()

    def since(self, at_ms: int, now_s: float) -> int:
        """Milliseconds from the arrival of the sound at `at_ms` to now; 0 for sound that is not here."""
        index = bisect_left(self._ends_ms, at_ms)
        if index == len(self._ends_ms):
            return 0
        return max(0, round(1000 * (now_s - self._times_s[index])))

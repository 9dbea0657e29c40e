"""How fast one connection may go: a token bucket that says how long to wait; pure."""


class Pace:
    """So many a second on average, and `burst` at once. Time is given, in seconds of any clock that never goes back."""

    def __init__(self, per_s: float, burst: float, now_s: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = burst
        self._at_s = now_s

    def take(self, amount: float, now_s: float) -> float:
        """Uses some up; how many seconds to wait before going on, mostly none."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s) - amount
        self._at_s = now_s
        return max(0.0, -self._left / self._per_s)

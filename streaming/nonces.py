"""Which signed requests have come already, by the nonce that is in each, so that none counts twice; pure."""

MOST_KEPT = 10_000
"""More than are signed in so short a time; beyond it the oldest goes."""


class Nonces:
    """Remembers each for `kept_s`, which is as long as a signature holds; give it only such as are rightly signed."""

    def __init__(self, kept_s: float) -> None:
        self._kept_s = kept_s
        self._until_s: dict[str, float] = {}

    def is_new(self, nonce: str, now_s: float) -> bool:
        """Whether it comes for the first time, from now on remembered. `now_s` is of the clock of signatures."""
        while self._until_s and (len(self._until_s) >= MOST_KEPT or self._until_s[self._oldest] <= now_s):
            del self._until_s[self._oldest]
        if nonce in self._until_s:
            return False
        self._until_s[nonce] = now_s + self._kept_s
        return True

    @property
    def _oldest(self) -> str:
        return next(iter(self._until_s))

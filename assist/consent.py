"""Whether the prospect knows that the call is listened to, and so whether anything of it may be kept.

One gate a call, which every sink asks. What leaves the server at once (overlays, live help) is no concern of it.
"""

from collections.abc import Callable
from typing import Literal

import structlog

ConsentState = Literal["not_asked", "announced", "refused"]
Policy = Literal["unless_refused", "once_announced"]

log = structlog.get_logger()


class Consent:
    """One call's. Each sink asks `may_keep` before each write, and says by `on_refusal` how to undo what it wrote."""

    def __init__(self, policy: Policy) -> None:
        self._is_kept_unasked = policy == "unless_refused"
        self._state: ConsentState = "not_asked"
        self._deletions: list[Callable[[], None]] = []

    @property
    def state(self) -> ConsentState:
        """Where it stands."""
        return self._state

    @property
    def is_kept_unasked(self) -> bool:
        """Whether what is said before they were told may be kept."""
        return self._is_kept_unasked

    @property
    def may_keep(self) -> bool:
        """Whether anything may be written now."""
        return self._state == "announced" or (self._state == "not_asked" and self._is_kept_unasked)

    @property
    def is_kept(self) -> bool:
        """Whether the call is being kept, or something of it is there still that should be gone."""
        return self.may_keep or (self._state == "refused" and bool(self._deletions))

    def on_refusal(self, delete: Callable[[], None]) -> None:
        """`delete` removes all that a sink has written of this call; it may raise OSError, and is called once."""
        self._deletions.append(delete)

    def announce(self) -> None:
        """The prospect was told, and goes on. A refusal stands."""
        if self._state == "not_asked":
            self._state = "announced"

    def refuse(self) -> None:
        """The prospect does not want it: nothing more may be written, and what was is deleted.

        What could not be deleted is logged, and tried again when it is refused again.
        """
        self._state = "refused"
        left = []
        for delete in self._deletions:
            try:
                delete()
            except OSError as error:
                log.error("refused_call_not_deleted", error=error.strerror)
                left.append(delete)
        self._deletions = left

"""When a call is to be told that its words come late, or that a busy machine leaves something out; pure."""

from assist.overlay_events import Lagging
from streaming.effort import Step

LATE_MS = 3_000  # speech that waits longer is told as late
ON_TIME_MS = 1_000


class Lateness:
    """Asked with every frame: what has changed, once for each change; `told` is what another node told last."""

    def __init__(self, told: Lagging | None) -> None:
        self._told = (told.is_late, told.step) if told else (False, 0)

    def look(self, waiting_ms: int, step: Step) -> Lagging | None:
        """`waiting_ms` is how much speech nobody has looked at yet, `step` what the machine leaves out by now."""
        was_late, _ = self._told
        now = (waiting_ms >= ON_TIME_MS if was_late else waiting_ms > LATE_MS, int(step))
        if now == self._told:
            return None
        self._told = now
        return Lagging(now[0], waiting_ms, now[1])

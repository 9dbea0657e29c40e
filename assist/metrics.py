"""What is counted of calls, for Prometheus, and the page that tells it. No label has a call's id or a word in it."""

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallStarted,
    CueHeard,
    Lagging,
    OverlayEvent,
    SuggestionShown,
    SuggestionUsed,
    SuggestionWithdrawn,
    Technique,
    TranscriptChanged,
)
from streaming.metrics import SECONDS
from streaming.product import Page
from streaming.types import Speaker

LAG = Histogram(
    "assist_lag_seconds",
    "From the arrival of a word's sound to its first appearance (`shown`), its committed form (`committed`), "
    "or the suggestion that it earned (`suggestion`).",
    ["stage"],
    buckets=SECONDS,
)
CALLS = Counter("assist_calls", "Calls that began.", ["protocol"])
CALLS_RUNNING = Gauge("assist_calls_running", "Calls under way.")
CALLS_ENDED = Counter("assist_calls_ended", "Calls that ended.", ["reason"])
LATE = Counter("assist_late", "Times that words of a call came to be late.")
GAPS = Counter("assist_gaps", "Stretches of sound that were lost.", ["speaker"])
LOST = Counter("assist_sound_lost_seconds", "Sound that was lost.", ["speaker"])
CUES = Counter("assist_cues", "Cues that were heard.", ["kind"])
SUGGESTIONS = Counter(
    "assist_suggestions",
    "Suggestions: `shown`, then what became of them (`said`, `own_words`, or why they were withdrawn).",
    ["technique", "outcome"],
)
BUS_WAITING = Gauge("assist_bus_waiting", "Events of calls that other servers cannot have yet.")
BUS_DROPPED = Counter("assist_bus_dropped", "Events that other servers never had: the bus was away for too long.")


def page() -> Page:
    """All that is counted here and in `streaming`, as Prometheus reads it."""
    return Page(CONTENT_TYPE_LATEST, generate_latest())


class CallMeter:
    """Counts what one call is told. `lag_ms` tells how long ago the sound at a time of the call's clock arrived."""

    def __init__(self, lag_ms: Callable[[int], int]) -> None:
        self._lag_ms = lag_ms
        self._is_late = False
        self._techniques: dict[str, Technique] = {}
        self._shown_ms: dict[Speaker, int] = {}
        self._committed_ms: dict[Speaker, int] = {}

    def counting(self, publish: Callable[[int, OverlayEvent], None]) -> Callable[[int, OverlayEvent], None]:
        """What publishes an event and counts it."""

        def tell(at_ms: int, event: OverlayEvent) -> None:
            publish(at_ms, event)
            self.told(event)

        return tell

    def until(self, on_end: Callable[[], None]) -> Callable[[], None]:
        """The call runs here until what this gives is called; it calls `on_end`."""
        CALLS_RUNNING.inc()

        def end() -> None:
            CALLS_RUNNING.dec()
            on_end()

        return end

    def told(self, event: OverlayEvent) -> None:
        """One event, as soon as it was told."""
        match event:
            case TranscriptChanged():
                self._words(event)
            case CallStarted():
                CALLS.labels(event.protocol).inc()
            case CallEnded():
                CALLS_ENDED.labels(event.reason).inc()
            case AudioLost():
                GAPS.labels(event.speaker).inc()
                LOST.labels(event.speaker).inc(event.duration_ms / 1000)
            case Lagging(is_late):
                LATE.inc(is_late and not self._is_late)
                self._is_late = is_late
            case CueHeard():
                CUES.labels(event.cue_kind).inc()
            case SuggestionShown() | SuggestionUsed() | SuggestionWithdrawn():
                self._suggestion(event)

    def _words(self, event: TranscriptChanged) -> None:
        committed = max((word.end_ms for word in event.words if word.committed), default=0)
        self._count("shown", self._shown_ms, event.speaker, event.end_ms)
        self._count("committed", self._committed_ms, event.speaker, committed)

    def _count(self, stage: str, told: dict[Speaker, int], speaker: Speaker, end_ms: int) -> None:
        """The newest word's lag, where there is a newer one than was told before."""
        if end_ms > told.get(speaker, 0):
            told[speaker] = end_ms
            LAG.labels(stage).observe(self._lag_ms(end_ms) / 1000)

    def _suggestion(self, event: SuggestionShown | SuggestionUsed | SuggestionWithdrawn) -> None:
        match event:
            case SuggestionShown():
                self._techniques[event.id] = event.technique
                SUGGESTIONS.labels(event.technique, "shown").inc()
                LAG.labels("suggestion").observe(event.lag_ms / 1000)
            case SuggestionUsed():
                self._outcome(event.id, event.how)
            case SuggestionWithdrawn():
                self._outcome(event.id, event.reason)

    def _outcome(self, suggestion: str, outcome: str) -> None:
        technique = self._techniques.get(suggestion)
        if technique is not None:
            SUGGESTIONS.labels(technique, outcome).inc()

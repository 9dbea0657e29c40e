"""What a call tells its tape: each frame, and how much of the sound before it is understood."""

from collections.abc import Callable, Mapping

from assist.awaited import awaited
from assist.sealing import Known
from assist.tape import Tape
from assist.weaving import OPEN_MS
from streaming.redaction.marking import LATE_MS
from streaming.redaction.redactor import Redactor, Stretch
from streaming.types import FRAME_MS, AudioFrame, Gap, Settled, Speaker
from streaming.utterance import PRE_ROLL_MS

WRITTEN_S = 5.0  # the most that the end of a call waits for its sound to be whole on the disk


class Taping:
    """One call's; without a tape nothing is kept. `settled` tells how far each speaker's words are told."""

    def __init__(self, tape: Tape | None, redactor: Redactor, settled: Callable[[], Mapping[Speaker, Settled]]) -> None:
        self._tape = tape
        self._redactor = redactor
        self._settled = settled
        self._unheard: list[Stretch] = []
        self._is_kept = False
        self._ends_ms = 0

    @property
    def is_kept(self) -> bool:
        """Whether the last frame is to be kept."""
        return self._is_kept

    def hear(self, frame: AudioFrame) -> bool:
        """Takes a frame that the call has heard; whether `is_kept` is another than before."""
        if self._tape is None:
            return False
        self._ends_ms = max(self._ends_ms, frame.start_ms + FRAME_MS)
        before, self._is_kept = self._is_kept, self._tape.hear(frame, self._known())
        return before != self._is_kept

    def lose(self, gap: Gap) -> None:
        """The recogniser never heard this, so nobody knows what is said in it: it is silence."""
        start_ms, end_ms = max(0, gap.start_ms - LATE_MS), gap.start_ms + gap.duration_ms + LATE_MS
        if self._unheard and start_ms <= self._unheard[-1].end_ms and self._unheard[-1].start_ms <= end_ms:
            last = self._unheard.pop()  # while recognition is behind, it loses a frame at a time
            start_ms, end_ms = min(start_ms, last.start_ms), max(end_ms, last.end_ms)
        self._unheard.append(Stretch(start_ms, end_ms))

    def keep(self, is_all_told: bool) -> None:
        """No more sound comes; what is not understood now never will be."""
        if self._tape is not None:
            known = self._known()
            self._tape.keep(Known(self._ends_ms, known.hidden) if is_all_told else known)

    async def written(self) -> None:
        """Waits until it is on the disk, or gone, but not for long."""
        if self._tape is not None:
            await awaited(self._tape.join, WRITTEN_S)

    def _known(self) -> Known:
        """A number that is told next may be hidden from a little before its first word on."""
        until_ms = min(map(self._told_ms, self._settled().values()))
        if (undecided_ms := self._redactor.undecided_ms) is not None:
            until_ms = min(until_ms, undecided_ms)
        return Known(max(0, until_ms - LATE_MS), (*self._redactor.hidden, *self._unheard))

    def _told_ms(self, settled: Settled) -> int:
        # Of a speaker who is silent there may be no frames: what came so much later the tape would not take.
        silent_ms = 0 if settled.has_begun else self._ends_ms - OPEN_MS - PRE_ROLL_MS
        return max(settled.to_ms, silent_ms)

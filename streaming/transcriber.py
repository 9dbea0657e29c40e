"""One speaker of one call: frames and hypotheses in, recognition requests and words out; pure.

At most one request is under way. So a slow machine never builds a queue: the next request simply covers more sound.
"""

from collections import deque
from collections.abc import Callable

import msgspec

from streaming.effort import AS_EVER, Effort
from streaming.engines.contract import Hypothesis, Request
from streaming.listening import Before, Listening
from streaming.types import BEGINNING, FRAME_BYTES, FRAME_MS, AudioFrame, Gap, Settled, Speaker, Word, Words
from streaming.utterance import PRE_ROLL_MS, Segmenter, Utterance

BACKLOG_MS = 28_000  # sound waiting for a pass; what is older is let go. Whisper takes 30 s at once

RECENT_MS = 45_000  # sound kept as context for last passes
RECENT_STEP_MS = 1_000
RECENT_UTTERANCES = 12

BRIDGED_MS = 200  # a hole this short is heard as silence: on a line that loses packets an end there would cut words


class Transcriber:
    """Give it every frame by `hear`; ask for a `request`, and `answer` it, whenever the recogniser is free."""

    def __init__(
        self,
        speaker: Speaker,
        is_speech: Callable[[bytes], bool],
        expected: tuple[str, ...] = (),
        settled: Settled = BEGINNING,
    ) -> None:
        """`settled` is how far another came with this speaker: the first frame to be heard is the next."""
        self._speaker = speaker
        self._expected = expected
        self._segmenter = Segmenter(is_speech)
        self._pending: deque[Listening] = deque()
        self._next_utterance = settled.utterance
        self._is_under_way = False
        self._heard_ms = self._told_ms = settled.to_ms
        self._recent = Utterance(settled.to_ms)
        if settled.has_begun:
            self._pending.append(Listening(self._segmenter.go_on(settled.to_ms), settled.committed))
        self._said: deque[tuple[Word, ...]] = deque(maxlen=RECENT_UTTERANCES)

    @property
    def waiting_ms(self) -> int:
        """How much speech nobody has looked at yet."""
        return sum(listening.waiting_ms for listening in self._pending)

    @property
    def settled(self) -> Settled:
        """How far it is, for another to go on; on a frame's boundary."""
        if not self._pending:
            # The pre-roll of an utterance that begins next is not told yet; what was told is.
            to_ms = max(self._told_ms, self._heard_ms - PRE_ROLL_MS)
            return Settled(to_ms // FRAME_MS * FRAME_MS, self._next_utterance)
        first = self._pending[0]
        to_ms = first.settled_ms // FRAME_MS * FRAME_MS
        return Settled(to_ms, self._next_utterance, True, tuple(first.committed))

    @property
    def is_idle(self) -> bool:
        """No utterance is open or waiting."""
        return not self._pending

    @property
    def is_going_on(self) -> bool:
        """An utterance waits behind the one that is under way."""
        return len(self._pending) > 1 and self._pending[1].waiting_ms > 0

    def hear(self, frame: AudioFrame) -> tuple[Words | Gap, ...]:
        """Takes one frame; tells what ended with it, or had to be let go because recognition is too far behind."""
        begun = self._segmenter.hear(frame)
        self._heard_ms = frame.start_ms + FRAME_MS
        self._recent.add(frame.pcm, is_speech=False)
        if frame.start_ms % RECENT_STEP_MS == 0:
            self._recent.forget_before(self._heard_ms - RECENT_MS)
        if begun is not None:
            self._pending.append(Listening(begun))
        return self._shed() + self._settle()

    def warm(self, frame: AudioFrame) -> None:
        """Takes a frame from before `settled`: its words are told, but the voice detector is to know the voice."""
        self._segmenter.warm(frame)

    def skip(self, gap: Gap) -> tuple[Words | Gap, ...]:
        """Sound is missing here: what was said before it ends, unless the hole is too short for an end."""
        if gap.duration_ms <= BRIDGED_MS:
            starts = range(gap.start_ms, gap.start_ms + gap.duration_ms, FRAME_MS)
            return tuple(t for ms in starts for t in self.hear(AudioFrame(gap.speaker, ms, bytes(FRAME_BYTES))))
        self._heard_ms = max(self._heard_ms, gap.start_ms + gap.duration_ms)
        self._recent = Utterance(self._heard_ms)
        return self.finish()

    def finish(self) -> tuple[Words | Gap, ...]:
        """No more frames will come for now."""
        self._segmenter.end()
        return self._settle()

    def request(self, effort: Effort = AS_EVER) -> Request | None:
        """The pass that is due now, if one is, of no more effort; `answer` or `fail` must follow before the next."""
        if self._is_under_way or not self._pending:
            return None
        request = self._pending[0].request(self._speaker, Before(self._recent, tuple(self._said)), effort)
        self._is_under_way = request is not None
        return request and msgspec.structs.replace(request, expected=self._expected)

    def answer(self, hypothesis: Hypothesis) -> tuple[Words | Gap, ...]:
        """The words as they stand after a pass, oldest first."""
        self._is_under_way = False
        listening = self._pending[0]
        listening.take(hypothesis)
        told: list[Words | Gap] = []
        if listening.is_page_full:
            told.append(self._final(listening))
            listening.turn_page()
        if not listening.is_settled and (listening.committed or listening.tentative):
            told.append(self._interim(listening))
        return (*told, *self._caught_up())

    def fail(self) -> tuple[Words | Gap, ...]:
        """The pass under way failed, and was tried again in vain: its sound is given up."""
        self._is_under_way = False
        given_up = self._pending[0].give_up(self._speaker)
        self._forget_lost()
        return given_up + self._caught_up()

    def _caught_up(self) -> tuple[Words | Gap, ...]:
        # While the pass was under way more sound may have come than the next one can take.
        return self._settle() + self._shed() + self._settle()

    def _settle(self) -> tuple[Words | Gap, ...]:
        told = []
        while self._pending and self._pending[0].is_settled and not self._is_under_way:
            listening = self._pending.popleft()
            listening.commit_all()
            self._told_ms = max(self._told_ms, listening.speech_end_ms)
            if listening.committed:
                told.append(self._final(listening))
        return tuple(told)

    def _shed(self) -> tuple[Words | Gap, ...]:
        oldest_ms = self._heard_ms - BACKLOG_MS
        if not self._pending or self._is_under_way or self._pending[0].start_ms >= oldest_ms:
            return ()
        shed = self._pending[0].shed(self._speaker, oldest_ms)
        self._forget_lost()
        return shed

    def _forget_lost(self) -> None:
        # What was told as lost must not come back as context of a later pass.
        self._recent.forget_before(self._pending[0].start_ms)

    def _final(self, listening: Listening) -> Words:
        self._next_utterance += 1
        self._said.append(tuple(listening.committed))
        return Words(self._speaker, self._next_utterance - 1, tuple(listening.committed), (), True)

    def _interim(self, listening: Listening) -> Words:
        return Words(self._speaker, self._next_utterance, tuple(listening.committed), listening.tentative, False)

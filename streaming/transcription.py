"""Keeps one speaker's transcriber busy: sound in, passes by the recogniser, words out."""

import asyncio
from collections.abc import Callable

from streaming.errors import EngineFailed
from streaming.tiers import Tiers
from streaming.transcriber import Transcriber
from streaming.types import AudioFrame, Gap, Settled, Words

Tell = Callable[[Words | Gap], None]


class Transcription:
    """`hear` never waits; `run` makes the passes and ends once `finish` was called and all is told."""

    def __init__(self, transcriber: Transcriber, recogniser: Tiers, tell: Tell) -> None:
        self._transcriber = transcriber
        self._recogniser = recogniser
        self._tell = tell
        self._changed = asyncio.Event()
        self._goes_on = asyncio.Event()
        self._is_finished = False

    @property
    def waiting_ms(self) -> int:
        """Speech that nobody has looked at yet."""
        return self._transcriber.waiting_ms

    @property
    def settled(self) -> Settled:
        """How far its words are told, for another to go on."""
        return self._transcriber.settled

    def hear(self, frame: AudioFrame) -> None:
        """Takes the speaker's next frame."""
        self._tell_all(self._transcriber.hear(frame))
        self._changed.set()
        if self._transcriber.is_going_on:
            self._goes_on.set()

    def warm(self, frame: AudioFrame) -> None:
        """Takes a frame from before what is to be told."""
        self._transcriber.warm(frame)

    def skip(self, gap: Gap) -> None:
        """Takes note of sound that is missing."""
        self._tell_all(self._transcriber.skip(gap))
        self._changed.set()

    def flush(self) -> None:
        """What is being said ends here, as far as its words go."""
        self._tell_all(self._transcriber.finish())
        self._changed.set()

    def finish(self) -> None:
        """No more sound will come."""
        self._is_finished = True
        self.flush()

    async def run(self) -> None:
        """Until finished. Cancelling loses what is not yet told."""
        while not (self._is_finished and self._transcriber.is_idle):
            request = self._transcriber.request(self._recogniser.overload.effort)
            if request is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            self._goes_on.clear()
            try:
                hypothesis = await self._recogniser.recognise(request, self._goes_on)
            except EngineFailed:
                self._tell_all(self._transcriber.fail())
            else:
                self._tell_all(self._transcriber.answer(hypothesis))

    def _tell_all(self, told: tuple[Words | Gap, ...]) -> None:
        for item in told:
            self._tell(item)

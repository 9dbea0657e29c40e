"""The last of what both sides said in a live call, unfinished utterances included; one call's, pure."""

from collections import deque

from assist.talk.stretch import Stretch, stretch_of
from streaming.types import Speaker, Words

FINISHED_KEPT = 40
"""Utterances: some minutes of talk. What was said before that, nothing here is about."""


class Recent:
    """What was said lately."""

    def __init__(self) -> None:
        self._finished: deque[Stretch] = deque(maxlen=FINISHED_KEPT)
        self._unfinished: dict[tuple[Speaker, int], Stretch] = {}

    def hear(self, words: Words) -> None:
        """Takes an utterance as it stands now."""
        stretch = stretch_of(words.speaker, words.all)
        # The utterance before may still be finishing; older ones are settled.
        self._unfinished = {
            (speaker, number): said
            for (speaker, number), said in self._unfinished.items()
            if speaker != words.speaker or number in (words.utterance - 1, words.utterance + 1)
        }
        if stretch is not None and words.is_final:
            self._finished.append(stretch)
        elif stretch is not None:
            self._unfinished[words.speaker, words.utterance] = stretch

    @property
    def finished(self) -> tuple[Stretch, ...]:
        """The utterances that stand, in order of their beginning."""
        return tuple(sorted(self._finished, key=lambda stretch: (stretch.start_ms, stretch.end_ms)))

    @property
    def all(self) -> tuple[Stretch, ...]:
        """Those that stand and those being said, in order of their beginning."""
        both = (*self._finished, *self._unfinished.values())
        return tuple(sorted(both, key=lambda stretch: (stretch.start_ms, stretch.end_ms)))

"""Runs the detectors over one call's words; tells what is newly heard and what went away."""

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import structlog

import detectors
from detectors.contract import Cue, CueKind, Detector, Turn
from streaming import plugins
from streaming.agreement import stands_in
from streaming.types import Speaker, Words, text_of

TURNS_KEPT = 6
"""What was said before that is a context for a detector; older talk is about something else."""

log = structlog.get_logger()


class Heard(msgspec.Struct, frozen=True):
    """What one update of an utterance brought.

    `new`: heard for the first time, or told before with `firm` false and now firm. `gone`: told before with `firm`
    false, as it was told, and no longer heard: its words are others now, or the utterance has ended without it.
    """

    new: tuple[Cue, ...]
    gone: tuple[Cue, ...]


Told = dict[tuple[CueKind, str], Cue]


class Detection:
    """One call's listening; give each call its own. `loaded` are the detectors by name, which calls may share."""

    def __init__(self, loaded: Mapping[str, Detector]) -> None:
        self._listening = dict(loaded)
        self._muted: list[str] = []
        self._before: deque[Turn] = deque(maxlen=TURNS_KEPT)
        self._told: dict[tuple[Speaker, int], Told] = {}

    @property
    def muted(self) -> tuple[str, ...]:
        """The detectors that failed in this call and are not asked again, in the order of their failing."""
        return tuple(self._muted)

    def hear(self, words: Words) -> Heard:
        """Takes an utterance as it stands now. A class of cue is told of once an utterance, the first firm one."""
        now: Told = {}
        for cue in self._cues(words):
            key = (cue.kind, cue.name)
            if key not in now or (cue.firm and not now[key].firm):
                now[key] = cue
        told = self._told_of(words)
        new = tuple(cue for key, cue in now.items() if key not in told or (cue.firm and not told[key].firm))
        # What half a sentence makes doubtful the other half may make plain again: as long as nothing was misheard, its
        # end settles it.
        missed = tuple(cue for key, cue in told.items() if not cue.firm and key not in now)
        gone = tuple(cue for cue in missed if words.is_final or not stands_in(cue.quote, words.all))
        for cue in gone:
            del told[cue.kind, cue.name]
        told.update({(cue.kind, cue.name): cue for cue in new})
        self._note_turn(words)
        return Heard(new, gone)

    def recall(self, words: Words, cues: tuple[Cue, ...]) -> Heard:
        """Takes an utterance as another heard it: with these cues, which count as told."""
        self._told_of(words).update({(cue.kind, cue.name): cue for cue in cues})
        self._note_turn(words)
        return Heard(cues, ())

    def _note_turn(self, words: Words) -> None:
        if words.is_final and words.all:
            self._before.append(_turn(words))

    def _cues(self, words: Words) -> Iterator[Cue]:
        before = tuple(self._before)
        for name, detector in tuple(self._listening.items()):
            try:
                yield from detector.hear(words, before)
            except Exception as error:
                # One of the two places where anything is caught: a detector is a plug-in, maybe a stranger's, and a
                # fault in one kind of listening must not end a call that the others can go on with.
                del self._listening[name]
                self._muted.append(name)
                # The type alone: the text of the error may quote what was said.
                log.error("detector_muted", detector=name, error=type(error).__name__)

    def _told_of(self, words: Words) -> Told:
        # Utterances of one speaker come in order; the one before may still be finishing, older ones are settled.
        settled = [key for key in self._told if key[0] == words.speaker and key[1] < words.utterance - 1]
        for key in settled:
            del self._told[key]
        return self._told.setdefault((words.speaker, words.utterance), {})


def load_detectors(cache_dir: Path) -> dict[str, Detector]:
    """Every plug-in of `detectors/` by its name; raises what a detector raises when its data cannot be read.

    What they make once, such as a model, lies in `cache_dir`.
    """
    return {name: plugins.load(detectors, name).create(cache_dir) for name in plugins.names(detectors)}


def _turn(words: Words) -> Turn:
    return Turn(words.speaker, text_of(words.all), words.all[0].start_ms, words.all[-1].end_ms)

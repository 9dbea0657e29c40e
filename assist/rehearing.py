"""What another node told of a call, heard again a little at a time while the call goes on here.

Words of now are told at once; what is made of them waits until all that was said before them has been heard.
"""

import asyncio
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from assist.call_log import Entry
from assist.conversation import MIXED_SHARE, Conversation
from assist.handover import Past, words_of
from assist.overlay_events import CueHeard, CueWithdrawn, SuggestionWithdrawn, TranscriptChanged
from assist.overlay_messages import Dismiss, OfSuggestion
from detectors.contract import Cue, CueKind
from streaming.types import Speaker, Words

SLICE_S = 0.01
"""All else that a node does waits for so long at a time, or for one turn; an hour's call takes seconds."""

Utterance = tuple[Speaker, int]


class Turns:
    """A node's calls that hear their past again do so in turn: however many there are, they take half of its time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def go_through(self, steps: Iterator[None]) -> None:
        """Takes steps until there are no more: for some 10 ms, then rests for as long, and so on. Safe to cancel."""
        is_done = False
        while not is_done:
            async with self._turn:
                begun_s = time.monotonic()
                is_done = not any(time.monotonic() - begun_s >= SLICE_S for _ in steps)
                await asyncio.sleep(time.monotonic() - begun_s)


class Resumed:
    """A conversation that another node began, in its place. `clock_ms` tells the call's clock.

    What waits is bounded: an utterance waits once, as it was told last, and of replies the last.
    """

    def __init__(self, conversation: Conversation, past: Past, clock_ms: Callable[[], int]) -> None:
        self._conversation = conversation
        self._past: Past | None = past
        self._clock_ms = clock_ms
        self._waiting: dict[Utterance, Words] = {}
        self._reply: OfSuggestion | None = None
        self._has_heard_all = False

    def hear(self, words: Words, now_ms: int) -> None:
        """As a conversation does."""
        if self._has_heard_all:
            self._conversation.hear(words, now_ms)
            return
        self._conversation.tell(words, now_ms)
        utterance = (words.speaker, words.utterance)
        self._waiting.pop(utterance, None)
        self._waiting[utterance] = words

    def tick(self, now_ms: int) -> None:
        """As a conversation does."""
        if self._has_heard_all:
            self._conversation.tick(now_ms)

    def take(self, reply: OfSuggestion, now_ms: int) -> None:
        """As a conversation does. Until all is heard only what the other node showed can be meant."""
        if self._has_heard_all:
            self._conversation.take(reply, now_ms)
        else:
            self._reply = reply

    def steps(self) -> Iterator[None]:
        """Hears it all, an event a step. Call it once: it is not held any longer."""
        past, self._past = self._past, None
        assert past is not None
        self._conversation.is_muted = True
        for _ in _rehear(self._conversation, past):
            yield
        self._conversation.is_muted = False
        self._conversation.go_on(*past.shown, self._clock_ms())
        if self._reply is not None:
            self._conversation.take(self._reply, self._clock_ms())
        while self._waiting:
            words = self._waiting.pop(next(iter(self._waiting)))
            self._conversation.tick(self._clock_ms())
            self._conversation.weigh(words, self._clock_ms())
            yield
        self._has_heard_all = True


def _rehear(conversation: Conversation, past: Past) -> Iterator[None]:
    """What was told is taken as told, cues too, and not detected again; what is worth saying back is judged again."""
    cues = cues_of(past.entries)
    for entry in past.entries:
        at_ms = entry.at_ms
        conversation.tick(at_ms)
        match entry.event:
            case TranscriptChanged(speaker, utterance):
                conversation.weigh(words_of(entry.event), at_ms, cues.get((speaker, utterance), ()))
            case SuggestionWithdrawn(id_, "dismissed"):
                conversation.take(Dismiss("", id_), at_ms)
        yield


def cues_of(entries: Iterable[Entry]) -> Mapping[Utterance, tuple[Cue, ...]]:
    """The cues that were told and stand, by the utterance that they were heard in."""
    events = [entry.event for entry in entries]
    begins = _begins(event for event in events if isinstance(event, TranscriptChanged) and event.words)
    standing = defaultdict[tuple[Speaker, CueKind, str], dict[int, Cue]](dict)
    for event in events:
        match event:
            case CueHeard(name, kind, speaker):
                middle_ms = (event.start_ms + event.end_ms) // 2
                before = begins[speaker][: bisect_right(begins[speaker], (middle_ms, 0)) or 1]
                if before:
                    standing[speaker, kind, name][before[-1][1]] = _cue_of(event)
            case CueWithdrawn(name, kind, speaker) if standing[speaker, kind, name]:
                standing[speaker, kind, name].popitem()
    found = defaultdict[Utterance, tuple[Cue, ...]](tuple)
    for (speaker, _, _), by_utterance in standing.items():
        for utterance, cue in by_utterance.items():
            found[speaker, utterance] += (cue,)
    return found


def _begins(told: Iterable[TranscriptChanged]) -> Mapping[Speaker, list[tuple[int, int]]]:
    """Where each speaker's utterances begin, in order, and their numbers."""
    begins = defaultdict[Speaker, list[tuple[int, int]]](list)
    for (speaker, utterance), start_ms in {(one.speaker, one.utterance): one.start_ms for one in told}.items():
        begins[speaker].append((start_ms, utterance))
    for those in begins.values():
        those.sort()
    return begins


def _cue_of(told: CueHeard) -> Cue:
    """As the detector had it, which takes the words of both parties on one channel for the prospect's."""
    is_mixed = told.speaker == "mixed"
    speaker: Speaker = "prospect" if is_mixed else told.speaker
    confidence = told.confidence / MIXED_SHARE if is_mixed else told.confidence
    return Cue(told.cue_kind, told.cue, speaker, told.quote, told.start_ms, told.end_ms, confidence, told.firm)

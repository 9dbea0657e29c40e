"""What a node leaves beside a call's log so that another can go on with it, and how that one makes it out; pure.

Words are taken from the log alone: what was kept out of that comes from nowhere else either.
"""

import hashlib
import hmac
from collections.abc import Iterable

import msgspec

from assist.call_log import Entry
from assist.overlay_events import (
    Lagging,
    RecordingChanged,
    SuggestionShown,
    SuggestionWithdrawn,
    TranscriptChanged,
)
from streaming.bus.contract import Place
from streaming.types import Settled, Speaker, Word, Words
from streaming.voice_activity import GRID_MS, WARM_UP_MS


class Handover(msgspec.Struct, frozen=True):
    """How far a call is, and how its source's conversation began; `clock_ms` is the latest time that was told.

    Of the token there is only what it can be known by. `foreseen` are the cues that what was thought of before the call
    makes likely: to find them takes some hundredths of a second a thought. `taken` is how far replies from other nodes
    were taken, so that none is taken twice.
    """

    protocol: str
    opening: str
    token_sha256: bytes
    clock_ms: int
    settled: dict[Speaker, Settled]
    foreseen: frozenset[str] = frozenset()
    taken: Place = Place(0, -1)

    @property
    def from_ms(self) -> int:
        """From where on sound is needed again."""
        return needed_from_ms(self.settled.values())

    def is_of(self, token: str) -> bool:
        """Whether that is the token of whoever began the call."""
        return hmac.compare_digest(digest(token), self.token_sha256)


class Past(msgspec.Struct, frozen=True):
    """A call as another node left it: its handover and its whole log, which has that epoch and turn on the bus."""

    handover: Handover
    entries: tuple[Entry, ...]
    epoch: int = 0
    turn: int = 0

    def settled(self, speaker: Speaker) -> Settled:
        """How far that speaker is, with the words that were committed of what they were saying."""
        settled = self.handover.settled[speaker]
        told = (entry.event for entry in self.entries if isinstance(entry.event, TranscriptChanged))
        last = [event for event in told if (event.speaker, event.utterance) == (speaker, settled.utterance)]
        committed = words_of(last[-1]).committed if last and settled.has_begun else ()
        return msgspec.structs.replace(settled, committed=committed)

    @property
    def shown(self) -> tuple[int, str | None]:
        """How many suggestions were shown, and which one stands."""
        shown, live = 0, None
        for entry in self.entries:
            match entry.event:
                case SuggestionShown(id_):
                    shown, live = max(shown, int(id_[1:])), id_
                case SuggestionWithdrawn(id_):
                    live = None if live == id_ else live
        return shown, live

    @property
    def is_recorded(self) -> bool:
        """Whether that node kept its sound."""
        told = [entry.event.is_on for entry in self.entries if isinstance(entry.event, RecordingChanged)]
        return bool(told) and told[-1]

    @property
    def lagging(self) -> Lagging | None:
        """What it was told last of lateness, if it was told anything."""
        told = [entry.event for entry in self.entries if isinstance(entry.event, Lagging)]
        return told[-1] if told else None


class Claimed(msgspec.Struct, frozen=True):
    """A call that was another node's until now."""

    fence: int
    past: Past


def needed_from_ms(settled: Iterable[Settled]) -> int:
    """From where on another node needs the sound: what lies before the first untold word warms its voice detectors."""
    return max(0, (min(one.to_ms for one in settled) - WARM_UP_MS) // GRID_MS * GRID_MS)


def digest(token: str) -> bytes:
    """What a token of 128 random bits or more is known by."""
    return hashlib.sha256(token.encode()).digest()


def encode(handover: Handover) -> bytes:
    """As it is left beside the log, without words."""
    bare = {who: msgspec.structs.replace(settled, committed=()) for who, settled in handover.settled.items()}
    return msgspec.msgpack.encode(msgspec.structs.replace(handover, settled=bare))


def decode(state: bytes) -> Handover | None:
    """What was left; nothing, where a call has ended or nobody could come back to it."""
    return msgspec.msgpack.decode(state, type=Handover) if state else None


def words_of(event: TranscriptChanged) -> Words:
    """The words that an event told."""
    words = [Word(word.text, word.start_ms, word.end_ms, word.confidence) for word in event.words]
    count = sum(word.committed for word in event.words)
    return Words(event.speaker, event.utterance, tuple(words[:count]), tuple(words[count:]), event.is_final)

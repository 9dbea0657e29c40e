"""What a recogniser told of one channel, held against the times at which the words were said; pure.

No two systems time words alike and some do not time them at all. So none is asked: the text that stands in the end is
aligned, word by word, with a timeline that another model made of the same sound offline, and every word that is equal
there gets its time. Words are compared as Whisper's authors normalise them, one at a time, so that a number which is
written in two ways is missed by all alike.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import jiwer
import msgspec

from tests.bench.real_calls import normal_word, spread

PACKET_MS = 20
NEAR = 2  # a word may stand this many places off while those before it are still being revised


class Telling(msgspec.Struct, frozen=True):
    """All that was said of one channel so far, at `at_s` of the machine's monotonic clock.

    `committed` is what the protocol calls final; `tentative` follows it and may change.
    """

    at_s: float
    committed: str
    tentative: str


class Said(msgspec.Struct, frozen=True):
    """A normalised word of the timeline and when it was said, in seconds of the channel's sound."""

    word: str
    start_s: float
    end_s: float


class Judged(msgspec.Struct, frozen=True):
    """One channel: lags in seconds of words on the timeline, and counts."""

    shown_s: tuple[float, ...]
    committed_s: tuple[float, ...]
    said: int
    """words of the timeline"""
    final: int
    """words that stand in the end"""
    uncommitted: int
    """of those, such as were never committed"""
    shown: int
    """words that ever appeared"""
    taken_back: int
    """of those, such as went away"""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, each normalised on its own."""
    return tuple(part for word in text.split() for part in _parts(word))


def judged(tellings: Sequence[Telling], timeline: Sequence[Said], sent_s: Sequence[float]) -> Judged:
    """The lags of what stands in the end; `sent_s` is when each 20 ms of the sound were sent."""
    seen = [(one.at_s, words_of(one.committed), words_of(one.tentative)) for one in tellings]
    committed, tentative = seen[-1][1:] if seen else ((), ())
    final = committed + tentative
    shown_s, committed_s = [], []
    for place, said in _aligned(final, timeline):
        begun_s, ended_s = _sent(said.start_s, sent_s), _sent(said.end_s, sent_s)
        # Nobody hears a word before it begins: what looks so is another one like it.
        later = [one for one in seen if one[0] >= begun_s]
        shown = next((at_s for at_s, done, open_ in later if _is_near(final[place], place, done + open_)), None)
        stood = next((at_s for at_s, done, _ in later if place < len(done)), None)
        if shown is not None:
            shown_s.append(shown - ended_s)
        if stood is not None:
            committed_s.append(stood - ended_s)
    shown_count, gone = _flicker([done + open_ for _, done, open_ in seen])
    return Judged(tuple(shown_s), tuple(committed_s), len(timeline), len(final), len(tentative), shown_count, gone)


def figures(channels: Iterable[Judged]) -> dict[str, Any]:
    """Of several channels together: lags, and shares between 0 and 1.

    `never_committed` is the share of the timeline's words that no committed word stands for: missed, misheard or left
    open. `left_open` is the share of the words standing in the end that the protocol never called final.
    """
    listed = list(channels)
    said = sum(one.said for one in listed)
    committed = sum(len(one.committed_s) for one in listed)
    return {
        "shown_lag_s": spread([lag for one in listed for lag in one.shown_s]),
        "committed_lag_s": spread([lag for one in listed for lag in one.committed_s]),
        "never_committed": _share(said - committed, said),
        "left_open": _share(sum(one.uncommitted for one in listed), sum(one.final for one in listed)),
        "taken_back": _share(sum(one.taken_back for one in listed), sum(one.shown for one in listed)),
    }


@lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(normal_word(word).split())


def _aligned(final: Sequence[str], timeline: Sequence[Said]) -> list[tuple[int, Said]]:
    """Places of `final` with the words of the timeline that equal them, by the least number of edits."""
    if not final or not timeline:
        return []
    measured = jiwer.process_words(" ".join(said.word for said in timeline), " ".join(final))
    return [
        (chunk.hyp_start_idx + step, timeline[chunk.ref_start_idx + step])
        for chunk in measured.alignments[0]
        if chunk.type == "equal"
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def _sent(second: float, sent_s: Sequence[float]) -> float:
    packet = -(-round(second * 1000) // PACKET_MS) - 1
    return sent_s[min(len(sent_s) - 1, max(0, packet))]


def _is_near(word: str, place: int, words: tuple[str, ...]) -> bool:
    return word in words[max(0, place - NEAR) : place + NEAR + 1]


def _flicker(texts: Sequence[tuple[str, ...]]) -> tuple[int, int]:
    """Words that ever appeared, and those of them that the next text did not have any more."""
    shown = gone = 0
    for before, now in pairwise([(), *texts]):
        shown += (Counter(now) - Counter(before)).total()
        gone += (Counter(before) - Counter(now)).total()
    return shown, gone


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None

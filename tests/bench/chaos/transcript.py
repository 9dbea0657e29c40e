"""A call's words as an overlay has them, event by event, and which of them are lost or doubled; pure."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

Event = dict[str, Any]


class Transcript:
    """Folds events as the overlay's page does: what is seen already is let go, and `recovered: false` begins anew."""

    def __init__(self) -> None:
        self.epoch: int | None = None
        self.seq = -1
        self.begun_anew = 0
        self.seen_again = 0
        """events that came again within an epoch"""
        self.is_over = False
        self.lines: dict[tuple[int | None, int], int] = {}
        """what came under each epoch and number, as a hash"""
        self.conflicts = 0
        """other content under the same epoch and number: two have told of the call at the same time"""
        self._utterances: dict[tuple[str, int], Event] = {}

    def take(self, event: Event) -> None:
        """The next message of the overlay's socket."""
        if event["kind"] == "following":
            self._follow(event)
        elif "seq" in event:
            line = hash(json.dumps(event, sort_keys=True))
            self.conflicts += self.lines.setdefault((self.epoch, event["seq"]), line) != line
            if event["seq"] <= self.seq:
                self.seen_again += 1
                return
            self.seq = event["seq"]
            if event["kind"] == "transcript_changed":
                self._utterances[event["speaker"], event["utterance"]] = event
            self.is_over = self.is_over or event["kind"] == "call_ended"

    def words(self, final_only: bool = True) -> list[str]:
        """What stands, in order of time."""
        standing = [event for event in self._utterances.values() if event["is_final"] or not final_only]
        return [word["text"] for event in sorted(standing, key=lambda e: int(e["start_ms"])) for word in event["words"]]

    def timed(self) -> list[tuple[str, int, int]]:
        """Speaker, start and end of every final word, in ms of the call."""
        return [
            (speaker, word["start_ms"], word["end_ms"])
            for (speaker, _), event in self._utterances.items()
            if event["is_final"]
            for word in event["words"]
        ]

    def _follow(self, event: Event) -> None:
        if not event["recovered"]:
            self.begun_anew += self.seq >= 0
            self._utterances.clear()
            self.seq = -1
            self.is_over = False
        self.epoch = event["epoch"]


class Tally(msgspec.Struct, frozen=True):
    """Words that should be there and are not, and such as are there more than once; which, of a script."""

    lost: int
    doubled: int
    which: tuple[str, ...] = ()


def tally(expected: Iterable[str], told: Iterable[str]) -> Tally:
    """Of a script whose words are all different."""
    counts = Counter(told)
    lost = tuple(word for word in expected if word not in counts)
    twice = tuple(word for word, count in counts.items() if count > 1)
    return Tally(len(lost), sum(count - 1 for count in counts.values()), (*lost, *twice))


def tally_timed(expected: Iterable[tuple[str, int, int]], told: Iterable[tuple[str, int, int]]) -> Tally:
    """Of a real recogniser, which may hear the same sound otherwise: by times.

    A word is lost where nothing was told of that speaker within half a second of its middle, and doubled where
    another of the speaker covers most of the same time.
    """
    spoken = sorted(told, key=lambda word: word[1])
    lost = sum(not any(_is_near(word, other) for other in spoken) for word in expected)
    doubled = sum(
        one[0] == other[0] and min(one[2], other[2]) - max(one[1], other[1]) > 0.5 * max(one[2] - one[1], 100)
        for index, one in enumerate(spoken)
        for other in spoken[index + 1 : index + 8]
    )
    return Tally(lost, doubled)


NEAR_MS = 500


def _is_near(word: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    middle_ms = (word[1] + word[2]) / 2
    return word[0] == other[0] and other[1] - NEAR_MS <= middle_ms <= other[2] + NEAR_MS

"""One call's words on their way to everybody: what is or could become a payment or identity number is held or hidden.

A committed word never changes, so a digit is committed only once it is known what it is: when the speaker goes on with
something else, or says nothing for a while. Until then it is shown as a placeholder, or, while there are too few to
matter, as it is. Utterances stay in order: one that begins while the one before ends in such digits waits for it.
"""

import re
from collections import deque
from collections.abc import Sequence
from itertools import groupby

import msgspec

from streaming.redaction.marking import LATE_MS, PATIENCE_ASKED_MS, PATIENCE_MS, Mark, Scene, marks_of
from streaming.redaction.topics import Topic, topics_in
from streaming.types import Speaker, Word, Words

PLACEHOLDER = "[number]"
PAID_LASTS_MS = 180_000
KEPT_WORDS = 60
KEPT_TOPICS = 64
MOST_KNOWN = 32
WORDING = 4  # words before an utterance that a topic's wording may begin in
ENDINGS = ".,!?;:"
PRIVATE = ("held", "hidden")


class Stretch(msgspec.Struct, frozen=True):
    """A time of the call in which such a number was said: its sound must not be kept, on no channel."""

    start_ms: int
    end_ms: int


class _Side:
    """One speaker: `told` went out and is kept for what follows, the utterances in `waiting` are not told whole."""

    def __init__(self) -> None:
        self.told: deque[Word] = deque(maxlen=KEPT_WORDS)
        self.waiting: list[Words] = []
        self.taken = 0
        """How many committed words of the first that waits are decided on; `given` is what became of them."""
        self.given: tuple[Word, ...] = ()
        self.held: tuple[str, ...] = ()
        self.last: Words | None = None

    @property
    def is_speaking(self) -> bool:
        return bool(self.waiting) and not self.waiting[-1].is_final

    @property
    def ends_ms(self) -> int:
        return max((word.end_ms for words in self.waiting for word in words.all), default=0)


class Redactor:
    """One call's. Give it all words of all speakers as they are heard, and the time."""

    def __init__(self) -> None:
        self._sides: dict[Speaker, _Side] = {}
        self._topics: dict[tuple[Speaker, int], tuple[Topic, ...]] = {}
        self._known: deque[str] = deque(maxlen=MOST_KNOWN)
        self._hidden: list[Stretch] = []
        self._paid_ms = -PAID_LASTS_MS
        self._looked_ms = 0

    @property
    def hidden(self) -> tuple[Stretch, ...]:
        """The stretches of all numbers that were hidden so far, in the order in which they were."""
        return tuple(self._hidden)

    @property
    def undecided_ms(self) -> int | None:
        """Where the first words begin of which it is not known yet whether they are hidden; None: of all it is."""
        firsts = [side.waiting[0].all[side.taken :] for side in self._sides.values() if side.held]
        return min((words[0].start_ms for words in firsts if words), default=None)

    def first_held(self, speaker: Speaker) -> tuple[int, Word] | None:
        """A speaker's first committed word that is not told yet, with its utterance: another has to hear it again."""
        side = self._sides.get(speaker)
        rest = side.waiting[0].committed[side.taken :] if side and side.waiting else ()
        return (side.waiting[0].utterance, rest[0]) if side and rest else None

    def hear(self, words: Words, now_ms: int) -> tuple[Words, ...]:
        """Takes an utterance as it stands; gives what may be told, of this one and of any that waited."""
        side = self._sides.setdefault(words.speaker, _Side())
        if side.waiting and side.waiting[-1].utterance == words.utterance:
            side.waiting[-1] = words
        else:
            side.waiting.append(words)
        self._note_topics(side, words)
        told = self._tell(side, now_ms, is_update=True)
        return (*told, *self._look_again(now_ms, side))

    def tick(self, now_ms: int) -> tuple[Words, ...]:
        """Time passed on the call's clock: what waited long enough is decided."""
        before_ms, self._looked_ms = self._looked_ms, now_ms
        waits = [now_ms - side.ends_ms for side in self._sides.values() if side.held and not side.is_speaking]
        passed_ms = now_ms - before_ms
        is_due = any(
            0 <= wait - patience < passed_ms for wait in waits for patience in (PATIENCE_MS, PATIENCE_ASKED_MS)
        )
        return self._look_again(now_ms) if is_due else ()

    def finish(self) -> tuple[Words, ...]:
        """No more words will come: all is decided."""
        return self._look_again(None)

    def _look_again(self, now_ms: int | None, but: _Side | None = None) -> tuple[Words, ...]:
        sides = [side for side in self._sides.values() if side is not but and side.waiting]
        return tuple(told for side in sides for told in self._tell(side, now_ms, is_update=False))

    def _note_topics(self, side: _Side, words: Words) -> None:
        found = topics_in([*list(side.told)[-WORDING:], *words.all])
        self._topics.pop((words.speaker, words.utterance), None)
        if found:
            self._topics[words.speaker, words.utterance] = found
        if len(self._topics) > KEPT_TOPICS:
            del self._topics[next(iter(self._topics))]
        self._paid_ms = max(
            [self._paid_ms, *(topic.at_ms for topic in found if topic.kind in {"card", "code", "bank"})]
        )

    def _tell(self, side: _Side, now_ms: int | None, is_update: bool) -> list[Words]:
        """What may be told now of what waits; of the first that is not whole, how it stands."""
        told: list[Words] = []
        while side.waiting:
            first = side.waiting[0]
            self._decide(side, first, now_ms)
            rest = first.committed[side.taken :]
            if first.is_final and not rest:
                told.append(Words(first.speaker, first.utterance, side.given, (), True))
                del side.waiting[0]
                side.taken, side.given, side.last = 0, (), None
                continue
            interim = Words(first.speaker, first.utterance, side.given, self._shown(side, now_ms), False)
            if interim != side.last or (is_update and len(side.waiting) == 1):
                told.append(interim)
            side.last = interim
            return told
        side.held = ()
        return told

    def _decide(self, side: _Side, first: Words, now_ms: int | None) -> None:
        """Takes the words of the first utterance that are committed and of which it is known what they are."""
        committed = [word for words in side.waiting for word in words.committed][side.taken :]
        marks = marks_of(side.told, committed, self._scene(side, now_ms))
        waiting = list(zip(first.committed[side.taken :], marks, strict=False))
        for mark, group in groupby(waiting, key=lambda pair: pair[1]):
            words = tuple(word for word, _ in group)
            if mark.verdict not in {"clear", "hidden"}:
                return
            if mark.verdict == "hidden":
                self._hide(words, mark)
            side.given += _shown_as(words, mark)
            side.told.extend(words)
            side.taken += len(words)

    def _shown(self, side: _Side, now_ms: int | None) -> tuple[Word, ...]:
        """The rest of the first utterance as it may be seen by now, and note of the digits that are held."""
        words = [word for words in side.waiting for word in words.all][side.taken :]
        marks = marks_of(side.told, words, self._scene(side, now_ms))
        side.held = tuple({mark.run.digits: None for mark in marks if mark.run and mark.verdict in PRIVATE})
        first = zip(side.waiting[0].all[side.taken :], marks, strict=False)
        groups = groupby(first, key=lambda pair: pair[1])
        return tuple(word for mark, group in groups for word in _shown_as(tuple(word for word, _ in group), mark))

    def _hide(self, words: Sequence[Word], mark: Mark) -> None:
        self._hidden.append(Stretch(max(0, words[0].start_ms - LATE_MS), words[-1].end_ms + LATE_MS))
        if mark.run and not any(mark.run.digits in known for known in self._known):
            self._known.append(mark.run.digits)

    def _scene(self, side: _Side, now_ms: int | None) -> Scene:
        of_others = [
            topic
            for (speaker, _), topics in self._topics.items()
            if self._sides[speaker] is not side
            for topic in topics
        ]
        topics = sorted((topic for found in self._topics.values() for topic in found), key=lambda topic: topic.at_ms)
        last_ms = side.ends_ms
        return Scene(
            topics=tuple(topics),
            asked=tuple(sorted(topic.at_ms for topic in of_others if topic.is_firm)),
            known=tuple(self._known),
            held_elsewhere=tuple(
                digits for other in self._sides.values() if other is not side for digits in other.held
            ),
            has_paid=last_ms - self._paid_ms < PAID_LASTS_MS,
            is_speaking=side.is_speaking and now_ms is not None,
            now_ms=now_ms,
        )


def _shown_as(words: tuple[Word, ...], mark: Mark) -> tuple[Word, ...]:
    """The words, or one placeholder for all of them, with the punctuation of the last."""
    if mark.verdict not in PRIVATE:
        return words
    bare = words[-1].text.rstrip()
    ending = words[-1].text[len(bare.rstrip(ENDINGS)) :]
    confidence = min(word.confidence for word in words)
    return (Word(PLACEHOLDER + ending, words[0].start_ms, words[-1].end_ms, confidence),)


def redacted(text: str) -> str:
    """A written text, whole, without such numbers; all else in it as it is."""
    words = tuple(Word(part, 0, 0, 1.0) for part in re.findall(r"\s*\S+\s*", text))
    told = Redactor()
    heard = (*told.hear(Words("mixed", 0, words, (), True), 0), *told.finish())
    return "".join(word.text for words in heard if words.is_final for word in words.committed) if words else text

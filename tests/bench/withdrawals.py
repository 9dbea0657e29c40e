"""How often a suggestion is shown and then taken back because the words changed; part of `tests.bench.detect`.

Calls heard as a recogniser hears them: the prospect's turns grow two words at a time, the last two tentative, and one
tentative word in ten is another, as one shown word in ten is taken back on real calls (`make bench-lag`).
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from assist.advising import Advising
from assist.conversation import Conversation
from assist.overlay_events import OverlayEvent, SuggestionShown, SuggestionWithdrawn
from streaming.types import Speaker, Word, Words
from tests.detectors.spoken_turns import SpokenTurn

WORD_MS, PAUSE_MS = 350, 700
TENTATIVE_WORDS, EVERY_WORDS = 2, 2
WRONG = 0.1
SEED = 5


def withdrawn(parts: Advising, turns: Iterable[SpokenTurn]) -> dict[str, Any]:
    """Suggestions shown over whole calls, and why those that left did. `turns` of one call follow each other."""
    chance = random.Random(SEED)
    shown, reasons = 0, Counter[str]()
    for call, its_turns in groupby(turns, key=lambda turn: turn.call):
        told = _Call(parts, str(call), chance).hear(list(its_turns))
        shown += sum(isinstance(event, SuggestionShown) for event in told)
        reasons.update(event.reason for event in told if isinstance(event, SuggestionWithdrawn))
    share = round(reasons["words_changed"] / max(1, shown), 3)
    return {"shown": shown, "left": dict(reasons), "taken_back": share}


class _Call:
    def __init__(self, parts: Advising, call_id: str, chance: random.Random) -> None:
        self._told: list[OverlayEvent] = []
        self._chance = chance
        self._now_ms, self._utterance = 0, 0
        detection, advice = parts.for_call(call_id)
        self._conversation = Conversation(
            detection, advice, parts.playbook, lambda _, event: self._told.append(event), lambda _: 0
        )

    def hear(self, turns: list[SpokenTurn]) -> list[OverlayEvent]:
        """All that is told of a call."""
        vocabulary = [word for turn in turns for word in turn.text.split()]
        for turn in turns:
            if turn.rep is not None:
                self._hear("rep", turn.rep, vocabulary)
            self._hear("prospect", turn.text, vocabulary)
        return self._told

    def _hear(self, speaker: Speaker, text: str, vocabulary: list[str]) -> None:
        said = tuple(
            Word(part, self._now_ms + at * WORD_MS, self._now_ms + (at + 1) * WORD_MS, 0.9)
            for at, part in enumerate(text.split())
        )
        for words in self._growth(speaker, said, vocabulary):
            self._conversation.hear(words, words.all[-1].end_ms)
        self._utterance += 1
        self._now_ms += len(said) * WORD_MS + PAUSE_MS
        self._conversation.tick(self._now_ms)

    def _growth(self, speaker: Speaker, said: tuple[Word, ...], vocabulary: list[str]) -> Iterator[Words]:
        for count in range(EVERY_WORDS, len(said), EVERY_WORDS):
            cut = max(0, count - TENTATIVE_WORDS)
            tentative = tuple(self._as_heard(word, vocabulary) for word in said[cut:count])
            yield Words(speaker, self._utterance, said[:cut], tentative, is_final=False)
        yield Words(speaker, self._utterance, said, (), is_final=True)

    def _as_heard(self, word: Word, vocabulary: list[str]) -> Word:
        if self._chance.random() >= WRONG:
            return word
        return Word(self._chance.choice(vocabulary), word.start_ms, word.end_ms, word.confidence)

"""What the rep did, while the call runs: what was tried, which concerns it took up, and the habits that hurt; pure."""

from collections import deque
from collections.abc import Iterator, Sequence

import msgspec

from assist.detection import Heard
from assist.overlay_events import RepAct
from assist.talk.habits import asks_why, claims_in, is_pitch, stacked_question
from assist.talk.moves import Move, moves_in
from assist.talk.recent import Recent
from assist.talk.silence import next_word
from assist.talk.stretch import Stretch, stretch_of
from assist.talk.taking_up import NAMING, UNDERSTOOD, is_concern, way_taken
from assist.talk.turns import distance_ms, sentences_of, turns_of
from detectors.contract import Cue
from streaming.types import Words

CONCERNS_KEPT = 8
TOLD_KEPT = 64
"""Acts remembered as told; far more than the turns hold that are still looked at."""

LEAST_FILLING_WORDS = 3
"""Fewer behind a label ("... a lot.") still belong to it."""


class Did(msgspec.Struct, frozen=True):
    """Something that the rep did, in these words. `cues` name the concerns that it took up, or passed over.

    `move` is what was tried; None for a habit.
    """

    act: RepAct
    text: str
    start_ms: int
    end_ms: int
    cues: tuple[str, ...] = ()
    move: Move | None = None


class Open(msgspec.Struct, frozen=True):
    """A concern that the rep has not taken up yet: its cue, and the sentence in which it was voiced."""

    cue: Cue
    sentence: str


class RepSide:
    """One call's. `hold_ms` is for how long the silence after a label or a mirror is the prospect's to fill."""

    def __init__(self, recent: Recent, hold_ms: int) -> None:
        self._recent = recent
        self._hold_ms = hold_ms
        self._open: deque[Open] = deque(maxlen=CONCERNS_KEPT)
        self._told: deque[tuple[RepAct, int]] = deque(maxlen=TOLD_KEPT)
        self._summed_up_ms = 0
        """Where the rep began to put their side into words, if nothing was named since; else 0."""

    @property
    def open_concerns(self) -> tuple[Open, ...]:
        """Those not taken up, in the order in which they were last voiced."""
        return tuple(self._open)

    def hear(self, words: Words, heard: Heard) -> tuple[Did, ...]:
        """What the rep did, told once the utterance with it is final, in order; `recent` has to have heard it before.

        Of the prospect's utterances the concerns are kept in mind.
        """
        stretch = stretch_of(words.speaker, words.all)
        if stretch is None:
            return ()
        if words.speaker == "prospect":
            self._note_concerns(stretch, heard)
            return ()
        turns = turns_of(self._recent.finished) if words.is_final else ()
        index = _turn_with(stretch, turns)
        if index is None:
            return ()
        did = sorted(self._acts(turns, index), key=lambda done: done.start_ms)
        fresh = [done for done in did if (done.act, done.start_ms) not in self._told]
        self._told += [(done.act, done.start_ms) for done in fresh]
        for done in fresh:
            if done.act in NAMING:
                self._summed_up_ms = done.start_ms if done.act == "summary" else 0
        return tuple(fresh)

    def _note_concerns(self, stretch: Stretch, heard: Heard) -> None:
        if any(cue.firm and cue.name == UNDERSTOOD for cue in heard.new):
            # They heard their whole side in it: nothing of it is open, be it named or not.
            self._open = deque((c for c in self._open if c.cue.end_ms > self._summed_up_ms), CONCERNS_KEPT)
        for cue in heard.new:
            if cue.firm and is_concern(cue):
                # Voiced again, it is open again, in the newer words.
                others = [concern for concern in self._open if concern.cue.name != cue.name]
                self._open = deque([*others, Open(cue, _sentence_with(cue, stretch))], CONCERNS_KEPT)

    def _acts(self, turns: Sequence[Stretch], index: int) -> Iterator[Did]:
        turn, moves = turns[index], moves_in(turns, index)
        passed = [concern for concern in self._open if _is_reply(concern, turns, index)]
        if passed and is_pitch(turn, moves):
            yield Did("pitch_over_concern", turn.text, turn.start_ms, turn.end_ms, _names(passed))
        for move in moves:
            if move.kind in NAMING or move.asks == "open":
                taken = self._take_up(move, turns, index)
                yield Did(move.kind, move.text, move.start_ms, move.end_ms, _names(taken), move)
            elif asks_why(move):
                yield _habit("why", move)
            if move.kind in ("label", "mirror"):
                yield from self._filled(turn, move)
        if (second := stacked_question(moves)) is not None:
            yield _habit("stacked_questions", second)
        for claim in claims_in(turn):
            yield _habit("i_understand", claim)

    def _take_up(self, move: Move, turns: Sequence[Stretch], index: int) -> list[Open]:
        taken = [
            concern
            for concern in self._open
            if concern.cue.start_ms < move.end_ms
            and way_taken(move, concern.sentence, is_reply=_is_reply(concern, turns, index))
        ]
        for concern in taken:
            self._open.remove(concern)
        return taken

    def _filled(self, turn: Stretch, move: Move) -> Iterator[Did]:
        broken = next_word(self._recent.all, move.end_ms)
        filling = tuple(word for word in turn.words if word.start_ms >= move.end_ms)
        if broken is not None and broken[1] == "rep" and len(filling) >= LEAST_FILLING_WORDS:
            if broken[0] - move.end_ms < self._hold_ms:
                yield _habit("filled_silence", Stretch("rep", filling))


def _habit(act: RepAct, said: Move | Stretch) -> Did:
    return Did(act, said.text, said.start_ms, said.end_ms)


def _names(concerns: Sequence[Open]) -> tuple[str, ...]:
    return tuple(concern.cue.name for concern in concerns)


def _turn_with(utterance: Stretch, turns: Sequence[Stretch]) -> int | None:
    """Which turn holds an utterance of the rep; None where it is a nod, which takes no turn."""
    for index, turn in reversed(list(enumerate(turns))):
        if turn.speaker == "rep" and turn.start_ms <= utterance.start_ms and utterance.end_ms <= turn.end_ms:
            return index
    return None


def _is_reply(concern: Open, turns: Sequence[Stretch], index: int) -> bool:
    """Whether a turn of the rep comes right after the one in which the concern was voiced."""
    before = turns[index - 1] if index else None
    return before is not None and before.start_ms <= concern.cue.end_ms and concern.cue.start_ms <= before.end_ms


def _sentence_with(cue: Cue, stretch: Stretch) -> str:
    middle_ms = (cue.start_ms + cue.end_ms) // 2
    return min(sentences_of(stretch), key=lambda sentence: distance_ms(sentence, middle_ms)).text

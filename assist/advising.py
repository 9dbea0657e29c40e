"""Detectors and playbook, loaded and checked once, from which each call gets its own detection and advice."""

from collections.abc import Iterator

import msgspec

from assist import playbook
from assist.accusations import audits_of
from assist.advice import Advice
from assist.desk import Foreseen
from assist.detection import Detection, load_detectors
from assist.grammar.parser import Parser
from assist.grammar.tree import no_parser
from assist.judging import NO_JUDGE, Judging
from assist.playbook import Playbook
from assist.preparation import Preparation
from assist.settings import Settings
from detectors.contract import Detector
from detectors.meaning.judge import CASES, MANIFEST, Judge, shipped
from detectors.meaning.sense import sense
from streaming.types import Word, Words


class Advising(msgspec.Struct, frozen=True):
    """What all calls share: nothing in it changes, but that the parser is there once it was loaded."""

    detectors: dict[str, Detector]
    playbook: Playbook
    parser: Parser
    judge: Judging

    def for_call(
        self, call_id: str, is_mixed: bool = False, foreseen: frozenset[str] = frozenset()
    ) -> tuple[Detection, Advice]:
        """One call's own, which remember what was said and shown in it; the cues that were `foreseen` rank higher.

        Where both parties are on one channel no sentence is made of what was said, and nothing is over with it: it may
        be the rep's.
        """
        parse, judge = (no_parser, NO_JUDGE) if is_mixed else (self.parser.parse, self.judge)
        return Detection(self.detectors), Advice(self.playbook.raising(foreseen), call_id, parse, judge)

    def foresee(self, preparation: Preparation) -> Iterator[Foreseen]:
        """What a preparation makes likely, and what may be said first because of it; one thought further each time.

        Each thought takes some hundredths of a second, and there may be sixteen.
        """
        is_whole = not self.parser.is_loading
        heard: dict[str, tuple[str, ...]] = {}
        found = Foreseen()
        for thought in (*preparation.fears, *preparation.pressures):
            heard[thought] = self._cues_in(thought)
            found = Foreseen(found.cues.union(heard[thought]), is_whole=False)
            yield found
        for audits in audits_of(preparation, self.playbook, self.parser.parse, heard.__getitem__):
            found = Foreseen(found.cues, audits, is_whole=False)
            yield found
        yield Foreseen(found.cues, found.audits, is_whole)

    def _cues_in(self, thought: str) -> tuple[str, ...]:
        """The concerns that would be heard in it, were it said."""
        words = tuple(Word(word, i * 300, i * 300 + 300, 1.0) for i, word in enumerate(thought.split()))
        new = Detection(self.detectors).hear(Words("prospect", 0, words, (), is_final=True)).new
        return tuple(cue.name for cue in new if cue.kind != "agreement")


def load(settings: Settings) -> Advising:
    """The detectors, and the playbook held against them. Raises PlaybookError, and what a detector raises.

    The parser is not loaded yet: start it where its second of work delays nobody, or wait for it.
    """
    detectors = load_detectors(settings.cache_dir)
    names = {name for detector in detectors.values() for name in detector.names}
    judge = Judge(sense(settings.cache_dir), shipped(MANIFEST), shipped(CASES))
    return Advising(detectors, playbook.check(settings.playbook, names), Parser(), judge)

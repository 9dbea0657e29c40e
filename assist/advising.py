"""Detectors and playbook, loaded and checked once, from which each call gets its own detection and advice."""

from pathlib import Path

import msgspec

from assist import playbook
from assist.advice import Advice
from assist.detection import Detection, load_detectors
from assist.grammar.parser import Parser
from assist.phrasing import no_parser
from assist.playbook import Playbook
from detectors.contract import Detector


class Advising(msgspec.Struct, frozen=True):
    """What all calls share: nothing in it changes, but that the parser is there once it was loaded."""

    detectors: dict[str, Detector]
    playbook: Playbook
    parser: Parser

    def for_call(self, call_id: str, is_mixed: bool = False) -> tuple[Detection, Advice]:
        """One call's own, which remember what was said and shown in it.

        Where both parties are on one channel no sentence is made of what was said: it would tell the prospect that they
        said what may be the rep's.
        """
        parse = no_parser if is_mixed else self.parser.parse
        return Detection(self.detectors), Advice(self.playbook, call_id, parse)


def load(path: Path | None) -> Advising:
    """The detectors, and a team's playbook (None: the bundled one) held against them. Raises PlaybookError.

    The parser is not loaded yet: start it where its second of work delays nobody, or wait for it.
    """
    detectors = load_detectors()
    names = {name for detector in detectors.values() for name in detector.names}
    return Advising(detectors, playbook.check(path, names), Parser())

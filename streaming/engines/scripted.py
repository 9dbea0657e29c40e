"""Says what it is told when it is told, for tests: a JSON file of lines with their times on the call's clock."""

from pathlib import Path

import msgspec

from streaming.engines.contract import Hypothesis, Options, Request
from streaming.types import SAMPLE_RATE_HZ, Speaker, Word


class Line(msgspec.Struct, frozen=True):
    """Words said by one speaker, spread evenly over their time."""

    speaker: Speaker
    start_ms: int
    end_ms: int
    text: str


class ScriptedEngine:
    """Answers with the scripted words that end inside the sound it is given."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self._words = [(line.speaker, word) for line in lines for word in _spread(line)]

    def transcribe(self, request: Request) -> Hypothesis:
        """The words of this speaker that lie within the request's sound."""
        end_ms = request.start_ms + len(request.pcm) * 1000 // (2 * SAMPLE_RATE_HZ)
        return Hypothesis(
            tuple(
                word
                for speaker, word in self._words
                if speaker == request.speaker and request.start_ms <= word.start_ms and word.end_ms <= end_ms
            )
        )


def create(options: Options) -> ScriptedEngine:
    """An engine for the script in file `options.source`; raises msgspec.ValidationError on a bad one."""
    return ScriptedEngine(msgspec.json.decode(Path(options.source).read_bytes(), type=tuple[Line, ...]))


def _spread(line: Line) -> list[Word]:
    texts = line.text.split()
    step_ms = (line.end_ms - line.start_ms) / max(1, len(texts))
    return [
        Word(text, round(line.start_ms + i * step_ms), round(line.start_ms + (i + 1) * step_ms), 1.0)
        for i, text in enumerate(texts)
    ]

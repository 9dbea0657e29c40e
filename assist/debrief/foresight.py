"""The preparation beside what turned out: which thoughts came up in the call, and what nobody had thought of; pure."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from assist.debrief.analysis import Analysis
from assist.debrief.concerns import Concern
from assist.debrief.findings import Evidence
from assist.talk.moves import content_of
from assist.talk.saying import is_said
from assist.talk.stretch import Stretch
from assist.talk.turns import sentences_of

ThoughtKind = Literal["pressure", "fear", "win", "audit"]

SHARED_WORDS = 2
"""So many words of a thought in one sentence of theirs show that it came up; of a shorter thought all of them."""


class Thought(msgspec.Struct, frozen=True):
    """One thing that was thought of before the call, and where in the call it came up: `heard`, or nowhere.

    An audit came up where the rep said it, all else where the prospect spoke of it.
    """

    kind: ThoughtKind
    text: str
    heard: Evidence | None


class Foresight(msgspec.Struct, frozen=True):
    """All that was thought of, the words that were expected by how often they were said, and concerns unforeseen."""

    thoughts: tuple[Thought, ...]
    words: tuple[tuple[str, int], ...]
    unforeseen: tuple[Concern, ...]


def foresight_of(found: Analysis) -> Foresight | None:
    """Of a call that was prepared and in which it is known who said what; else None."""
    prepared = found.record.preparation
    if prepared is None or found.record.is_mixed:
        return None
    theirs = [sentence for turn in found.turns if turn.speaker == "prospect" for sentence in sentences_of(turn)]
    thoughts = tuple(_thoughts(found, theirs))
    worries = [thought.text for thought in thoughts if thought.kind in ("pressure", "fear")]
    said = " ".join(stretch.text for stretch in found.record.utterances).casefold()
    return Foresight(
        thoughts=thoughts,
        words=tuple((word, _count(word, said)) for word in prepared.expect),
        unforeseen=tuple(c for c in found.concerns if not any(_is_about(worry, c.text) for worry in worries)),
    )


def _thoughts(found: Analysis, theirs: list[Stretch]) -> Iterator[Thought]:
    prepared = found.record.preparation
    assert prepared is not None
    kinds: tuple[tuple[ThoughtKind, tuple[str, ...]], ...] = (
        ("pressure", prepared.pressures),
        ("fear", prepared.fears),
        ("win", (prepared.win,) if prepared.win else ()),
    )
    for kind, texts in kinds:
        for text in texts:
            sentence = next((sentence for sentence in theirs if _is_about(text, sentence.text)), None)
            yield Thought(kind, text, _evidence(sentence))
    for audit in found.record.audits:
        own = (u for u in found.record.utterances if u.speaker == "rep")
        yield Thought("audit", audit, _evidence(next((u for u in own if is_said(audit, u.text)), None)))


def _is_about(thought: str, sentence: str) -> bool:
    wanted = content_of(thought)
    return len(wanted & content_of(sentence)) >= min(SHARED_WORDS, len(wanted)) > 0


def _count(word: str, said: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", said))


def _evidence(said: Stretch | None) -> Evidence | None:
    return Evidence(said.speaker, said.start_ms, said.text) if said else None

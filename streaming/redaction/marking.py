"""Words of one speaker -> what may be done with each, by all that the call knows; pure."""

from collections.abc import Sequence

import msgspec

from streaming.redaction.runs import Run, runs_in
from streaming.redaction.topics import SECRET, Topic
from streaming.redaction.verdicts import Around, Verdict, is_string, overlaps, verdict_on
from streaming.types import Word

PATIENCE_MS = 5_000  # of silence behind digits that could be the beginning of a number
PATIENCE_ASKED_MS = 8_000  # where such a number was asked for: it is hidden then, however short
SECRET_LASTS_MS = 60_000
OTHER_LASTS_MS = 20_000
JOINED_MS = 20_000
LATE_MS = 300  # the recogniser's times are no better


class Scene(msgspec.Struct, frozen=True):
    """What is known beside a speaker's own words. `topics` are all of the call's of late, in order of time.

    `asked` are the times at which others brought up a topic; `now_ms` is None at the end of the call.
    """

    topics: tuple[Topic, ...]
    asked: tuple[int, ...]
    known: tuple[str, ...]
    held_elsewhere: tuple[str, ...]
    has_paid: bool
    is_speaking: bool
    now_ms: int | None


class Mark(msgspec.Struct, frozen=True):
    """What is to be done with a word, and the run of digits it belongs to."""

    verdict: Verdict
    run: Run | None = None


CLEAR = Mark("clear")


def marks_of(told: Sequence[Word], words: Sequence[Word], scene: Scene) -> list[Mark]:
    """A mark for each of `words`, which follow what this speaker was told to have said."""
    said = [*told, *words]
    marks = [CLEAR] * len(said)
    before: list[tuple[int, str]] = []
    for run in runs_in(said, scene.asked):
        start_ms, end_ms = said[run.first].start_ms, said[run.last].end_ms
        joined = "".join(digits for at_ms, digits in before if at_ms >= start_ms - JOINED_MS)
        topic = _topic(scene, start_ms)
        around = Around(
            topic=topic,
            joined=joined + run.digits,
            is_speaking=scene.is_speaking,
            is_over=_is_over(scene, topic, end_ms),
            known=scene.known,
            held_elsewhere=scene.held_elsewhere,
            has_paid=scene.has_paid,
        )
        verdict = verdict_on(run, around)
        if verdict == "hidden" and scene.is_speaking and not run.is_ended:
            verdict = "held"  # until it is whole, so that one placeholder stands for it
        if is_string(run) and not overlaps(run.digits, scene.known):
            before.append((end_ms, run.digits))
        marks[run.first : run.last + 1] = [Mark(verdict, run)] * (run.last + 1 - run.first)
    return marks[len(told) :]


def _topic(scene: Scene, start_ms: int) -> Topic | None:
    """The last thing that talk was about when a number began, unless that is long ago."""
    touched = None
    for topic in reversed(scene.topics):
        lasts_ms = SECRET_LASTS_MS if topic.kind in SECRET else OTHER_LASTS_MS
        if not start_ms - lasts_ms <= topic.at_ms <= start_ms + LATE_MS:
            continue
        if topic.is_firm:
            return topic if touched is None or topic.kind in SECRET else touched
        touched = touched or topic
    return touched


def _is_over(scene: Scene, topic: Topic | None, end_ms: int) -> bool:
    if scene.now_ms is None:
        return True
    is_asked = topic is not None and topic.kind in SECRET
    return not scene.is_speaking and scene.now_ms - end_ms >= (PATIENCE_ASKED_MS if is_asked else PATIENCE_MS)

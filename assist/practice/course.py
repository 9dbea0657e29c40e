"""How a practice runs: what was said and tried so far, and what they say next; pure.

No line is said twice, so every practice ends, after as many turns as there are lines at most.
"""

from collections import deque
from collections.abc import Iterator
from typing import get_args

import msgspec

from assist.practice.events import Tried
from assist.practice.scenario import Scenario

MOST_COUNTED = 9
"""No line can need that something was tried more often."""

MOST_EXPLORED = 50_000
"""Courses looked at for lines that can never be said; the lines of ours are all met among the first hundreds."""


class Course(msgspec.Struct, frozen=True):
    """Where a practice is; `tried` counts what the rep tried."""

    at: str
    said: frozenset[str]
    tried: frozenset[tuple[Tried, int]] = frozenset()


def begin(scenario: Scenario) -> Course:
    """They have said their first line."""
    return Course(scenario.start, frozenset({scenario.start}))


def is_over(scenario: Scenario, course: Course) -> bool:
    """Whether their last line was said."""
    return scenario.lines[course.at].ending is not None


def follow(scenario: Scenario, course: Course, tried: Tried) -> Course:
    """What the rep tried, and what they say to it. After their last line nothing changes any more."""
    if is_over(scenario, course):
        return course
    counts = _counted(course, tried)
    name = _answer(scenario, course, tried, counts) or scenario.runs_out
    return Course(name, course.said | {name}, frozenset(counts.items()))


def has_answer(scenario: Scenario, course: Course, tried: Tried) -> bool:
    """Whether they have something to say to that, other than that they must go."""
    return _answer(scenario, course, tried, _counted(course, tried)) is not None


def _answer(scenario: Scenario, course: Course, tried: Tried, counts: dict[Tried, int]) -> str | None:
    for name in _ways(scenario, course.at, tried):
        needs = scenario.lines[name].needs
        if name not in course.said and all(counts.get(kind, 0) >= least for kind, least in needs.items()):
            return name
    return None


def _ways(scenario: Scenario, line: str, tried: Tried) -> tuple[str, ...]:
    """The lines that may answer it, best first. What they do not feel is small talk to them, unless it is written."""
    ways = (*scenario.lines[line].after.get(tried, ()), *scenario.otherwise.get(tried, ()))
    return _ways(scenario, line, "other") if tried == "mislabel" and not ways else ways


def reached(scenario: Scenario) -> frozenset[str] | None:
    """The lines that some rep can bring about; None where there are too many ways to tell."""
    needs = [need for line in scenario.lines.values() for need in line.needs.items()]
    most = {tried: max(least for kind, least in needs if kind == tried) for tried, _ in needs}
    seen = {begin(scenario)}
    waiting = deque(seen)
    lines = {scenario.start}
    while waiting and len(lines) < len(scenario.lines):
        for after in _next(scenario, waiting.popleft()):
            lines.add(after.at)
            # Ways that differ in what no line asks for go on alike.
            counts = frozenset((tried, min(count, most[tried])) for tried, count in after.tried if tried in most)
            alike = msgspec.structs.replace(after, tried=counts)
            if alike not in seen:
                seen.add(alike)
                waiting.append(alike)
        if len(seen) > MOST_EXPLORED:
            return None
    return frozenset(lines)


def _next(scenario: Scenario, course: Course) -> Iterator[Course]:
    for tried in get_args(Tried):
        yield follow(scenario, course, tried)


def _counted(course: Course, tried: Tried) -> dict[Tried, int]:
    counts = dict(course.tried)
    counts[tried] = min(MOST_COUNTED, counts.get(tried, 0) + 1)
    return counts

"""What they said so far that is worth saying back, closed by a label: "So you need X, and Y. It sounds ..."; pure."""

import math
from collections import deque

import msgspec

from assist.grammar.clauses import Clause, clauses
from assist.grammar.tree import Tree
from assist.judging import Judging, Over
from assist.playbook_talk import SummaryRules
from assist.talk.moves import content_of
from detectors.contract import Cue

POINTS_KEPT = 8
LONGEST_SAID = 28
"""Words of theirs in a summary at most: it is said from the screen in one go."""

MOST_JUDGED = 4
"""Clauses of one turn that are judged; each costs as much as a turn."""

ALIKE = 0.6
"""Of the words that tell something in the shorter of two clauses: where they share more, they say the same."""

EVEN = 0.5
"""As likely one as the other."""


class Said(msgspec.Struct, frozen=True):
    """What they said in one go; `over`: what came to its end with it."""

    tree: Tree
    end_ms: int
    over: Over | None


class Point(msgspec.Struct, frozen=True):
    """Something they voiced, as it would be said back: "your team is stretched"; they had said it at `end_ms`.

    `concern`: the name of the cue that was heard in it, if any was. `worth` is how likely it is worth saying back.
    `is_answerable`: a good answer settles it; what is not is how things are with them.
    """

    text: str
    tree: Tree
    end_ms: int
    concern: str | None
    worth: float
    is_answerable: bool


class Summaries:
    """What one call's prospect is after, struggles with and fears; of these the last are kept."""

    def __init__(self, rules: SummaryRules, judge: Judging) -> None:
        self._rules = rules
        self._judge = judge
        self._points: deque[Point] = deque(maxlen=POINTS_KEPT)

    def hear(self, said: Said, concerns: tuple[Cue, ...]) -> None:
        """Takes what they said, and the concerns that were heard in it."""
        if said.over:
            self._drop(*(point for point in self._points if point.is_answerable))
        if said.end_ms < self._rules.begins_ms or said.over == "parting":
            return
        least = self._rules.worth_from_beside_concern if concerns else self._rules.worth_from
        found = [(clause, _heard_in(clause, said.tree, concerns)) for clause in clauses(said.tree)]
        # Where they said much, what a concern was heard in comes before the rest.
        judged = sorted(found, key=lambda each: each[1] is None)[:MOST_JUDGED]
        for clause, concern in (each for each in found if each in judged):
            worth = self._judge.worth(clause.text)
            is_answerable = worth is not None and worth.answerable >= EVEN
            if worth is not None and worth.worth >= least and not (is_answerable and said.over):
                self._add(Point(clause.text, said.tree, said.end_ms, concern, worth.worth, is_answerable))

    def evidence(self) -> tuple[Tree, ...]:
        """All that a summary may rest on."""
        return tuple(point.tree for point in self._points)

    def drafts(self, closing: str, now_ms: int) -> list[str]:
        """What could be said back now before a label of the concern `closing`, best first: three things, two.

        What is most worth it, in the order in which it came; nothing that the label says. None where only one thing is
        on the table beside it: what was said in one breath is one, and so is a story that they may be telling still.
        """
        said = [point for point in self._open(now_ms) if not self._is_alike(point, closing)]
        best = sorted(said, key=lambda point: -point.worth)
        pair = [*best[:1], *[point for point in best if point.end_ms != best[0].end_ms][:1]]
        if len(pair) < 2 or now_ms - min(point.end_ms for point in pair) < self._rules.story_ms:
            return []
        third = [point for point in best if point not in pair][:1]
        texts = [_joined([point.text for point in said if point in chosen]) for chosen in ([*pair, *third], pair)]
        return [text for text in dict.fromkeys(texts) if len(text.split()) <= LONGEST_SAID]

    def note_said_back(self, before_ms: float = math.inf) -> None:
        """What they voiced before that time, or all so far, was said back to them: only the rest is worth it."""
        self._drop(*(point for point in self._points if point.end_ms <= before_ms))

    def _open(self, now_ms: int) -> list[Point]:
        """What can be said back still: what is older was answered since, passed over, or is no news."""
        rules = self._rules
        return [
            point
            for point in self._points
            if now_ms - point.end_ms < (rules.open_ms if point.is_answerable else rules.lasts_ms)
        ]

    def _is_alike(self, point: Point, concern: str) -> bool:
        """Whether a point and a concern come to the same, so that both would be said twice."""
        both = {point.concern, concern}
        return point.concern == concern or any(both <= set(group) for group in self._rules.alike)

    def _add(self, point: Point) -> None:
        """In place of what says the same."""
        self._drop(*(old for old in self._points if _say_the_same(old.text, point.text)))
        self._points.append(point)

    def _drop(self, *gone: Point) -> None:
        self._points = deque((point for point in self._points if point not in gone), POINTS_KEPT)


def _joined(texts: list[str]) -> str:
    """One after the other: "one, two, and three"."""
    return ", and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _say_the_same(one: str, other: str) -> bool:
    first, second = content_of(one), content_of(other)
    return one.lower() == other.lower() or len(first & second) > ALIKE * min(len(first), len(second))


def _heard_in(clause: Clause, tree: Tree, concerns: tuple[Cue, ...]) -> str | None:
    """The name of the first concern whose words and the clause have words in common."""
    said = {tree.tokens[at].low for at in clause.indices}
    for cue in concerns:
        quoted = {word.strip(".,?!").lower() for word in cue.quote.split()}
        if 2 * len(said & quoted) > min(len(said), len(quoted)):
            return cue.name
    return None

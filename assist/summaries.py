"""What they said so far, in their words, closed by a label: "So you need X, and Y. It sounds ..."; pure."""

from collections import deque
from collections.abc import Mapping
from typing import Literal

import msgspec

from assist.grammar.phrases import clause, own_part
from assist.grammar.slots import is_hard, is_troubled
from assist.grammar.tree import Tree
from assist.playbook_talk import SummaryRules
from detectors.contract import Cue

POINTS_KEPT = 8
LONGEST_SAID = 24
"""Words of theirs in a summary at most: it is said from the screen in one go."""

MOST_VERBS = 2
"""In what is said back at most: "you don't know if you can justify it" has two."""

_POINTING = frozenset("any some that this these those there so too either well to".split())
"""At the end of a clause these point to something that was said elsewhere."""

_THEIRS = frozenset("i we my our".split())
_SHORT = frozenset(
    "short shorthanded behind late stretched tight thin struggling struggle need lack missing losing lose only".split()
)
"""Words for what there is too little of."""

_PERHAPS = frozenset("might may could".split())

Kind = Literal["goal", "concern"]


class Point(msgspec.Struct, frozen=True):
    """Something they voiced, as it would be said back: "your team is stretched". `cue`: what was heard in it.

    `is_in_short`: in the playbook's words for such a concern, where theirs make no clause.
    """

    kind: Kind
    text: str
    tree: Tree
    cue: Cue | None
    is_in_short: bool = False

    @property
    def name(self) -> str | None:
        """The cue's."""
        return self.cue.name if self.cue else None


class Summaries:
    """What one call's prospect is after, struggles with and fears; of these the last are kept.

    `in_short` is what the playbook calls a concern, by the cue's name.
    """

    def __init__(self, rules: SummaryRules, in_short: Mapping[str, str]) -> None:
        self._rules = rules
        self._in_short = in_short
        self._points: deque[Point] = deque(maxlen=POINTS_KEPT)

    def is_enough(self, least_said: int) -> bool:
        """Whether so much is there to say back that was not said back before, and a concern to close on."""
        return len(self._points) >= least_said and self.last_concern is not None

    @property
    def last_concern(self) -> Cue | None:
        """What they voiced last that stands in their way."""
        return next((point.cue for point in reversed(self._points) if point.cue is not None), None)

    def hear(self, tree: Tree, cues: tuple[Cue, ...]) -> None:
        """Takes a finished turn of theirs, as a tree, and the concerns that were heard in it."""
        cues = tuple(cue for cue in cues if cue.name not in self._rules.leaves_out)
        at_ease = []
        for verb in _verbs(tree):
            cue = next((cue for cue in cues if _covers(cue, tree, verb)), None)
            is_goal = tree.tokens[verb].lemma in self._rules.goals and not _is_doubtful(tree, verb)
            if cue is not None and _is_at_ease(tree, verb):
                at_ease.append(cue)
                continue
            if cue is None and not is_goal:
                continue
            said = clause(tree, verb, MOST_VERBS)
            if (
                said is not None
                and _is_clear(said)
                and _is_lasting(tree, verb)
                and (cue is None or _weighs(tree, verb))
                and all(said.lower() != point.text.lower() for point in self._points)
            ):
                self._add(Point("concern" if cue else "goal", said, tree, cue))
        for cue in cues:
            if (
                cue.name in self._in_short
                and cue not in at_ease
                and all(cue.name != kept.name for kept in self._points)
            ):
                self._add(Point("concern", self._in_short[cue.name], tree, cue, is_in_short=True))

    def in_short(self) -> tuple[str, ...]:
        """The playbook's words among what is kept."""
        return tuple(point.text for point in self._points if point.is_in_short)

    def evidence(self) -> tuple[Tree, ...]:
        """All that a summary may rest on."""
        return tuple(point.tree for point in self._points)

    def drafts(self, closing: str) -> list[str]:
        """What could be said back before a label of the concern `closing`, best first: what they are after and what is
        in the way, then the last two at all, then the last one. What the label says is not said twice."""
        points = [point for point in self._points if not (point.is_in_short and point.name == closing)]
        goals = [point.text for point in points if point.kind == "goal"]
        concerns = [point.text for point in points if point.kind == "concern"]
        pairs = [(goal, concern) for goal in goals[-1:] for concern in concerns[-2:][::-1]]
        pairs += [(points[-2].text, points[-1].text)] if len(points) > 1 else []
        both = [f"{one}, and {other}" for one, other in pairs if len(f"{one} {other}".split()) <= LONGEST_SAID]
        return [*both, *(point.text for point in points[-1:])]

    def _add(self, point: Point) -> None:
        """What they said themselves takes the place of the playbook's word for it."""
        kept = [other for other in self._points if not (other.is_in_short and other.name == point.name)]
        self._points = deque([*kept, point], POINTS_KEPT)

    def note_understood(self) -> None:
        """They said that this is it, or a summary was shown: only what is voiced from now on is worth saying back."""
        self._points.clear()


def _is_doubtful(tree: Tree, verb: int) -> bool:
    """Denied, or no more than possible: "I might need to"."""
    return tree.is_negated(verb) or any(tree.tokens[i].low in _PERHAPS for i in tree.children(verb, "aux"))


def _is_at_ease(tree: Tree, verb: int) -> bool:
    """Whether a feeling is denied: "I'm not overly concerned about that"."""
    return tree.is_negated(verb) and any(is_troubled(tree.tokens[i]) for i in (verb, *tree.children(verb, "acomp")))


def _is_clear(said: str) -> bool:
    """Whether it says by itself what it is about."""
    words = said.lower().split()
    is_plain = all(word.replace("'", "").replace("-", "").isalnum() for word in words)
    return is_plain and words[-1] not in _POINTING and not {"it", "them", "one", "ones", "both"} & set(words)


def _is_lasting(tree: Tree, verb: int) -> bool:
    """Whether a clause tells how things are with them, as people say it: not what happened once or what others do, no
    count of things, which they trade away, and no verb that does not follow its auxiliary ("are bring")."""
    subject = tree.child(verb, "nsubj", "nsubjpass")
    if subject is None or tree.tokens[tree.subtree(subject)[0]].low not in _THEIRS:
        return False
    auxiliaries = [tree.tokens[i] for i in tree.children(verb, "aux", "auxpass")]
    is_broken = tree.tokens[verb].tag in ("VB", "VBP") and any(token.lemma == "be" for token in auxiliaries)
    return (
        not is_broken
        and tree.tokens[verb].tag != "VBD"
        and all(tree.tokens[i].tag != "CD" for i in own_part(tree, verb))
    )


def _weighs(tree: Tree, verb: int) -> bool:
    """Whether a clause by itself says that something is hard, feared, lacking or not possible."""
    words = [tree.tokens[i] for i in own_part(tree, verb)]
    return tree.is_negated(verb) or any(is_troubled(word) or is_hard(word) or word.low in _SHORT for word in words)


def _verbs(tree: Tree) -> list[int]:
    """The verbs on which main clauses stand."""
    roots = list(tree.roots())
    return sorted(
        roots + [i for root in roots for i in tree.children(root, "conj") if tree.children(i, "nsubj", "nsubjpass")]
    )


def _covers(cue: Cue, tree: Tree, verb: int) -> bool:
    """Whether a cue's words and a clause have words in common."""
    quoted = {word.strip(".,?!").lower() for word in cue.quote.split()}
    said = {tree.tokens[i].low for i in own_part(tree, verb) if tree.tokens[i].is_word}
    return 2 * len(said & quoted) > min(len(said), len(quoted))

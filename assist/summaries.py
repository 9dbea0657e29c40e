"""What they said so far, mostly in their words, closed by a label: "So you need X, and Y. It sounds ..."; pure."""

import math
from collections import deque
from collections.abc import Callable

import msgspec

from assist.grammar.phrases import clause, own_part
from assist.grammar.slots import is_hard, is_troubled
from assist.grammar.tree import NEGATORS, Tree
from assist.playbook_talk import SummaryRules, is_any_said
from detectors.contract import Cue

POINTS_KEPT = 8
LONGEST_SAID = 24
"""Words of theirs in a summary at most: it is said from the screen in one go."""

FEWEST_WORDS = 4
"""In a clause that is said back: "you can't order" is a scrap."""

MOST_VERBS = 2
"""In what is said back at most: "you don't know if you can justify it" has two."""

_POINTING = frozenset("any some that this these those there so too either well to".split())
"""At the end of a clause these point to something that was said elsewhere; some do before a noun as well."""

_POINTING_AT = frozenset("that this these those".split())

_THEIRS = frozenset("i we my our there nobody".split())
_LACKING = frozenset("there nobody".split())
"""What begins like this, where a concern was heard, is what the matter is: "there's a hiring freeze"."""

_SHORT = frozenset(
    "short shorthanded behind late stretched tight thin struggling struggle need lack missing losing lose".split()
)
"""Words for what there is too little of."""

_PRESSED = frozenset("still already must".split())
"""Words with which people tell what binds or wears them: "my father still owns the company"."""

_PERHAPS = frozenset("might may could".split())
_HANGING = frozenset("if unless until till til once before".split())
"""What a clause hangs on, wherever it stands: without "if it rains" nobody said that they can't pour the floor."""

_JOINING = frozenset("and but or so because cause cos since which though although".split())
"""What may follow a clause without being a part of it: "till it's dry" is one."""


class Point(msgspec.Struct, frozen=True):
    """Something they voiced, as it would be said back: "your team is stretched"; they had said it at `end_ms`.

    `concern`: the name of the cue that was heard in it, if it was one. `is_worded`: it is a sentence of the playbook.
    """

    text: str
    tree: Tree
    end_ms: int
    concern: str | None
    is_worded: bool = False


class Summaries:
    """What one call's prospect is after, struggles with and fears; of these the last are kept."""

    def __init__(self, rules: SummaryRules) -> None:
        self._rules = rules
        self._points: deque[Point] = deque(maxlen=POINTS_KEPT)
        self._now_ms = 0

    def hear(self, tree: Tree, end_ms: int, cues: tuple[Cue, ...], clause_of: Callable[[Cue], str | None]) -> None:
        """Takes what they said in one go, as a tree, and the cues that were heard in it.

        `clause_of` gives the playbook's for a concern, for where what they said of it makes none.
        """
        self._now_ms = end_ms
        if not cues and self._is_content(tree):
            self._put_to_rest()
        cues = self._unsettled(cues)
        left = list(cues)
        for verb in _verbs(tree):
            cue = next((cue for cue in cues if _covers(cue, tree, verb)), None)
            is_goal = tree.tokens[verb].lemma in self._rules.goals and not _is_doubtful(tree, verb)
            is_at_ease = cue is not None and _is_at_ease(tree, verb)
            said = _said_back(tree, verb, cue) if not is_at_ease and (cue is not None or is_goal) else None
            if said is not None:
                self._add(Point(said, tree, end_ms, cue.name if cue else None))
            if cue in left and (is_at_ease or said is not None):
                left.remove(cue)
        for cue in left:
            worded = clause_of(cue)
            if worded is not None and not any(self._is_alike(p, cue.name) and not p.is_worded for p in self._open()):
                self._add(Point(worded, tree, end_ms, cue.name, is_worded=True))

    def worded(self) -> tuple[str, ...]:
        """What is kept in the playbook's sentences."""
        return tuple(point.text for point in self._points if point.is_worded)

    def evidence(self) -> tuple[Tree, ...]:
        """All that a summary may rest on."""
        return tuple(point.tree for point in self._points)

    def drafts(self, closing: str) -> list[str]:
        """What could be said back before a label of the concern `closing`, best first: three things, two.

        What they said themselves before what the playbook made of it, of these the latest, in the order in which they
        came; nothing that the label says. None where only one thing is on the table beside it.
        """
        said = [point for point in self._open() if not self._is_alike(point, closing)]
        best = sorted(range(len(said)), key=lambda i: (said[i].is_worded, -i))
        chosen = ([said[i].text for i in sorted(best[:count])] for count in (3, 2) if count <= len(said))
        return [text for texts in chosen if len((text := _joined(texts)).split()) <= LONGEST_SAID]

    def _open(self) -> list[Point]:
        """What can be said back still: what is older was answered since, or passed over."""
        return [point for point in self._points if self._now_ms - point.end_ms < self._rules.open_ms]

    def _is_alike(self, point: Point, concern: str | None) -> bool:
        """Whether a point and a concern come to the same, so that both would be said twice."""
        if point.concern is None or concern is None:
            return False
        return point.concern == concern or any({point.concern, concern} <= set(group) for group in self._rules.alike)

    def _add(self, point: Point) -> None:
        """In place of what says the same: in the same words, or of the same concern in a sentence of the playbook."""
        same = point.text.lower()
        old = [p for p in self._points if p.text.lower() == same or (p.is_worded and self._is_alike(p, point.concern))]
        self._drop(*old)
        self._points.append(point)

    def _is_content(self, tree: Tree) -> bool:
        """Whether they say that an answer was good enough, and neither deny, ask nor suppose it."""
        words = {token.low for token in tree.tokens}
        text = tree.text(range(len(tree.tokens)))
        return words.isdisjoint({"?", *NEGATORS, *_HANGING}) and is_any_said(self._rules.accepted, text)

    def _unsettled(self, cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
        """The concerns among them. Where relief or joy is heard, all that they voiced before is off their mind."""
        concerns = tuple(cue for cue in cues if cue.name not in (*self._rules.leaves_out, *self._rules.settles))
        settled_ms = max((cue.start_ms for cue in cues if cue.name in self._rules.settles), default=None)
        if settled_ms is None:
            return concerns
        self._put_to_rest()
        return tuple(cue for cue in concerns if cue.start_ms >= settled_ms)

    def _put_to_rest(self) -> None:
        """What was heard as a concern is none any more; what they only said that they are after stays."""
        self._drop(*(point for point in self._points if point.concern))

    def _drop(self, *gone: Point) -> None:
        self._points = deque((point for point in self._points if point not in gone), POINTS_KEPT)

    def note_said_back(self, before_ms: float = math.inf) -> None:
        """What they voiced before that time, or all so far, was said back to them: only the rest is worth it."""
        self._drop(*(point for point in self._points if point.end_ms <= before_ms))


def _said_back(tree: Tree, verb: int, cue: Cue | None) -> str | None:
    """The clause on a verb as it would be said back; None where it is a scrap, or of no weight."""
    said = clause(tree, verb, MOST_VERBS)
    is_fit = said is not None and _is_clear(said) and _is_whole(tree, verb) and _is_lasting(tree, verb)
    return said if is_fit and (cue is None or _weighs(tree, verb)) else None


def _joined(texts: list[str]) -> str:
    """One after the other: "one, two, and three"."""
    return ", and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _is_doubtful(tree: Tree, verb: int) -> bool:
    """Denied, or no more than possible: "I might need to"."""
    return tree.is_negated(verb) or any(tree.tokens[i].low in _PERHAPS for i in tree.children(verb, "aux"))


def _is_at_ease(tree: Tree, verb: int) -> bool:
    """Whether a feeling is denied: "I'm not overly concerned about that", "there's no concern about it"."""
    if tree.is_negated(verb) and any(is_troubled(tree.tokens[i]) for i in (verb, *tree.children(verb, "acomp"))):
        return True
    nouns = [i for i in tree.children(verb, "attr") if is_troubled(tree.tokens[i])]
    return any(tree.tokens[i].low in NEGATORS for noun in nouns for i in tree.children(noun))


def _is_clear(said: str) -> bool:
    """Whether it says by itself what it is about."""
    words = said.lower().split()
    is_plain = "ain't" not in words and all(word.replace("'", "").replace("-", "").isalnum() for word in words)
    points = words[-1] in _POINTING or {"it", "them", "him", "one", "ones", "both"} & set(words)
    return is_plain and len(words) >= FEWEST_WORDS and not points


def _is_whole(tree: Tree, verb: int) -> bool:
    """Whether it is not cut off from what it hangs on, and points to nothing that was said elsewhere."""
    mine = own_part(tree, verb)
    following = tree.tokens[mine[-1] + 1 :][:1]
    is_at_end = not following or not following[0].is_word or following[0].low in _JOINING
    marks = (m for i in tree.children(verb, "advcl") for m in tree.children(i, "mark", "advmod"))
    if any(tree.tokens[m].low in _HANGING for m in marks):
        return False
    return is_at_end and not any(tree.tokens[i].tag == "DT" and tree.tokens[i].low in _POINTING_AT for i in mine)


def _is_lasting(tree: Tree, verb: int) -> bool:
    """Whether a clause tells how things are with them, as people say it: not what happened once or what others do, no
    count of things, which they trade away, and no verb that does not follow its auxiliary ("are bring")."""
    subject = tree.child(verb, "nsubj", "nsubjpass", "expl")
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
    """Whether a clause by itself says that something is hard, feared, lacking, not possible or has to be."""
    words = [tree.tokens[i] for i in own_part(tree, verb)]
    has_to = tree.tokens[verb].lemma in ("have", "need") and tree.child(verb, "xcomp") is not None
    was_done_to = tree.child(verb, "auxpass") is not None and any(word.low == "been" for word in words)
    if words[0].low in _LACKING or tree.is_negated(verb) or has_to or was_done_to:
        return True
    return any(is_troubled(word) or is_hard(word) or word.low in _SHORT | _PRESSED for word in words)


def _verbs(tree: Tree) -> list[int]:
    """The verbs on which main clauses stand."""
    roots = list(tree.roots())
    joined = [i for root in roots for i in tree.children(root, "conj")]
    return sorted(roots + [i for i in joined if tree.children(i, "nsubj", "nsubjpass", "expl")])


def _covers(cue: Cue, tree: Tree, verb: int) -> bool:
    """Whether a cue's words and a clause have words in common."""
    quoted = {word.strip(".,?!").lower() for word in cue.quote.split()}
    said = {tree.tokens[i].low for i in own_part(tree, verb) if tree.tokens[i].is_word}
    return 2 * len(said & quoted) > min(len(said), len(quoted))

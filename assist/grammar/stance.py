"""Whether what is said is so, of themselves, and in earnest: not denied, asked, likened or about the rep; pure."""

from assist.grammar.mirror_words import DREADED, OPINING
from assist.grammar.tree import Tree

_ENDING = ("stop", "quit", "give", "finish")


def is_denied(tree: Tree, at: int) -> bool:
    """Negated or over, unless what is denied is that they could bear it: "we can't afford another outage"."""
    if _is_opined_away(tree, at) or _is_given_up(tree, at):
        return True
    feared = at
    while tree.tokens[feared].head != feared:
        if tree.tokens[feared].lemma in DREADED:
            return False
        feared = tree.tokens[feared].head
    return tree.tokens[feared].lemma not in DREADED and tree.is_negated(at)


def _is_opined_away(tree: Tree, at: int) -> bool:
    while tree.tokens[at].head != at:
        above = tree.tokens[at].head
        if tree.tokens[at].dep == "ccomp" and tree.tokens[above].lemma in OPINING and tree.is_negated(above):
            return True
        at = above
    return False


def _is_given_up(tree: Tree, at: int) -> bool:
    """What they stopped doing: "I've stopped counting the hats"."""
    while tree.tokens[at].head != at:
        above = tree.tokens[at].head
        if tree.tokens[at].dep in ("xcomp", "pcomp") and tree.tokens[at].tag == "VBG":
            if tree.tokens[above].lemma in _ENDING:
                return True
        at = above
    return False


def is_asked(tree: Tree, at: int) -> bool:
    """Whether it stands in a question; the turn may go on after it."""
    return next((token.text for token in tree.tokens[at:] if token.text in ("?", ".", "!")), "") == "?"


def is_likened(tree: Tree, at: int) -> bool:
    """Whether it only tells how much: "like standing in the cereal aisle", "so old it could get a driving licence"."""
    while True:
        likened = (at, *tree.children(at, "mark"))
        if any(tree.tokens[i].low == "like" and tree.tokens[i].tag == "IN" for i in likened):
            return True
        if tree.tokens[at].dep == "ccomp" and "so" in _lows(tree, tree.tokens[at].head, "advmod"):
            return True
        if tree.tokens[at].head == at:
            return False
        at = tree.tokens[at].head


def is_about_us(tree: Tree, at: int) -> bool:
    """Whether the clause has the rep for its subject: "you cut out there", "ashes you'd be transporting"."""
    for relative in tree.children(at, "relcl"):
        if any(tree.tokens[i].low == "you" for i in tree.children(relative, "nsubj", "nsubjpass")):
            return True
    while True:
        if any(tree.tokens[i].low == "you" for i in tree.children(at, "nsubj", "nsubjpass")):
            return True
        if tree.tokens[at].head == at:
            return False
        at = tree.tokens[at].head


def _lows(tree: Tree, at: int, *deps: str) -> set[str]:
    return {tree.tokens[i].low for i in tree.children(at, *deps)}

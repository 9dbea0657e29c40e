"""Whether what is said is so, of themselves, and in earnest: not denied, asked, likened or about the rep; pure."""

from assist.grammar.feelings import is_troubled
from assist.grammar.mirror_words import DREADED, OPINING
from assist.grammar.tree import Tree

_ENDING = ("stop", "quit", "finish")


def is_denied(tree: Tree, at: int) -> bool:
    """Negated or over, unless what is denied is that they could bear it: "we can't afford another outage"."""
    if any(_is_opined_away(tree, i) or _is_ended(tree, i) for i in tree.lineage(at)):
        return True
    if any(tree.tokens[i].lemma in DREADED for i in tree.lineage(at)):
        return False
    return tree.is_negated(at)


def is_asked(tree: Tree, at: int) -> bool:
    """Whether it stands in a question; the turn may go on after it."""
    return next((token.text for token in tree.tokens[at:] if token.text in ("?", ".", "!")), "") == "?"


def is_likened(tree: Tree, at: int) -> bool:
    """Whether it is only a comparison or a measure: "like standing in the cereal aisle", "so old it could vote"."""
    return any(_is_comparison(tree, i) or _is_measure(tree, i) for i in tree.lineage(at))


def is_about_us(tree: Tree, at: int) -> bool:
    """Whether the clause has the rep for its subject: "you cut out there", "ashes you'd be transporting"."""
    clauses = (*tree.children(at, "relcl"), *tree.lineage(at))
    return any(tree.tokens[i].low == "you" for clause in clauses for i in tree.children(clause, "nsubj", "nsubjpass"))


def _is_opined_away(tree: Tree, at: int) -> bool:
    above = tree.tokens[at].head
    return tree.tokens[at].dep == "ccomp" and tree.tokens[above].lemma in OPINING and tree.is_negated(above)


def _is_ended(tree: Tree, at: int) -> bool:
    """What they have stopped: "I've stopped counting the hats"; what has to stop goes on."""
    token, above = tree.tokens[at], tree.tokens[tree.tokens[at].head]
    return token.dep == "xcomp" and token.tag == "VBG" and above.lemma in _ENDING and above.tag in ("VBD", "VBN")


def _is_comparison(tree: Tree, at: int) -> bool:
    return any(tree.tokens[i].low == "like" and tree.tokens[i].tag == "IN" for i in (at, *tree.children(at, "mark")))


def _is_measure(tree: Tree, at: int) -> bool:
    above = tree.tokens[at].head
    is_so = 0 < above < at and tree.tokens[above - 1].low == "so" and tree.tokens[above].tag in ("JJ", "RB")
    return is_so and tree.tokens[at].dep == "ccomp" and not is_troubled(tree.tokens[above])

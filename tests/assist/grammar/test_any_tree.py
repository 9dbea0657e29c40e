"""Whatever tree a parser makes of what was said, however strange, nothing here fails on it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assist.grammar import slots
from assist.grammar.clauses import clauses
from assist.grammar.focus import foci, is_asking
from assist.grammar.person import flipped, flipped_words
from assist.grammar.phrases import clause, doing, thing
from assist.grammar.tree import Token, Tree

TAGS = [
    "NN",
    "NNS",
    "NNP",
    "PRP",
    "PRP$",
    "DT",
    "VB",
    "VBZ",
    "VBG",
    "VBN",
    "MD",
    "IN",
    "TO",
    "JJ",
    "RB",
    "UH",
    "CC",
    ".",
    "-RRB-",
]
DEPS = [
    "nsubj",
    "dobj",
    "pobj",
    "prep",
    "intj",
    "punct",
    "mark",
    "advcl",
    "conj",
    "aux",
    "neg",
    "poss",
    "det",
    "compound",
]
DEPS += ["ROOT", "ccomp", "xcomp", "acomp", "attr", "advmod", "amod", "relcl", "nsubjpass", "expl", "prt", "pcomp"]
TEXTS = [
    "I",
    "my",
    "we",
    "it",
    "boss",
    "price",
    "system",
    "migration",
    "is",
    "have",
    "moving",
    "until",
    "about",
    "of",
    "not",
]
TEXTS += ["um", ",", "...", "?", "%", ")", "the", "a", "if", "worried", "hard", "use", "same", "to", "that", "last"]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Tokens that hang on one another in any way that comes back to a root."""
    count = draw(st.integers(1, 9))
    order = draw(st.permutations(range(count)))
    tokens: list[Token | None] = [None] * count
    for rank, at in enumerate(order):
        head = at if rank == 0 else order[draw(st.integers(0, rank - 1))]
        text = draw(st.sampled_from(TEXTS))
        tag, dep = draw(st.sampled_from(TAGS)), draw(st.sampled_from(DEPS))
        tokens[at] = Token(text, text.lower(), tag, "ROOT" if rank == 0 else dep, head, glued=draw(st.booleans()))
    return Tree(tuple(token for token in tokens if token is not None))


@settings(max_examples=600)
@given(trees())
def test_no_tree_makes_any_of_it_fail(tree: Tree) -> None:
    """A call ended on `thing` when a noun was an interjection and nothing hung on it."""
    slots.found(tree)
    list(foci(tree))
    is_asking(tree)
    list(clauses(tree))
    flipped_words(tree)
    for at in range(len(tree.tokens)):
        assert thing(tree, at) != ""
        assert clause(tree, at) != ""
        assert doing(tree, at) != ""
        flipped(tree, tree.subtree(at))

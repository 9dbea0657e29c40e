"""A tree knows what hangs on what, what is denied, and how its words are written."""

import pytest

from assist.grammar.tree import Parse, Token, Tree, join

# "We don't like it." by hand, so that nothing here rests on a parser.
DENIED = Tree(
    (
        Token("We", "we", "PRP", "nsubj", 3, False),
        Token("do", "do", "VBP", "aux", 3, False),
        Token("n't", "not", "RB", "neg", 3, True),
        Token("like", "like", "VB", "ROOT", 3, False),
        Token("it", "it", "PRP", "dobj", 3, False),
        Token(".", ".", ".", "punct", 3, True),
    )
)


def test_what_hangs_on_a_word() -> None:
    """All of it, of some kinds, the first of a kind, and all that hangs on those."""
    assert DENIED.children(3) == [0, 1, 2, 4, 5]
    assert DENIED.children(3, "aux", "neg") == [1, 2]
    assert DENIED.child(3, "dobj") == 4
    assert DENIED.child(4) is None
    assert DENIED.subtree(3) == [0, 1, 2, 3, 4, 5]
    assert list(DENIED.lineage(4)) == [4, 3]
    assert list(DENIED.lineage(3)) == list(DENIED.roots()) == [3]


def test_text_is_written_as_it_was() -> None:
    """With what is glued to the word before it."""
    assert DENIED.text(range(6)) == "We don't like it."
    assert DENIED.text([2, 3]) == "n't like"
    assert join([("a", False), ("b", True)]) == "ab"


def test_kinds_of_tokens() -> None:
    """Words are not marks; only a verb in a tense carries a clause."""
    assert [token.is_word for token in DENIED.tokens] == [True] * 5 + [False]
    assert [token.is_finite for token in DENIED.tokens] == [False, True, False, False, False, False]
    assert DENIED.tokens[0].low == "we"


def test_what_is_denied() -> None:
    """By a word on it or on the verb that it belongs to."""
    assert DENIED.is_negated(4)
    assert DENIED.is_negated(3)


@pytest.mark.parametrize(
    ("text", "word", "is_negated"),
    [
        ("The rollout was never painful.", "painful", True),
        ("There is no risk in it.", "risk", True),
        ("Yeah, no, the migration worries me.", "migration", False),  # "no" answers something
        ("It is risky and nobody denies that.", "risky", False),
    ],
)
def test_denial_in_real_sentences(parse: Parse, text: str, word: str, is_negated: bool) -> None:
    """And nowhere beyond it."""
    tree = parse(text)
    assert tree is not None
    at = next(index for index, token in enumerate(tree.tokens) if token.low == word)
    assert tree.is_negated(at) == is_negated

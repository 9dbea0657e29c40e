"""Which words name a feeling of theirs."""

import pytest

from assist.grammar.feelings import is_moved, is_troubled
from assist.grammar.tree import Parse


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("I'm worried about the contract.", "worried", True),
        ("I'm not worried about it.", "worried", False),
        ("I'm not sure about the contract.", "sure", True),
        ("I'm sure about the contract.", "sure", False),
        ("The contract is long.", "long", False),
    ],
)
def test_what_they_feel(parse: Parse, text: str, word: str, expected: bool) -> None:
    """A feeling denied is none, and ease denied is one."""
    tree = parse(text)
    assert tree is not None
    at = next(i for i, token in enumerate(tree.tokens) if token.low == word)
    assert is_moved(tree, at) is expected
    assert is_troubled(tree.tokens[at]) is (word == "worried")

"""Words that name what they feel; pure."""

from assist.grammar.tree import Token, Tree

_TROUBLED = frozenset(
    "worried nervous anxious afraid scared concerned wary sceptical skeptical unsure confused unclear torn cautious "
    "careful hesitant uneasy frustrated annoyed tired sick fed worry doubt doubts reservations fear concern qualms "
    "question lost stuck overwhelmed swamped buried drowning excited keen thrilled".split()
)
_AT_EASE = frozenset("sure certain convinced sold clear comfortable happy".split())


def is_troubled(word: Token) -> bool:
    """Whether a word names a feeling that weighs on them."""
    return word.low in _TROUBLED


def is_moved(tree: Tree, at: int) -> bool:
    """Whether a word names a feeling that they have: "worried", and "sure" when they are not."""
    word = tree.tokens[at]
    return (is_troubled(word) and not tree.is_negated(at)) or (word.low in _AT_EASE and tree.is_negated(at))

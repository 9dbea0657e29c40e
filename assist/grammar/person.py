"""Their words as the other party would say them: "my team" becomes "your team"; pure."""

from collections.abc import Sequence
from itertools import pairwise

from assist.grammar.tree import Token, Tree, join

_FLIPPED = {
    **dict.fromkeys(("i", "we", "me", "us"), "you"),
    **dict.fromkeys(("my", "our"), "your"),
    **dict.fromkeys(("mine", "ours"), "yours"),
    **dict.fromkeys(("myself", "meself"), "yourself"),
    "ourselves": "yourselves",
    "your": "the",
    "here": "there",
}
_TO_US = frozenset("you yours yourself yourselves ya y'".split())
_NEVER_NAMES = ("DT", "PRP", "PRP$", "EX", "MD")
_BE = {"am": "are", "'m": "'re", "m": "'re", "was": "were"}


def flipped(tree: Tree, indices: Sequence[int]) -> str | None:
    """The tokens with the person turned round, or None where that cannot be done: they speak of you, the rep."""
    tokens = [tree.tokens[index] for index in indices]
    if any(token.low in _TO_US for token in tokens):
        return None
    if any(token.low == "your" and after.low == "own" for token, after in pairwise(tokens)):
        return None
    return join((_turned(tree, token), token.glued and place > 0) for place, token in enumerate(tokens))


def flipped_words(tree: Tree) -> tuple[str, ...]:
    """Every word of theirs with the person turned round, for finding it again in what the rep is to say."""
    return tuple(_turned(tree, token).lower() for token in tree.tokens if token.is_word)


def _turned(tree: Tree, token: Token) -> str:
    if token.low in _BE and _is_mine(tree, token):
        return _BE[token.low]
    if token.low in _FLIPPED:
        return _FLIPPED[token.low]
    if token.text == "i":
        return "you"
    # A recogniser writes a word that opens a sentence with a capital; in the middle of another it has none.
    opens = token is tree.tokens[0] or tree.tokens[tree.tokens.index(token) - 1].text in (".", "?", "!", "...")
    is_name = token.tag in ("NNP", "NNPS") or token.text.isupper()
    return token.low if token.tag in _NEVER_NAMES or (opens and not is_name) else token.text


def _is_mine(tree: Tree, verb: Token) -> bool:
    """Whether the subject of a form of "be" is "I"."""
    at = next(index for index, token in enumerate(tree.tokens) if token is verb)
    head = tree.tokens[at].head if verb.dep in ("aux", "auxpass") else at
    return any(tree.tokens[i].low == "i" for i in tree.children(head, "nsubj", "nsubjpass"))

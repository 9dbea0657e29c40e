"""What they said, clause by clause, as it could be said back to them: "you're short two drivers"; pure."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import msgspec

from assist.grammar.person import flipped
from assist.grammar.phrases import own_part
from assist.grammar.tree import Token, Tree

FEWEST_WORDS, MOST_WORDS = 4, 16
"""In a clause that is said back: "you can't order" is a scrap, and more than sixteen nobody says in one go."""

_POINTING = frozenset("it that this they he she those these what who which you".split())
"""Subjects that only the words around them make clear, or that mean the rep."""

_THINKING = frozenset("think guess suppose find say mean know tell".split())
"""What hangs on these is what they say; on another verb it is what they wonder about, want, or have heard."""


_POINTED = frozenset("this that these those".split())
_STANDING_IN = frozenset("it itself them they their he him his she her one ones there then both".split())
_AT_END = frozenset("this that these those there so too either though then it".split())
"""At its end even these point to what was said elsewhere."""

_YOURS = frozenset("your yours".split())
_DANGLING = ("CC", "DT", "PRP$", "WDT", "WP", "WRB")
"""No clause ends on these: it was cut off."""

_SUPPOSING = frozenset("if unless else otherwise til till until".split())
"""What is said with these hangs on something: without "if it rains" nobody said that they can't pour the floor."""


class Clause(msgspec.Struct, frozen=True):
    """`text` with the person turned round; `indices` are those of its tokens."""

    text: str
    indices: tuple[int, ...]


def clauses(tree: Tree) -> Iterator[Clause]:
    """In the order of their verbs; none that is a part of another, or of a sentence that supposes."""
    taken = {at for root in tree.roots() for at in _supposed(tree, root)}
    for verb, token in enumerate(tree.tokens):
        is_main = token.head == verb or token.dep in ("conj", "parataxis") or _is_their_thought(tree, verb)
        clause = _clause(tree, verb) if is_main and verb not in taken else None
        if clause is not None:
            taken.update(clause.indices)
            yield clause


def _supposed(tree: Tree, root: int) -> list[int]:
    sentence = tree.subtree(root)
    return sentence if any(tree.tokens[at].low in _SUPPOSING for at in sentence) else []


def _is_their_thought(tree: Tree, verb: int) -> bool:
    thinking = tree.tokens[verb].head
    is_meant = tree.tokens[thinking].lemma in _THINKING and not tree.is_negated(thinking)
    return tree.tokens[verb].dep == "ccomp" and is_meant


def _clause(tree: Tree, verb: int) -> Clause | None:
    subject = tree.child(verb, "nsubj", "nsubjpass", "expl")
    if subject is None or tree.tokens[subject].low in _POINTING or not _is_finite(tree, verb):
        return None
    first = min(tree.subtree(subject))
    part = [at for at in own_part(tree, verb) if at >= first]
    while part and not tree.tokens[part[-1]].is_word:
        part.pop()
    words = [tree.tokens[at] for at in range(first, part[-1] + 1)] if part else []
    is_whole = len(words) == len(part) and all(word.is_word and word.tag not in ("UH", "FW") for word in words)
    is_whole = is_whole and words[-1].tag not in _DANGLING and not _turns_odd(words) and not _points_away(words)
    text = flipped(tree, part) if is_whole else None
    return Clause(text, tuple(part)) if text is not None and _is_sayable(text) else None


def _points_away(words: Sequence[Token]) -> bool:
    """Whether a word stands for something that no noun before it in the clause has named."""
    named = False
    for word, after in zip_longest(words, words[1:]):
        is_one_of = word.low == "one" and after is not None and after.low == "of"
        if word.tag == "DT" and word.low in _POINTED:
            return True
        if word.low in _STANDING_IN and not named and not is_one_of and word.dep != "expl":
            return True
        named = named or word.tag.startswith("NN")
    return words[-1].low in _AT_END


def _turns_odd(words: Sequence[Token]) -> bool:
    """Whether turned round it would be odd: "you can't see you typing", or "the leg" for a leg of the rep's."""
    said = {word.low for word in words}
    return bool(said & _YOURS) or (bool(said & {"i", "we"}) and bool(said & {"me", "us"}))


def _is_finite(tree: Tree, verb: int) -> bool:
    return any(tree.tokens[at].is_finite for at in (verb, *tree.children(verb, "aux", "auxpass")))


def _is_sayable(text: str) -> bool:
    return FEWEST_WORDS <= len(text.split()) <= MOST_WORDS

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

_NAMING_NOTHING = frozenset("thing point problem issue trouble question".split())
"""Subjects that only lead up to what is said: "the other thing is that we can't be shut"."""

_THINKING = frozenset("think guess suppose find say mean know tell".split())
"""What hangs on these is what they say; on another verb it is what they wonder about, want, or have heard."""

_POINTED = frozenset("this that these those".split())
"""Before a noun: which one, was said elsewhere."""

_STANDING_IN = frozenset("it itself them they their him he his her she one ones there then both".split())
"""For a noun, which should stand before them in the clause."""

_AT_END = frozenset("this that these those there so too either though then it".split())
"""At its end even these point to what was said elsewhere."""

_YOURS = frozenset("your yours".split())
_DANGLING = ("CC", "CD", "DT", "PRP$", "WDT", "WP", "WRB")
"""No clause ends on these: it was cut off."""

_SUPPOSING = frozenset("if unless else otherwise til till until".split())
"""What is said with these hangs on something: without "if it rains" nobody said that they can't pour the floor."""

_HANGING = frozenset("once before when after".split())
"""So it does on a clause with one of these, though by themselves they may stand: "we've been burned before".

What is said with "then" hangs on what the rep proposes."""


class Clause(msgspec.Struct, frozen=True):
    """`text` with the person turned round; `indices` are those of its tokens."""

    text: str
    indices: tuple[int, ...]


def clauses(tree: Tree) -> Iterator[Clause]:
    """In the order of their verbs; none that is a part of another, or of a sentence that asks or supposes."""
    taken = {at for root in tree.roots() for at in _not_stated(tree, root)}
    for verb, token in enumerate(tree.tokens):
        is_main = token.head == verb or token.dep in ("conj", "parataxis") or _is_their_thought(tree, verb)
        clause = _clause(tree, verb) if is_main and verb not in taken else None
        if clause is not None:
            taken.update(clause.indices)
            yield clause


def _not_stated(tree: Tree, root: int) -> list[int]:
    sentence = tree.subtree(root)
    words = {tree.tokens[at].low for at in sentence}
    return sentence if words & {*_SUPPOSING, "?"} else []


def _is_their_thought(tree: Tree, verb: int) -> bool:
    thinking = tree.tokens[verb].head
    subject = tree.child(thinking, "nsubj")
    if tree.tokens[verb].dep != "ccomp" or subject is None or tree.is_negated(thinking):
        return False
    is_thought = tree.tokens[thinking].lemma in _THINKING and tree.tokens[subject].low != "you"
    return is_thought or tree.tokens[subject].lemma in _NAMING_NOTHING


def _clause(tree: Tree, verb: int) -> Clause | None:
    subject = tree.child(verb, "nsubj", "nsubjpass", "expl")
    if subject is None or _is_unnamed(tree, subject) or not _is_finite(tree, verb) or _hangs(tree, verb):
        return None
    first = min(tree.subtree(subject))
    part = [at for at in own_part(tree, verb) if at >= first]
    while part and not tree.tokens[part[-1]].is_word:
        part.pop()
    if not part or _is_turned_to_ask(tree, verb, first):
        return None
    words = tree.tokens[first : part[-1] + 1]
    is_whole = len(words) == len(part) and all(word.is_word and word.tag not in ("UH", "FW") for word in words)
    is_clear = words[-1].tag not in _DANGLING and not _turns_odd(words) and not _points_away(words)
    text = flipped(tree, part) if is_whole and is_clear else None
    is_sayable = text is not None and FEWEST_WORDS <= len(text.split()) <= MOST_WORDS
    return Clause(text, tuple(part)) if text is not None and is_sayable else None


def _is_unnamed(tree: Tree, subject: int) -> bool:
    """Whether only the words around a clause make clear who or what it is about: "they", "the other thing", "two"."""
    token = tree.tokens[subject]
    is_bare_count = token.tag == "CD" and not tree.children(subject, "prep")
    return token.low in _POINTING or token.lemma in _NAMING_NOTHING or is_bare_count


def _is_finite(tree: Tree, verb: int) -> bool:
    return any(tree.tokens[at].is_finite for at in (verb, *tree.children(verb, "aux", "auxpass")))


def _hangs(tree: Tree, verb: int) -> bool:
    marks = (mark for at in tree.children(verb, "advcl") for mark in tree.children(at, "mark", "advmod"))
    is_then = any(tree.tokens[at].low == "then" for at in tree.children(verb, "advmod"))
    return is_then or any(tree.tokens[mark].low in _HANGING for mark in marks)


def _is_turned_to_ask(tree: Tree, verb: int, first: int) -> bool:
    """Whether verb or auxiliary stands before the subject: "do we have to". A recogniser may leave out the mark."""
    return any(at < first for at in (verb, *tree.children(verb, "aux", "auxpass")))


def _points_away(words: Sequence[Token]) -> bool:
    """Whether a word stands for something that no noun before it in the clause has named."""
    is_named = False
    for word, after in zip_longest(words, words[1:]):
        is_one_of = word.low == "one" and after is not None and after.low == "of"
        if word.tag == "DT" and word.low in _POINTED:
            return True
        if word.low in _STANDING_IN and not is_named and not is_one_of and word.dep != "expl":
            return True
        is_named = is_named or word.tag.startswith("NN")
    return words[-1].low in _AT_END


def _turns_odd(words: Sequence[Token]) -> bool:
    """Whether turned round it would be odd: "you can't see you typing", or "the leg" for a leg of the rep's."""
    said = {word.low for word in words}
    return bool(said & _YOURS) or (bool(said & {"i", "we"}) and bool(said & {"me", "us"}))

"""A sentence as its words and what each of them hangs on; pure."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

NEGATORS = frozenset(
    "not n't no never nothing none nobody without hardly neither nor isnt dont doesnt cant wont".split()
)


class Token(msgspec.Struct, frozen=True):
    """A word, a part of one ("do", "n't") or a mark.

    `tag` is of the Penn Treebank, `dep` of ClearNLP (as spaCy's English models have them), `head` the index of the
    token that it hangs on (its own for a root). `glued`: no space before it.
    """

    text: str
    lemma: str
    tag: str
    dep: str
    head: int
    glued: bool

    @property
    def low(self) -> str:
        """In lower case."""
        return self.text.lower()

    @property
    def is_word(self) -> bool:
        """Whether it is more than punctuation."""
        return any(letter.isalnum() for letter in self.text)

    @property
    def is_finite(self) -> bool:
        """Whether a clause can stand on it: a verb in a tense, or a modal."""
        return self.tag in ("VBD", "VBP", "VBZ", "MD")


class Tree(msgspec.Struct, frozen=True, dict=True):
    """All sentences of a piece of text, in order; indices are those of `tokens`."""

    tokens: tuple[Token, ...]

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for index, token in enumerate(self.tokens):
            if token.head != index:
                children.setdefault(token.head, []).append(index)
        return children

    def children(self, at: int, *deps: str) -> list[int]:
        """What hangs on a token, in order; only of these kinds, if any are given."""
        return [i for i in self._children.get(at, ()) if not deps or self.tokens[i].dep in deps]

    def child(self, at: int, *deps: str) -> int | None:
        """The first of them."""
        return next(iter(self.children(at, *deps)), None)

    def subtree(self, at: int) -> list[int]:
        """A token and all that hangs on it, in order."""
        found = [at]
        for index in found:
            found += self._children.get(index, ())
        return sorted(found)

    def lineage(self, at: int) -> Iterator[int]:
        """A token and those above it, up to the top of its sentence."""
        yield at
        while self.tokens[at].head != at:
            at = self.tokens[at].head
            yield at

    def roots(self) -> Iterator[int]:
        """The top of each sentence."""
        return (index for index, token in enumerate(self.tokens) if token.head == index)

    def text(self, indices: Iterable[int]) -> str:
        """Tokens as they would be written."""
        return join((self.tokens[index].text, self.tokens[index].glued) for index in indices)

    def is_negated(self, at: int) -> bool:
        """Whether a token, or the verb that it belongs to, is denied."""
        while True:
            if any(self.tokens[i].low in NEGATORS and self.tokens[i].dep != "intj" for i in self.children(at)):
                return True
            token = self.tokens[at]
            if token.head == at or token.dep in ("advcl", "ccomp", "relcl", "conj", "parataxis"):
                return False
            at = token.head


def join(pieces: Iterable[tuple[str, bool]]) -> str:
    """Texts with a space before each that is not glued to the one before."""
    return "".join(text if glued else f" {text}" for text, glued in pieces).strip()


Parse = Callable[[str], Tree | None]
"""A text to its tree; None while there is no parser."""


def no_parser(text: str) -> None:
    """Has no tree of anything, so that all wordings are those of the playbook as they stand there."""

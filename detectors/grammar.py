"""The small language the phrasebooks are written in, compiled to regular expressions over spoken words.

    too expensive           words, in order; small words such as "just" or "really" may stand between any two
    don't                   short and long forms are the same: "do not", "dont"
    expens*                 every word that begins so (four letters at least before the star)
    (cost|price tag)        one of these
    [too|so]                one of these, or nothing
    <cost>                  one of a family of phrases, named in the file's `families`
    ..  ...                 a gap of up to 3, of up to 8 words of one sentence, but not over "not", "never", "no"
    ^                       the reply begins here ("yeah", "well" and the like may come first)
    /                       a clause begins here
    $                       the reply ends here
    ?                       a question ends here; a hint only, for the recogniser may not have written it

A pattern is matched against `Spoken.line` (see speech.py), in which every word stands between single spaces and a word
that may be skipped is marked by a tilde. A match takes the space before its first word along: regular expressions are
found several times faster by a fixed first character.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Set

import msgspec

_TOKEN = re.compile(r"\.\.\.|\.\.|<\w+>|[()|\[\]^/$]|[\w']+\*?|\S")
_SKIPPED = "(?:~[^ ]+ ){0,3}"
_ANY_WORD = "(?:(?:~[^ .?]+ ){0,3}(?!(?:not|never|no) )[^~ ]+ )"
_GAPS = {"..": f"{_ANY_WORD}{{0,3}}?", "...": f"{_ANY_WORD}{{0,8}}?"}
_KEY_LETTERS = 4


class PatternError(ValueError):
    """A pattern cannot be read: the text says where it stands, what is wrong and what to do."""


class Pattern(msgspec.Struct, frozen=True):
    """One line of a phrasebook, compiled.

    A line of speech can only match when each set in `needs` holds one of the line's keys; the rarest comes first.
    """

    source: str
    regex: re.Pattern[str]
    needs: tuple[frozenset[str], ...]

    def may_match(self, keys: Set[str]) -> bool:
        """Whether a line with these keys is worth searching: most are not, and this costs far less to find out."""
        for need in self.needs:
            if need.isdisjoint(keys):
                return False
        return True


class Tongue(msgspec.Struct, frozen=True):
    """What patterns are read with: phrases by family name, and how spoken words are written out.

    `plain` words are too frequent to find candidates by; `openers` may come before `^`; `joints` begin a clause.
    """

    families: Mapping[str, str]
    spell: Callable[[str], tuple[str, ...]]
    plain: frozenset[str]
    openers: frozenset[str]
    joints: frozenset[str]


class _Piece(msgspec.Struct, frozen=True):
    """Part of a pattern; `is_loose` when it may be left out or, like a gap, needs no space of its own."""

    regex: str
    needs: tuple[frozenset[str], ...] = ()
    is_loose: bool = False
    is_gap: bool = False


def keys_of(words: Iterable[str]) -> frozenset[str]:
    """What patterns are looked up by: the words themselves, and how they begin."""
    found = set(words)
    return frozenset(found | {_stem_key(word) for word in found})


def _stem_key(word: str) -> str:
    return f"{word[:_KEY_LETTERS]}*"


def compile_pattern(source: str, tongue: Tongue) -> Pattern:
    """Reads one line; raises PatternError."""
    tokens = _TOKEN.findall(source)
    reader = _Reader(source, tongue, tokens)
    piece = reader.choice(until=None)
    return Pattern(source, re.compile(f" {piece.regex}"), piece.needs)


class _Reader:
    """Reads the tokens of one pattern from left to right."""

    def __init__(self, source: str, tongue: Tongue, tokens: list[str], outer: tuple[str, ...] = ()) -> None:
        self._source = source
        self._tongue = tongue
        self._left = tokens[::-1]
        self._outer = outer

    def choice(self, until: str | None) -> _Piece:
        """Alternatives up to the closing `until`, or to the end when None."""
        options = [self._sequence()]
        while self._left and self._left[-1] == "|":
            self._left.pop()
            options.append(self._sequence())
        if until is not None and not self._left:
            raise self._error(f"a bracket is never closed; add {until!r}")
        if self._left and self._left.pop() != until:
            raise self._error("a bracket is closed that was never opened; remove it")
        if len(options) == 1:
            return options[0]
        rarest = [option.needs[0] for option in options if option.needs]
        needs = (frozenset[str]().union(*rarest),) if len(rarest) == len(options) else ()
        return _Piece(f"(?:{'|'.join(option.regex for option in options)})", needs)

    def _sequence(self) -> _Piece:
        pieces: list[_Piece] = []
        while self._left and self._left[-1] not in ("|", ")", "]"):
            pieces.extend(self._pieces(self._left.pop()))
        return self._join(pieces)

    def _pieces(self, token: str) -> list[_Piece]:
        if token == "(":
            return [self.choice(")")]
        if token == "[":
            inner = self.choice("]")
            return [_Piece(inner.regex, is_loose=True)]
        if token.startswith("<"):
            return [self._family(token[1:-1])]
        if token in _GAPS:
            return [_Piece(_GAPS[token], is_gap=True)]
        if token in ("^", "/", "$"):
            return [_Piece(self._place(token), is_gap=True)]
        if token == "?":
            return [_Piece(r"~\? ")]
        return self._words(token)

    def _words(self, token: str) -> list[_Piece]:
        if token.endswith("*"):
            stem = token[:-1].lower()
            if len(stem) < _KEY_LETTERS:
                raise self._error(f"{token!r} fits too many words; write {_KEY_LETTERS} letters before the star")
            return [_Piece(f"~?{re.escape(stem)}[^ ]* ", (frozenset({_stem_key(stem)}),))]
        words = self._tongue.spell(token)
        if not words:
            raise self._error(f"{token!r} is neither a word nor a sign of the language; remove it")
        return [_Piece(f"~?{re.escape(word)} ", (frozenset({word}),)) for word in words]

    def _family(self, name: str) -> _Piece:
        if name in self._outer or name not in self._tongue.families:
            known = ", ".join(sorted(self._tongue.families))
            raise self._error(f"there is no family <{name}> here; there are: {known}")
        tokens = _TOKEN.findall(self._tongue.families[name])
        return _Reader(self._source, self._tongue, tokens, (*self._outer, name)).choice(until=None)

    def _place(self, sign: str) -> str:
        if sign == "$":
            return r"(?:~[^ ]+ )*\Z"
        if sign == "^":
            return rf"(?<=\A )(?:~[^ ]+ |(?:{'|'.join(sorted(self._tongue.openers))}) )*"
        joints = "|".join(f"(?<= {word} )" for word in sorted(self._tongue.joints))
        return rf"(?:(?<=\A )|(?<=[,.?] )|{joints}){_SKIPPED}"

    def _join(self, pieces: list[_Piece]) -> _Piece:
        """One piece after another, with skipped words between them; loose ones bring their own space along."""
        regex, is_begun = "", False
        for piece in pieces:
            if piece.is_gap:
                regex += piece.regex
            elif piece.is_loose:
                regex += f"(?:{_SKIPPED}{piece.regex})?" if is_begun else f"(?:{piece.regex}{_SKIPPED})?"
            else:
                regex += f"{_SKIPPED}{piece.regex}" if is_begun else piece.regex
                is_begun = True
        if not is_begun and not any(piece.regex.endswith(r"\Z") for piece in pieces):
            raise self._error("a part of it fits any words at all; give each part at least one word that must be said")
        needs = [need for piece in pieces if not piece.is_loose for need in piece.needs]
        plain = self._tongue.plain
        return _Piece(regex, tuple(sorted(needs, key=lambda need: (len(need & plain), len(need)))))

    def _error(self, wrong: str) -> PatternError:
        return PatternError(f"pattern {self._source!r}: {wrong}")

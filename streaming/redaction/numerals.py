"""One word as the recogniser wrote it -> what it is in a number: digits, a scale, a filler, a correction; pure."""

import re
from typing import Literal

import msgspec

Kind = Literal["digits", "scale", "times", "many", "letters", "date", "filler", "correction", "shaped", "word"]


class Piece(msgspec.Struct, frozen=True):
    """A part of a word. `said`: its digits (and capital letters), a scale's or a multiplier's number, else nothing."""

    kind: Kind
    said: str = ""
    is_written: bool = False
    """In figures, as they stand in the text."""
    groups: tuple[int, ...] = ()
    """The lengths of the groups between dashes, points and strokes of what is written."""


WORD = Piece("word")
SHAPED = Piece("shaped")
"""Figures whose form says that they are a price, a share, a time or a rank."""

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPOKEN = (
    {word: str(value) for value, word in enumerate([*ONES, *TEENS])}
    | {word: str(20 + 10 * step) for step, word in enumerate(TENS)}
    | {"oh": "0", "o": "0", "nought": "0", "naught": "0", "aught": "0", "nil": "0", "niner": "9", "fourty": "40"}
)
SCALES = {"hundred": "100", "thousand": "1000"}
MANY = {"zeros": "0", "zeroes": "0", "ohs": "0", "sixes": "6"} | {
    f"{word}s": SPOKEN[word] for word in ONES if word != "six"
}
"""As in "four ones"."""
TIMES = {"double": "2", "dubble": "2", "triple": "3", "treble": "3", "quadruple": "4"}

# Between the digits of one number; "to", "for" and their like are how recognisers write 2 and 4.
FILLERS = frozenset(
    """a again ah alright an and ate be dash er erm for free got have hmm hold hyphen i is it it's its just let let's
    like me mhm minute my next now of ok okay on one's please repeat right say second see sec so space starting that
    that's the then there they've this to too tree uh uhm um umm was well won yeah yep yes you know here's here go
    there's goes followed by with point slash stroke hm mm""".split()
)
CORRECTIONS = frozenset(
    "no nope not sorry mean wait actually rather scratch correction oops instead should wrong".split()
)
MEASURES = frozenset(
    """dollar dollars cent cents buck bucks euro euros pound pounds percent per k grand million billion am pm a.m p.m
    o'clock people users seats reps licenses licences employees agents calls months month years year weeks week days day
    hours hour minutes mins seconds times units january february april june july august september october
    november december""".split()
)

EDGES = ".,!?;:\"'()[]\u2026\u2019#"
_money = re.compile(r"[$\u20ac\u00a3]\d[\d,.]*[kmb]?|\d[\d,.]*(%|st|nd|rd|th|[kmb]|am|pm|x|gb|mb|tb)")
_time = re.compile(r"\d{1,2}:\d{2}(am|pm)?")
_decimal = re.compile(r"\d{1,6}\.\d{1,2}")
_thousands = re.compile(r"\d{1,3}(,\d{3}){1,3}(\.\d+)?")
_month = re.compile(r"(0?[1-9]|1[0-2])[/-](20)?\d{2}")
_day = re.compile(r"\d{1,2}[/-]\d{1,2}[/-](\d{2}){1,2}|\d{4}-\d{2}-\d{2}")
_figures = re.compile(r"\+?\d+([-.,/_:]\d+)*")
_mixed = re.compile(r"(?=.*\d)[a-z\d]+(-[a-z\d]+)*")
_capitals = re.compile(r"[A-Z]{2,6}")


def pieces_of(text: str) -> tuple[Piece, ...]:
    """What a word is in a number; more than one piece where a dash joins number words."""
    bare = text.strip().strip(EDGES)
    word = bare.lower()
    if not any(char.isalnum() for char in word):
        return (Piece("filler"),)
    if any(char.isdigit() for char in word):
        return (_written(word),)
    spoken = [_spoken(part) for part in word.split("-")]
    if all(spoken):
        return tuple(piece for piece in spoken if piece)
    return (_said(bare, word),)


def _spoken(part: str) -> Piece | None:
    if part in SPOKEN:
        return Piece("digits", SPOKEN[part])
    if part in SCALES:
        return Piece("scale", SCALES[part])
    if part in TIMES:
        return Piece("times", TIMES[part])
    if part in MANY:
        return Piece("many", MANY[part])
    return None


def _said(bare: str, word: str) -> Piece:
    if word in CORRECTIONS:
        return Piece("correction", word)
    if word in MEASURES:
        return SHAPED
    if word in FILLERS:
        return Piece("filler")
    is_spelt = (len(word) == 1 and word.isalpha()) or _capitals.fullmatch(bare)
    return Piece("letters", bare.upper()) if is_spelt else WORD


def _written(word: str) -> Piece:
    is_shaped = any(form.fullmatch(word) for form in (_money, _time, _decimal, _thousands, _day))
    if is_shaped:
        return SHAPED
    if _month.fullmatch(word):
        return Piece("date", "".join(filter(str.isdigit, word)), is_written=True)
    if _figures.fullmatch(word):
        groups = tuple(map(len, re.findall(r"\d+", word)))
        return Piece("digits", "".join(filter(str.isdigit, word)), is_written=True, groups=groups)
    if _mixed.fullmatch(word):
        return Piece("digits", "".join(filter(str.isalnum, word)).upper(), is_written=True)
    return SHAPED if word[0] in "$\u20ac\u00a3" else WORD

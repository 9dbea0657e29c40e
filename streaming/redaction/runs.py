"""Words -> the runs of digits in them, over fillers, corrections and ends of utterances; pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from streaming.redaction.numerals import Piece, pieces_of
from streaming.types import Word

MOST_BETWEEN = 9  # fillers and corrections in a row that a number is still one number over
LONGEST_PAUSE_MS = 15_000
MOST_REPLACED = 4  # digits that are taken to be said anew after "no, sorry"
PERIODS = range(7, 12)  # lengths of telephone numbers, which are said twice and are no card then
ALIKE_SHARE = 0.8
BEGINNINGS = frozenset({"digits", "date", "letters", "times"})


class Run(msgspec.Struct, frozen=True):
    """Words `first` to `last`, of which each end is a digit.

    `raw`: all digits and letters in it, `numbers`: as they were said, one a number ("forty-one eleven" are two).
    `corrected` has the digits that are left when what was taken back and what was said twice are taken out.
    """

    first: int
    last: int
    raw: str
    numbers: tuple[str, ...]
    corrected: int
    groups: tuple[int, ...]
    is_written: bool
    is_ended: bool
    """Something that is no part of a number was said behind it."""
    is_measured: bool
    """A unit stands behind it, or a month before."""
    is_date: bool = False

    @property
    def digits(self) -> str:
        """Without letters."""
        return "".join(filter(str.isdigit, self.raw))


class _Open:
    """A run while it is read."""

    def __init__(self, first: int, is_measured: bool) -> None:
        self.first = self.last = first
        self.pieces: list[Piece] = []
        self.between: list[Piece] = []
        self.is_measured = is_measured

    def take(self, place: int, piece: Piece) -> None:
        if piece.kind in {"filler", "correction"}:
            self.between.append(piece)
            return
        if self.between and all(before.kind == "letters" for before in self.pieces):
            self.first, self.pieces = place, []  # "the CVV is one": those letters are a word
        self.pieces += [*(gap for gap in self.between if gap.kind == "correction"), piece]
        self.between = []
        self.last = place

    def run(self, is_ended: bool, is_measured: bool) -> Run | None:
        if not any(piece.kind in {"digits", "date"} for piece in self.pieces):
            return None
        numbers = tuple(_numbers(self.pieces))
        return Run(
            first=self.first,
            last=self.last,
            raw="".join(numbers),
            numbers=numbers,
            corrected=_corrected(self.pieces),
            groups=tuple(length for piece in self.pieces for length in piece.groups),
            is_written=any(piece.is_written for piece in self.pieces),
            is_ended=is_ended,
            is_measured=self.is_measured or is_measured,
            is_date=all(piece.kind == "date" for piece in self.pieces),
        )


def runs_in(words: Sequence[Word], asked: Sequence[int] = ()) -> Iterator[Run]:
    """The runs of some words of one speaker, in order; the last may be open to more.

    `asked` are the times at which somebody else brought up another number: what follows is no part of the one before.
    """
    run: _Open | None = None
    is_after_measure = False
    for place, word in enumerate(words):
        if run and _is_apart(words[run.last], word, asked):
            yield from _closed(run, is_measured=False)
            run = None
        for piece in pieces_of(word.text):
            if run and not _goes_on(run, piece):
                yield from _closed(run, is_measured=piece.kind == "shaped" and len(run.between) < 2)
                run = None
            if run is None and piece.kind in BEGINNINGS:
                run = _Open(place, is_after_measure)
            if run:
                run.take(place, piece)
            is_after_measure = piece.kind == "shaped"
    if run and (last := run.run(is_ended=False, is_measured=False)):
        yield last


def _is_apart(last: Word, word: Word, asked: Sequence[int]) -> bool:
    is_answer = any(last.end_ms <= at_ms <= word.start_ms for at_ms in asked)
    return is_answer or word.start_ms - last.end_ms > LONGEST_PAUSE_MS


def _closed(run: _Open, is_measured: bool) -> Iterator[Run]:
    if closed := run.run(is_ended=True, is_measured=is_measured):
        yield closed


def _goes_on(run: _Open, piece: Piece) -> bool:
    if piece.kind in {"word", "shaped"}:
        return False
    return len(run.between) < MOST_BETWEEN


def _numbers(pieces: Sequence[Piece]) -> Iterator[str]:
    """What is said as one: "forty one" is 41, "four hundred and eleven" 411, "double five" 55."""
    said = [piece for piece in pieces if piece.kind != "correction"]
    place = 0
    while place < len(said):
        piece = said[place]
        place += 1
        if piece.kind == "times":
            follower = said[place].said if place < len(said) else ""
            if len(follower) == 1:
                place += 1
                yield follower * int(piece.said)
            continue
        number, place = _composed(said, place - 1)
        is_count = len(number) == 1 and place < len(said) and said[place].kind == "many"
        yield said[place].said * int(number) if is_count else number
        place += is_count


def _composed(said: Sequence[Piece], place: int) -> tuple[str, int]:
    """The number that begins at a place, and the place behind it."""
    if not _is_spoken(said, place):
        return said[place].said, place + 1
    number, place = _below_hundred(said, place)
    value = int(number)
    while _is_scale(said, place):
        value, place = value * int(said[place].said), place + 1
        if _is_spoken(said, place) and said[place].said != "0":
            rest, place = _below_thousand(said, place, value)
            value += rest
        number = str(value)
    return number, place


def _below_thousand(said: Sequence[Piece], place: int, above: int) -> tuple[int, int]:
    small, place = _below_hundred(said, place)
    rest = int(small)
    if _is_scale(said, place) and int(said[place].said) < above:
        rest, place = rest * int(said[place].said), place + 1
        if _is_spoken(said, place):
            small, place = _below_hundred(said, place)
            rest += int(small)
    return rest, place


def _below_hundred(said: Sequence[Piece], place: int) -> tuple[str, int]:
    first = said[place].said
    is_tens = len(first) == 2 and first[1] == "0" and first != "10"
    if is_tens and _is_spoken(said, place + 1) and said[place + 1].said in "123456789":
        return first[0] + said[place + 1].said, place + 2
    return first, place + 1


def _is_spoken(said: Sequence[Piece], place: int) -> bool:
    return place < len(said) and said[place].kind == "digits" and not said[place].is_written


def _is_scale(said: Sequence[Piece], place: int) -> bool:
    return place < len(said) and said[place].kind == "scale"


def _corrected(pieces: Sequence[Piece]) -> int:
    """How many digits are left when what was taken back is taken out."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind != "correction":
            parts[-1].append(piece)
        elif parts[-1]:
            parts.append([])
    digits = ["".join(filter(str.isdigit, "".join(_numbers(part)))) for part in parts]
    total = len(digits[0])
    for before, again in pairwise(digits):
        is_all_again = len(again) >= PERIODS.start and again[:2] == before[:2] and len(again) <= PERIODS.stop
        total = len(again) if is_all_again else total + max(0, len(again) - MOST_REPLACED)
    whole = "".join(digits)
    return min([total, *(period for period in PERIODS if _repeats(whole, period))])


def _repeats(digits: str, period: int) -> bool:
    """Whether they are the same so many again, as a number that is said twice."""
    if not 2 * period - 1 <= len(digits) <= 3 * period + 1:
        return False
    same = sum(one == other for one, other in zip(digits, digits[period:], strict=False))
    return same >= ALIKE_SHARE * (len(digits) - period)

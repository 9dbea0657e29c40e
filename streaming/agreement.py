"""Successive hypotheses about the same sound -> which words are new, how often each was said, what is in them; pure.

Words are compared without case and punctuation, which the recogniser changes at will.
"""

from collections.abc import Sequence

import msgspec

from streaming.types import Word

SAME_PLACE_MS = 400  # passes place the same word within this of each other
DIGITS_MS = 200  # a number's last word ends within this of where its digits do

TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
ONES = "oh zero one two three four five six seven eight nine"
NUMBER_WORDS = frozenset(f"{ONES} {TEENS} {TENS} hundred thousand".split())


class Seen(msgspec.Struct, frozen=True):
    """A word, and how many passes in a row have said it at its place."""

    word: Word
    passes: int


def spoken_form(text: str) -> str:
    """The word without case and punctuation; empty for a word that is punctuation alone."""
    return "".join(c for c in text.casefold() if c.isalnum())


def stands_in(text: str, words: Sequence[Word]) -> bool:
    """Whether the words of a text stand in these, in that order and side by side."""
    wanted = " ".join(filter(None, map(spoken_form, text.split())))
    said = " ".join(filter(None, (spoken_form(word.text) for word in words)))
    return f" {wanted} " in f" {said} "


def beyond(committed: Sequence[Word], hypothesis: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a hypothesis that come after those already committed.

    Both cover the same sound, but a later pass may write it otherwise, so the place is where the beginning of the
    hypothesis is most like the committed words (edit distance over words), and among equals where the times fit best.
    Returned words never begin before the committed ones end.
    """
    if not committed:
        return tuple(hypothesis)
    end_ms = committed[-1].end_ms
    distances = _prefix_distances([spoken_form(w.text) for w in committed], [spoken_form(w.text) for w in hypothesis])

    def misfit(count: int) -> tuple[int, int]:
        reached_ms = hypothesis[count - 1].end_ms if count else committed[0].start_ms
        return distances[count], abs(reached_ms - end_ms)

    count = min(range(len(hypothesis) + 1), key=misfit)
    while count < len(hypothesis) and _is_in_digits(hypothesis[count], committed[-1]):
        count += 1
    return tuple(not_before(word, end_ms) for word in hypothesis[count:])


def seen(words: Sequence[Word], before: Sequence[Seen]) -> tuple[Seen, ...]:
    """Each word with how many passes in a row have said it, given what the pass before said."""
    return tuple(Seen(word, 1 + max((b.passes for b in before if is_same(word, b.word)), default=0)) for word in words)


def is_same(word: Word, other: Word) -> bool:
    """Whether two passes mean the same word: alike, and at one place."""
    return abs(word.end_ms - other.end_ms) < SAME_PLACE_MS and spoken_form(word.text) == spoken_form(other.text)


def is_among(word: Word, words: Sequence[Word]) -> bool:
    """Whether one of them is it."""
    return any(is_same(word, other) for other in words)


def _is_in_digits(word: Word, last: Word) -> bool:
    """Whether a word is part of the number that `last` has in digits: "five" of "25"."""
    is_number = spoken_form(word.text) in NUMBER_WORDS and any(c.isdigit() for c in last.text)
    return is_number and word.end_ms <= last.end_ms + DIGITS_MS


def _prefix_distances(wanted: Sequence[str], found: Sequence[str]) -> list[int]:
    """Edit distance between `wanted` and each prefix of `found`, by prefix length."""
    row = list(range(len(found) + 1))
    for i, want in enumerate(wanted, 1):
        above, row = row, [i]
        for j, have in enumerate(found, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (want != have)))
    return row


def not_before(word: Word, start_ms: int) -> Word:
    if word.start_ms >= start_ms:
        return word
    return msgspec.structs.replace(word, start_ms=start_ms, end_ms=max(word.end_ms, start_ms))

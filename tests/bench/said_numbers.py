"""Synthetic calls in which numbers are said as people say them and as recognisers write them; seeded.

It shares nothing with the redactor, so that the one is a test of the other: numbers are made from digits, never read.
"""

import random
from collections.abc import Callable, Sequence

import msgspec

from streaming.types import Speaker

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MANY = {2: "double", 3: "triple"}
FILLERS = ("um", "uh", "and then", "okay", "let me see", "hold on", "and", "dash", "so")
CORRECTIONS = ("no, sorry,", "sorry, no,", "wait, I mean", "no, that's", "scratch that,", "oops,")
SCHEMES: tuple[tuple[tuple[str, ...], int, tuple[int, ...]], ...] = (
    (("4",), 16, (4, 4, 4, 4)),
    (("51", "53", "55", "2223", "2512"), 16, (4, 4, 4, 4)),
    (("34", "37"), 15, (4, 6, 5)),
    (("6011", "65"), 16, (4, 4, 4, 4)),
    (("36", "38"), 14, (4, 6, 4)),
    (("3530", "3566"), 16, (4, 4, 4, 4)),
)


class Turn(msgspec.Struct, frozen=True):
    """What is said in one utterance, and the pause before it."""

    speaker: Speaker
    text: str
    pause_ms: int = 900


class SaidCall(msgspec.Struct, frozen=True):
    """A call, and the numbers in it that nobody may see, as the digits or letters that were heard."""

    style: str
    turns: tuple[Turn, ...]
    secrets: tuple[str, ...]


def card_number(rng: random.Random) -> tuple[str, tuple[int, ...]]:
    """A number of some scheme, its check digit right, and how it is printed."""
    prefixes, length, groups = rng.choice(SCHEMES)
    body = rng.choice(prefixes)
    body += "".join(str(rng.randrange(10)) for _ in range(length - 1 - len(body)))
    for last in "0123456789":
        weights = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body + last))]
        if sum(weight // 10 + weight % 10 for weight in weights) % 10 == 0:
            return body + last, groups
    raise AssertionError("one of ten digits is the check digit")


def by_ones(rng: random.Random, digits: str) -> str:
    """Each digit alone; zero in one of its names."""
    zero = rng.choice(("zero", "oh", "o"))
    return " ".join(zero if digit == "0" else ONES[int(digit)] for digit in digits)


def by_many(rng: random.Random, digits: str) -> str:
    """Digits alone, and "double five" where two or three are alike."""
    said, place = [], 0
    while place < len(digits):
        alike = next((n for n in (3, 2) if digits[place : place + n] == digits[place] * n), 1)
        said.append((MANY[alike] + " " if alike > 1 else "") + by_ones(rng, digits[place]))
        place += alike
    return " ".join(said)


def by_pairs(rng: random.Random, digits: str) -> str:
    """Two at a time as one number: "forty-one eleven"."""
    joint = rng.choice("- ")
    return " ".join(_pair(rng, digits[place : place + 2], joint) for place in range(0, len(digits), 2))


def _pair(rng: random.Random, pair: str, joint: str) -> str:
    if len(pair) == 1 or pair[0] == "0":
        return by_ones(rng, pair)
    if pair[0] == "1":
        return TEENS[int(pair[1])]
    return TENS[int(pair[0])] + (joint + ONES[int(pair[1])] if pair[1] != "0" else "")


def by_hundreds(rng: random.Random, digits: str) -> str:
    """Fours ending in 00 as "forty-one hundred", else by pairs."""
    is_round = len(digits) == 4 and digits.endswith("00") and digits[0] != "0" and digits[1] != "0"
    return f"{_pair(rng, digits[:2], '-')} hundred" if is_round else by_pairs(rng, digits)


def in_figures(rng: random.Random, digits: str) -> str:
    """As many recognisers write a group."""
    return digits


STYLES: dict[str, Callable[[random.Random, str], str]] = {
    "ones": by_ones,
    "many": by_many,
    "pairs": by_pairs,
    "hundreds": by_hundreds,
    "figures": in_figures,
}
ASKED = (
    "And what's the card number?",
    "Could you read me the number on the card?",
    "Great, I just need the sixteen digits on the front.",
    "Which card would you like to use?",
    "Okay, go ahead with your credit card number whenever you're ready.",
    "What is the long number on your Visa?",
)
UNASKED = ("Okay, I'm ready.", "Go ahead.", "Sure, whenever you like.")
BEGINNINGS = ("It's", "Sure, it's", "Yes, so", "Okay,", "", "Alright, that is", "The number is", "My card is")


def card_call(seed: int) -> SaidCall:
    """A call in which a card's number is said: grouped, corrected, repeated and misheard in some way."""
    rng = random.Random(seed)
    number, printed = card_number(rng)
    style = rng.choice((*STYLES, "mixed", "whole", "dashes"))
    heard = _misheard(rng, number)
    groups = _cut(heard, _sizes(rng, printed, style))
    said: list[str] = []
    secret = ""
    for place, group in enumerate(groups):
        text, digits = _group(rng, style, group, may_correct=0 < place)
        said.append(text)
        secret += digits
    if style == "whole":
        said, secret = [heard], heard
    if style == "dashes":
        said, secret = ["-".join(groups)], heard
    turns = [Turn("rep", rng.choice(ASKED if rng.random() < 0.8 else UNASKED))]
    turns += _uttered(rng, said)
    if rng.random() < 0.5:
        turns += _read_back(rng, groups)
    turns.append(Turn("prospect", rng.choice(("That's right, thanks.", "Yes.", "And when does it start?"))))
    turns.append(Turn("rep", "Perfect, that went through. Let me send the contract over."))
    return SaidCall(style, tuple(turns), (secret, "".join(groups)))


def _sizes(rng: random.Random, printed: tuple[int, ...], style: str) -> tuple[int, ...]:
    if style in {"dashes", "pairs", "hundreds"}:
        return printed
    return rng.choice((printed, printed, (2,) * 8, (3,) * 6, (8, 8), (5, 5, 6), (19,)))


def _cut(digits: str, sizes: Sequence[int]) -> list[str]:
    parts, place = [], 0
    for size in sizes:
        parts.append(digits[place : place + size])
        place += size
    return [part for part in (*parts, digits[place:]) if part]


def _misheard(rng: random.Random, number: str) -> str:
    """One digit lost, doubled or taken for another, in one call of four."""
    place, kind = rng.randrange(len(number)), rng.randrange(12)
    if kind == 0:
        return number[:place] + number[place + 1 :]
    if kind == 1:
        return number[:place] + number[place] + number[place:]
    if kind == 2:
        return number[:place] + str(rng.randrange(10)) + number[place + 1 :]
    return number


def _group(rng: random.Random, style: str, group: str, may_correct: bool) -> tuple[str, str]:
    """How a group is said, with what is said wrong first, and all digits that are heard by it."""
    form = STYLES.get(style) or rng.choice(tuple(STYLES.values()))
    text, digits = form(rng, group), group
    if style in {"ones", "many"}:
        text = _homophones(rng, text)
    kind = rng.randrange(10) if may_correct else 9
    wrong = str((int(group[-1]) + 1) % 10)
    if kind == 0:
        text = (
            f"{form(rng, group[:-1] + wrong)} {rng.choice(CORRECTIONS)} {ONES[int(group[-1])]} not {ONES[int(wrong)]}"
        )
        digits = group[:-1] + wrong + group[-1] + wrong
    elif kind == 1:
        text = f"{form(rng, group[:-1] + wrong)}, {rng.choice(CORRECTIONS)} {text}"
        digits = group[:-1] + wrong + group
    elif kind == 2:
        text = f"{text}, {text}"
        digits = group + group
    return text, digits


def _homophones(rng: random.Random, text: str) -> str:
    """Recognisers write some digits as words that sound like them; never at the beginning, where they are words."""
    alike = {"four": "for", "two": "to", "eight": "ate", "one": "won"}
    words = text.split()
    for place in range(1, len(words)):
        if words[place] in alike and rng.random() < 0.03:
            words[place] = alike[words[place]]
    return " ".join(words)


def _uttered(rng: random.Random, said: list[str]) -> list[Turn]:
    """The groups in one utterance or several, with fillers and nods of the other between."""
    pauses = rng.random() < 0.6
    turns: list[Turn] = []
    line = rng.choice(BEGINNINGS)
    for place, text in enumerate(said):
        line = f"{line} {text}{rng.choice(('', ',', '.', ''))}".strip()
        if place + 1 < len(said) and rng.random() < 0.15:
            line += f" {rng.choice(FILLERS)}"
        if pauses and rng.random() < 0.6:
            turns.append(Turn("prospect", line, rng.randrange(500, 3_500)))
            line = ""
            if rng.random() < 0.3:
                turns.append(Turn("rep", rng.choice(("Mhm.", "Okay.", "Yes.", "Got it.")), 300))
    return [*turns, Turn("prospect", line)] if line else turns


def _read_back(rng: random.Random, groups: list[str]) -> list[Turn]:
    """The rep says it again, as it was heard, whole or group by group."""
    form = rng.choice((by_ones, by_pairs, in_figures))
    said = [form(rng, group) for group in groups]
    if rng.random() < 0.5:
        return [Turn("rep", f"Let me repeat that: {', '.join(said)}. Is that right?")]
    pairs = [(Turn("rep", f"So {text}", 700), Turn("prospect", rng.choice(("Yes.", "Right.")), 400)) for text in said]
    return [turn for pair in pairs for turn in pair]

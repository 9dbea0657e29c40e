"""What makes a string of digits or letters a payment number by its own arithmetic; pure."""

import re

SHORTEST_CARD = 13
LONGEST_CARD = 19

# Issuers' prefixes and the lengths of their numbers: ISO/IEC 7812 as the schemes publish them.
ISSUERS: tuple[tuple[str, frozenset[int]], ...] = (
    (r"4", frozenset({13, 16, 19})),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", frozenset({16})),  # Mastercard
    (r"3[47]", frozenset({15})),  # American Express
    (r"6011|64[4-9]|65", frozenset({16, 19})),  # Discover
    (r"30[0-5]|3095|36|38|39", frozenset({14, 16, 19})),  # Diners Club
    (r"35(2[89]|[3-8])", frozenset({16, 19})),  # JCB
    (r"62|81", frozenset({16, 17, 18, 19})),  # UnionPay
    (r"50|5[6-9]|63|67", frozenset(range(13, 20))),  # Maestro
    (r"60|82|508", frozenset({16})),  # RuPay
    (r"220[0-4]", frozenset({16})),  # Mir
)
_iban = re.compile(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}")


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_card(digits: str) -> bool:
    """An issuer's prefix, a length that this issuer has, and a check digit that holds."""
    issued = any(len(digits) in lengths and re.match(prefix, digits) for prefix, lengths in ISSUERS)
    return issued and passes_luhn(digits)


def has_card(digits: str) -> bool:
    """Whether a card's number stands anywhere among the digits, not made of one figure alone."""
    return any(
        is_card(part) and len(set(part)) > 1
        for length in range(SHORTEST_CARD, min(LONGEST_CARD, len(digits)) + 1)
        for part in (digits[start : start + length] for start in range(len(digits) - length + 1))
    )


def begins_like_a_card(digits: str) -> bool:
    """Whether some issuer's numbers begin so."""
    return any(re.match(prefix, digits) for prefix, _ in ISSUERS)


def has_iban(letters: str) -> bool:
    """Whether an account's number by ISO 13616 stands among capital letters and digits: two letters, remainder 1."""
    for start in range(len(letters)):
        found = _iban.match(letters, start)
        for end in range(found.end() if found else start, start + 14, -1):
            if found and _remainder(letters[start:end]) == 1:
                return True
    return False


def _remainder(iban: str) -> int:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97

"""Which kind of number talk is about."""

import pytest

from streaming.redaction.topics import topics_in
from streaming.types import Word


@pytest.mark.parametrize(
    ("text", "kind", "is_firm"),
    [
        ("What's the card number?", "card", True),
        ("the number on the front of your Visa card", "card", True),
        ("which card would you like", "card", False),
        ("the three digits on the back", "code", True),
        ("And the C V V?", "code", True),
        ("the expiration date", "expiry", True),
        ("your social security number", "identity", True),
        ("what's your SSN", "identity", True),
        ("the routing number", "bank", True),
        ("and the IBAN", "bank", True),
        ("your driver\u2019s license number", "document", True),
        ("your passport", "document", True),
        ("the best number to reach you", "phone", True),
        ("the zip code", "place", True),
        ("your order number", "order", True),
        ("the total is", "price", True),
    ],
)
def test_it_is_told_by_its_wording(text: str, kind: str, is_firm: bool) -> None:
    """At the end of it."""
    words = [Word(part, i * 300, i * 300 + 250, 0.9) for i, part in enumerate(text.split())]
    last = topics_in(words)[-1]
    assert (last.kind, last.is_firm) == (kind, is_firm)
    assert last.at_ms in {word.end_ms for word in words}


@pytest.mark.parametrize("text", ["social media", "in any case", "I order coffee", "discuss it", ""])
def test_other_words_are_about_no_number(text: str) -> None:
    """They only look alike."""
    assert topics_in([Word(part, 0, 10, 0.9) for part in text.split()]) == ()

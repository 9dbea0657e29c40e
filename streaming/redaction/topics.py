"""Which kind of number was asked for or announced, word by word; pure."""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from streaming.types import Word

Kind = Literal["card", "code", "expiry", "identity", "bank", "document", "phone", "place", "order", "price"]
SECRET: frozenset[Kind] = frozenset({"card", "code", "expiry", "identity", "bank", "document"})


class Topic(msgspec.Struct, frozen=True):
    """A kind of number that talk came to at a time on the call's clock; where it is not `firm`, it was only touched."""

    kind: Kind
    at_ms: int
    is_firm: bool = True


# The last of these that was said tells what the next number is. Longer wordings stand before their parts.
_WORDINGS: tuple[tuple[Kind, bool, str], ...] = (
    ("code", True, r"(security|verification|card|cvv|cvc|pin|secret|access|one[- ]time) (code|value)"),
    ("code", True, r"cvv2?|cvc2?|c v v|c v c|cv two|csc|cid|pin|pin number|passcode"),
    ("card", True, r"numbers? (on|off|of|for|from) (the|your|my|that|this|a|our)( \w+){0,4} card"),
    ("code", True, r"((three|four|3|4)[- ])?(digits?|numbers?|code)( code)? (on|from|at|off) the (back|front)"),
    ("expiry", True, r"expir\w*|exp( date)?|(valid|good) (thru|through|until|till)"),
    ("card", True, r"(card|visa|amex|mastercard|discover)('s)? (number|no|details|digits|is|it's|info|information)"),
    ("card", True, r"(sixteen|16|fifteen|15)[- ]digits?|long number|(the|whole|full|entire) card"),
    ("card", False, r"cards?|visa|mastercard|master card|amex|american express|maestro|discover"),
    ("identity", True, r"social security( number)?|ssn|s s n|(your|my|the|of|full) social(?! media| network)"),
    ("identity", True, r"national insurance( number)?|tax(payer)? (id|identification|number)|itin|social insurance"),
    ("bank", True, r"((bank|checking|savings|current) )?account (number|no|details|is)|routing( number)?|iban"),
    ("bank", True, r"sort code|bank account|aba( number)?|bsb|transit number|bank details|direct debit"),
    ("document", True, r"passport( number)?|(driver'?s?|drivers|driving) licen[cs]e( number)?|(state|national) id"),
    ("document", True, r"(identity|id) (card|number|document)( number)?"),
    ("phone", True, r"(tele)?phone|cell|mobile|fax|extension|area code|whatsapp|landline|(best|callback) number"),
    ("phone", True, r"(call|reach|text|ring|dial) (me|us|you|him|her|them|back)|number to (call|reach|dial|text)"),
    ("place", True, r"zip( code)?|post(al )?code|postcode|address|street|avenue|suite|apartment"),
    ("order", True, r"(order|invoice|tracking|reference|ref|ticket|case|confirmation|serial) (number|id|no|code|is)"),
    ("order", True, r"(part|model|quote|booking|policy|claim|flight|po|customer|item|product) (number|id|no|code|is)"),
    (
        "order",
        True,
        r"(sku|version|job|shipment|package) (number|id|no|code|is)|tracking|invoice|serial|purchase order",
    ),
    ("price", True, r"price|costs?|totals?|budget|revenue|amount|balance|salary|fee|subtotal|discount"),
)
_wording = re.compile("|".join(rf"(?P<t{place}>\b(?:{words})\b)" for place, (_, _, words) in enumerate(_WORDINGS)))
_PLACES = range(len(_WORDINGS))
_mark = re.compile(r"[^\w' -]")


def topics_in(words: Sequence[Word]) -> tuple[Topic, ...]:
    """The topics in some words, in order, each at the end of its wording."""
    texts = [_mark.sub("", word.text.strip().lower().replace("\u2019", "'")) for word in words]
    line, ends, length = " ".join(texts), [], -1
    for text in texts:
        length += len(text) + 1
        ends.append(length)
    found: list[Topic] = []
    for match in _wording.finditer(line):
        kind, is_firm, _ = _WORDINGS[next(place for place in _PLACES if match[f"t{place}"] is not None)]
        last = next(place for place, end in enumerate(ends) if end >= match.end())
        found.append(Topic(kind, words[last].end_ms, is_firm))
    return tuple(found)

"""One run of digits, and what talk is about -> whether it may be shown; pure."""

import re
from itertools import pairwise
from typing import Literal

import msgspec

from streaming.redaction.checks import begins_like_a_card, has_card, has_iban
from streaming.redaction.runs import Run
from streaming.redaction.topics import SECRET, Topic

Verdict = Literal["clear", "waiting", "held", "hidden"]
"""`waiting`: not committed yet, but shown. `held`: not shown until more is known. `hidden`: for good."""

LEAST_OF_CARD = 12  # digits; one less than the shortest card has, since recognisers lose some
LEAST_WITH_CORRECTIONS = 16
LEAST_HELD = 4  # digits at the end of an utterance that could be a card's first group
LEAST_HELD_OF_SPEECH = 3  # and while the speaker goes on: the next word will tell
MOST_OF_PHONE = 12
MOST_OF_PLACE = 9
MOST_OF_PRICE = 8
LEAST_OF_DOCUMENT = 5
LEAST_JOINED = 8
NATIONAL = (3, 2, 4)
"""How a social security number is grouped."""

_year = re.compile(r"(19|20)\d\d")
_national = re.compile(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}")


class Around(msgspec.Struct, frozen=True):
    """What is known besides the run itself.

    `joined`: the digits of this speaker's runs shortly before, and its own. `is_speaking`: the utterance goes on.
    `is_over`: so much time has passed that no more of it is expected. `known`: digits that are hidden already;
    `held_elsewhere`: such as the other party has said and nobody knows what they are.
    """

    topic: Topic | None
    joined: str
    is_speaking: bool
    is_over: bool
    known: tuple[str, ...]
    held_elsewhere: tuple[str, ...]
    has_paid: bool
    """A card was spoken of in the last minutes."""


def verdict_on(run: Run, around: Around) -> Verdict:
    """Whether the run may be shown."""
    topic = around.topic
    if run.is_date:
        is_expiry = topic is not None and topic.kind == "expiry" and around.has_paid
        return "hidden" if is_expiry else "clear"
    if _is_number_by_itself(run) or overlaps(run.digits, around.known):
        return "hidden"
    if run.is_measured and len(run.digits) <= MOST_OF_PRICE:
        return "clear"
    secret = topic if topic is not None and topic.kind in SECRET else None
    if _is_list(run) and not (secret and secret.is_firm):
        return _waiting(run, around)
    if secret:
        return _of_secret(run, secret, around)
    if topic is not None and _is_as_asked(run, topic):
        return "held" if _may_go_on(run, around) and len(run.digits) >= LEAST_HELD else _waiting(run, around)
    return _of_unasked(run, around)


def _is_number_by_itself(run: Run) -> bool:
    is_national = run.groups == NATIONAL and bool(_national.fullmatch(run.digits))
    return is_national or (run.raw != run.digits and has_iban(run.raw))


def _of_secret(run: Run, topic: Topic, around: Around) -> Verdict:
    if topic.kind == "expiry" and not around.has_paid:
        return _of_unasked(run, around)
    if not topic.is_firm:
        return _of_touched(run, around)
    if not run.is_ended and not around.is_over:
        return "held"
    return "hidden" if _is_such(run, topic, around.is_over) else "clear"


def _is_such(run: Run, topic: Topic, is_over: bool) -> bool:
    count = len(run.digits)
    if topic.kind == "document":
        return len(run.raw) >= LEAST_OF_DOCUMENT and count >= LEAST_HELD_OF_SPEECH
    if topic.kind in {"code", "expiry"}:
        return count >= (LEAST_HELD_OF_SPEECH if topic.kind == "code" else 2) or is_over
    return count >= 2 if is_over else count >= LEAST_HELD_OF_SPEECH and (is_string(run) or count >= LEAST_HELD)


def _of_touched(run: Run, around: Around) -> Verdict:
    """A card was mentioned, no number asked for: not each number is the card's."""
    verdict = _of_unasked(run, around)
    if verdict == "hidden" or not is_string(run):
        return verdict
    if len(run.digits) >= LEAST_JOINED - 1 or (len(around.joined) >= LEAST_JOINED and len(run.digits) >= LEAST_HELD):
        return "hidden" if run.is_ended or around.is_over else "held"
    if around.is_over and len(run.digits) >= LEAST_HELD and begins_like_a_card(run.digits):
        return "hidden"
    return verdict


def _is_as_asked(run: Run, topic: Topic) -> bool:
    """Whether a number that was asked for, and is no secret, looks like it."""
    if topic.kind == "phone":
        return run.corrected <= MOST_OF_PHONE
    if topic.kind == "order":
        return not has_card(run.digits)
    return run.corrected <= (MOST_OF_PLACE if topic.kind == "place" else MOST_OF_PRICE)


def _of_unasked(run: Run, around: Around) -> Verdict:
    if run.corrected >= LEAST_OF_CARD or (
        len(run.digits) >= LEAST_WITH_CORRECTIONS and run.corrected > MOST_OF_PHONE - 2
    ):
        return "held" if _may_go_on(run, around) else "hidden"
    if is_string(run) and (has_card(around.joined) or _is_by_fours(around.joined, run)):
        return "held" if _may_go_on(run, around) else "hidden"
    if overlaps(run.digits, around.held_elsewhere) and not around.is_over:
        return "held"
    if run.is_ended:
        return "clear"
    if around.is_over:
        return "hidden" if _is_half_a_card(run) else "clear"
    if around.is_speaking:
        return "held" if len(run.digits) >= LEAST_HELD_OF_SPEECH else "waiting"
    return "held" if is_string(run) and len(run.digits) >= LEAST_HELD else "clear"


def is_string(run: Run) -> bool:
    """Digits said one by one or in groups, rather than a quantity or a year."""
    if _year.fullmatch(run.digits) and len(run.numbers) <= 2:
        return False
    if len(run.numbers) > 1:
        return len(run.digits) >= LEAST_HELD_OF_SPEECH
    return run.is_written and len(run.digits) >= LEAST_HELD and not run.digits.endswith("00")


def _is_list(run: Run) -> bool:
    """Quantities one after another: each is more than the one before, and but for the first none is a single digit."""
    values = [int(number) for number in run.numbers if number.isdigit() and len(number) < LEAST_HELD]
    is_rising = all(one < other for one, other in pairwise(values))
    return len(values) == len(run.numbers) > LEAST_HELD and is_rising and all(value > 9 for value in values[1:])


def _is_by_fours(joined: str, run: Run) -> bool:
    is_group = len(run.digits) % 4 == 0
    return is_group and len(joined) >= LEAST_OF_CARD and len(joined) % 4 == 0 and begins_like_a_card(joined)


def _is_half_a_card(run: Run) -> bool:
    """Groups of four that begin as a card does, and silence."""
    fours = all(len(number) in {1, 2, 4} for number in run.numbers)
    return len(run.digits) >= LEAST_JOINED and len(run.digits) % 4 == 0 and fours and begins_like_a_card(run.digits)


def _may_go_on(run: Run, around: Around) -> bool:
    return around.is_speaking and not run.is_ended


def _waiting(run: Run, around: Around) -> Verdict:
    return "waiting" if _may_go_on(run, around) else "clear"


def overlaps(digits: str, others: tuple[str, ...]) -> bool:
    """Whether four digits in a row are among what others hold."""
    fours = [digits[start : start + LEAST_HELD] for start in range(len(digits) - LEAST_HELD + 1)]
    return any(four in other for other in others for four in fours)

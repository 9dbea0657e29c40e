"""Other numbers that are said on calls, made like `said_numbers`: those that nobody may keep, and harmless ones."""

import random

from tests.bench.said_numbers import ONES, SaidCall, Turn, by_many, by_ones, by_pairs, in_figures

MONTHS = ("January", "March", "April", "June", "September", "October", "December")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def secret_call(seed: int) -> SaidCall:
    """A security code, an expiry, or a number of a person or an account, asked for and said."""
    rng = random.Random(seed)
    kind, asked, digits = rng.choice((_code, _expiry, _person, _account, _routing, _iban, _document))(rng)
    form = in_figures if not digits.isdigit() else rng.choice((by_ones, by_many, in_figures))
    said = form(rng, digits)
    before = (Turn("rep", "And which card number is it?"), Turn("prospect", "One second, I have it here."))
    turns = [
        *(before if kind in {"code", "expiry"} else ()),
        Turn("rep", asked),
        Turn("prospect", f"{rng.choice(('It is', 'Sure,', 'That would be', ''))} {said}.".strip()),
        Turn("rep", f"{said}, got it." if rng.random() < 0.4 else "Got it, thank you."),
        Turn("prospect", "And how long does the setup take?"),
    ]
    return SaidCall(kind, tuple(turns), (digits,))


def _digits(rng: random.Random, count: int) -> str:
    return str(rng.randrange(1, 10)) + "".join(str(rng.randrange(10)) for _ in range(count - 1))


def _code(rng: random.Random) -> tuple[str, str, str]:
    asked = ("And the security code?", "What's the CVV?", "And the three digits on the back?", "The CVC, please?")
    return "code", rng.choice(asked), _digits(rng, rng.choice((3, 3, 4)))


def _expiry(rng: random.Random) -> tuple[str, str, str]:
    asked = ("And the expiration date?", "When does it expire?", "Expiry?")
    return "expiry", rng.choice(asked), f"{rng.randrange(1, 13):02}{rng.randrange(27, 33)}"


def _person(rng: random.Random) -> tuple[str, str, str]:
    asked = ("Can I get your social security number?", "And your social?", "What's your SSN, please?")
    return "person", rng.choice(asked), f"{rng.randrange(100, 665)}{rng.randrange(10, 99)}{rng.randrange(1000, 9999)}"


def _account(rng: random.Random) -> tuple[str, str, str]:
    return "account", "What's your bank account number?", _digits(rng, rng.randrange(8, 13))


def _routing(rng: random.Random) -> tuple[str, str, str]:
    return (
        "routing",
        rng.choice(("And the routing number?", "What is the sort code?")),
        _digits(rng, rng.choice((9, 6))),
    )


def _iban(rng: random.Random) -> tuple[str, str, str]:
    country, bank, rest = rng.choice(("GB", "DE", "FR", "NL")), "".join(rng.choices(LETTERS, k=4)), _digits(rng, 14)
    bare = f"{bank}{rest}"
    value = int("".join(str(int(char, 36)) for char in f"{bare}{country}00"))
    return "iban", rng.choice(("And the IBAN?", "Where should the refund go?")), f"{country}{98 - value % 97:02}{bare}"


def _document(rng: random.Random) -> tuple[str, str, str]:
    asked = ("Can you give me your passport number?", "What's your driver's license number?")
    return "document", rng.choice(asked), rng.choice(LETTERS) + _digits(rng, rng.choice((7, 8)))


def harmless_call(seed: int) -> SaidCall:
    """A number that anybody may see, in some talk; in one call of five a card was spoken of before."""
    rng = random.Random(seed)
    maker = rng.choice((_price, _phone, _date, _quantity, _zip, _order, _time, _share, _year, _phone_twice, _list))
    before = [Turn("rep", "We take any major card, by the way."), Turn("prospect", "Good to know.")]
    turns = [*(before if rng.random() < 0.2 else ()), *maker(rng), Turn("rep", "Understood, let me write that down.")]
    return SaidCall(maker.__name__.strip("_"), tuple(turns), ())


def _price(rng: random.Random) -> list[Turn]:
    forms = (
        f"They quoted us ${rng.randrange(1, 90)},{rng.randrange(100, 999)} a year.",
        f"It was around {rng.randrange(2, 90)} thousand dollars.",
        f"We pay {by_pairs(rng, str(rng.randrange(1100, 9999)))} a month today.",
        f"The other one is {rng.randrange(10, 99)}.{rng.randrange(10, 99)} per seat.",
        f"We spent {rng.randrange(10, 999)},{rng.randrange(100, 999)} on it last year.",
    )
    return [Turn("prospect", rng.choice(forms))]


def _telephone(rng: random.Random) -> str:
    parts = (str(rng.randrange(201, 990)), str(rng.randrange(200, 999)), f"{rng.randrange(10000):04}")
    form = rng.choice((by_ones, by_many, in_figures))
    return (
        rng.choice((" ", ", ", "-")).join(parts) if form is in_figures else ", ".join(form(rng, part) for part in parts)
    )


def _phone(rng: random.Random) -> list[Turn]:
    said = _telephone(rng)
    asked = Turn("rep", rng.choice(("What's the best number to reach you?", "And your phone number?")))
    parts = said.split(", ") if rng.random() < 0.5 else [said]
    return [asked, *(Turn("prospect", part, 1_200) for part in parts), Turn("prospect", "That's my mobile.", 1_500)]


def _phone_twice(rng: random.Random) -> list[Turn]:
    said = _telephone(rng)
    return [Turn("prospect", f"You can reach me at {said}, that's {said}."), Turn("rep", f"So {said}, thanks.")]


def _date(rng: random.Random) -> list[Turn]:
    forms = (
        f"Our contract ends on {rng.choice(MONTHS)} {rng.randrange(1, 29)}, {rng.randrange(2026, 2030)}.",
        f"It expires {rng.randrange(1, 13)}/{rng.randrange(1, 29)}/{rng.randrange(2026, 2030)}.",
        f"We go live on the {rng.randrange(4, 20)}th.",
    )
    return [Turn("prospect", rng.choice(forms))]


def _quantity(rng: random.Random) -> list[Turn]:
    many = rng.randrange(3, 4000)
    forms = (
        f"We have {many} people in {rng.randrange(2, 30)} offices.",
        f"There are about {by_pairs(rng, str(rng.randrange(20, 99)))} of us.",
        f"Each rep makes {rng.randrange(20, 99)} or {rng.randrange(100, 140)} calls.",
        f"It's {many}.",
    )
    return [Turn("prospect", rng.choice(forms)), Turn("prospect", "Most of them are in sales.", 1_500)]


def _zip(rng: random.Random) -> list[Turn]:
    digits = f"{rng.randrange(10000, 99999)}"
    said = rng.choice((by_ones, by_many, in_figures))(rng, digits)
    return [Turn("rep", rng.choice(("And the zip code?", "What's your postal code?"))), Turn("prospect", f"{said}.")]


def _order(rng: random.Random) -> list[Turn]:
    said = rng.choice((by_ones, by_many, in_figures))(rng, _digits(rng, rng.choice((5, 6, 7, 8, 10))))
    asked = ("Do you have the order number?", "What's the reference number on it?", "Which invoice number is that?")
    return [Turn("rep", rng.choice(asked)), Turn("prospect", f"Yes, it's {said}."), Turn("prospect", "Does that help?")]


def _time(rng: random.Random) -> list[Turn]:
    forms = (
        f"Let's say {rng.randrange(1, 12)}:{rng.randrange(10, 59)} on Monday.",
        f"Nine thirty to {rng.choice(('five', 'six'))} p.m. works.",
        f"I can do {rng.choice(('ten fifteen', 'eleven forty-five', 'two thirty'))}.",
    )
    return [Turn("prospect", rng.choice(forms))]


def _share(rng: random.Random) -> list[Turn]:
    forms = (
        f"We lose {rng.randrange(2, 60)}% of them.",
        f"Maybe {ONES[rng.randrange(2, 9)]} or {rng.randrange(10, 40)} percent.",
    )
    return [Turn("prospect", rng.choice(forms))]


def _year(rng: random.Random) -> list[Turn]:
    year = rng.randrange(1985, 2026)
    said = rng.choice((str(year), by_pairs(rng, str(year)) if str(year)[2:] > "09" else str(year)))
    return [Turn("prospect", f"We've been on it since {said}."), Turn("prospect", "It was fine at first.")]


def _list(rng: random.Random) -> list[Turn]:
    tens = sorted(rng.sample(range(5, 99), 5))
    return [Turn("prospect", f"We ran it with {', '.join(map(str, tens[:-1]))} and {tens[-1]} users.")]

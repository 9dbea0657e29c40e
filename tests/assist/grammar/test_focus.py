"""What a turn turns on is found by what it is in the sentence."""

import pytest

from assist.grammar.focus import LONGEST, foci, is_asking
from assist.grammar.plain import plain
from assist.grammar.tree import Parse


def best(parse: Parse, text: str) -> str | None:
    tree = parse(plain(text))
    assert tree is not None
    return max(foci(tree), key=lambda focus: focus.worth).text if list(foci(tree)) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's, it's a political minefield over here.", "political minefield"),
        ("we tried something like this and it fell apart within a month", "fell apart"),
        ("Um, it feels risky.", "risky"),
        ("the neighbours got broken into", "broken into"),
        ("we can't afford another outage", "outage"),
        ("It is too complicated.", "too complicated"),
        ("I can't risk losing that customer.", "losing that customer"),
        ("We're stretched so thin.", "stretched so thin"),
        ("It's complicated though.", "complicated"),
        ("The last rollout was disruptive.", "disruptive"),
        ("It's a real pain for my team.", "pain"),
        ("I'm worried we're falling behind.", "falling behind"),
        ("we're completely snowed under", "snowed under"),
        ("then we could lose our operating licence", "operating licence"),
        ("There's still a queue behind Bernard.", "queue"),
        ("That's how my father lost the bottom field.", "bottom field"),
        ("I'd be scared stiff off pressing the wrong button.", "scared stiff"),
        ("Then every one of our forms has to be drawn again.", "drawn again"),
        ("We can't switch because we're falling behind.", "falling behind"),
        ("Because it's clunky, nobody uses it.", "clunky"),
        ("we need to stop bleeding cash", "bleeding cash"),
        ("We're worried about the cost and the rollout.", "rollout"),
    ],
)
def test_finds_what_matters(parse: Parse, text: str, expected: str) -> None:
    """Predicates before objects, compounds before words, late before early."""
    assert best(parse, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Marcus will be there.",
        "I've stopped counting the hats.",
        "I go home and lie there listening for the phone.",
        "if google drops us because the links changed, that's us",
        "It's about forty users.",
        "the migration wasn't difficult",
        "You cut out for a moment.",
        "she's doing your implementation",
        "Six hundred and forty two unread.",
        "I was very angry.",
        "it's a real pain in the neck",
        "they'd have me lynched",
        "I'll be straight with you",
        "We relabel every price label.",
    ],
)
def test_finds_nothing_in_small_talk(parse: Parse, text: str) -> None:
    """Names, numbers, what is denied, what is about the rep or theirs, what was felt before, a figure of speech."""
    assert best(parse, text) is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("How much does it cost?", True),
        ("what does the plan include", True),
        ("give me a minute", True),
        ("thanks so much", True),
        ("The approval process is brutal.", False),
        ("", True),
    ],
)
def test_questions_and_orders(parse: Parse, text: str, asks: bool) -> None:
    """They want an answer, not an echo."""
    tree = parse(text or "...")
    assert tree is not None
    assert is_asking(tree) == asks


def test_a_focus_is_short(parse: Parse) -> None:
    """However long the phrase."""
    tree = parse("It is a very old cold dark big bad wolf story.")
    assert tree is not None
    assert all(len(focus.text.split()) <= LONGEST for focus in foci(tree))


@pytest.mark.parametrize(
    "text", ["It's a lovely system.", "oh they were lovely", "it's grand when it works", "it is quite a step"]
)
def test_courtesies_and_empty_nouns_are_not_repeated(parse: Parse, text: str) -> None:
    """What comes after them is what the turn is about."""
    tree = parse(plain(text))
    assert tree is not None
    assert [focus.text for focus in foci(tree) if focus.worth > 2.8] == []

"""Labels, mirrors, summaries and questions are found in what a rep says, and nowhere else."""

import pytest

from assist.talk.moves import content_of, moves_of
from assist.talk.turns import turns_of
from tests.assist.debrief.scene import stretch

THEIRS = "Your platform seems great, but the implementation process looks disruptive."


def tried(said: str, before: str = THEIRS) -> list[tuple[str, str | None]]:
    """Kinds of what the rep tried in reply."""
    moves = moves_of(turns_of([stretch("prospect", 0, before), stretch("rep", 9_000, said)]))
    return [(move.kind, move.asks) for move in moves]


@pytest.mark.parametrize(
    "said",
    [
        "It sounds like that one left a mark.",
        "Sounds like they've been running on empty.",
        "I can do that. Um, before you go, it seems like there's something that doesn't sit right.",
        "So it really feels like a lot at once.",
        "It looks to me like you would rather wait.",
    ],
)
def test_labels(said: str) -> None:
    """Wherever in the sentence they begin."""
    assert tried(said) == [("label", None)]


@pytest.mark.parametrize(
    "said",
    [
        "That sounds like a plan.",
        "Sounds like an excellent idea.",
        "I know what it looks like.",
        "They said it sounds like rain.",
        "We see how it feels like.",
        "I feel fine.",
    ],
)
def test_what_is_no_label(said: str) -> None:
    """Somebody else's words, or a word about how things look."""
    assert tried(said) == []


@pytest.mark.parametrize("said", ["Disruptive?", "Looks disruptive.", "The implementation?", "Um, disruptive..."])
def test_mirrors(said: str) -> None:
    """Their last words, and hardly another."""
    assert tried(said) == [("mirror", None)]


@pytest.mark.parametrize(
    "said", ["Okay.", "Yes, but the.", "That is disruptive for the whole team then.", "Expensive."]
)
def test_what_is_no_mirror(said: str) -> None:
    """Words that carry nothing, a sentence of the rep's own, a word that they did not say."""
    assert tried(said) == []


def test_goodbyes_are_no_mirror() -> None:
    """Said by both, at the end of any call."""
    assert tried("Bye.", "Thanks. Bye.") == []


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("What stood out for you?", "open"),
        ("So, um, how would that work", "open"),
        ("What would it have to look like", "open"),
        ("Last week you saw the demo, what stood out for you?", "open"),
        ("Why is that?", "why"),
        ("It pays for itself so why would you wait?", "why"),
        ("Is that why you left?", "yes_no"),
        ("When did you switch?", "fact"),
        ("What is the company name?", "fact"),
        ("And what is the bill amount, please?", "fact"),
        ("What's the best address?", "fact"),
        ("What is the name of the game for you this year?", "open"),
        ("How many locations are there?", "fact"),
        ("How about Thursday?", "yes_no"),
        ("How are you doing today?", "yes_no"),
        ("How are you handling that today?", "open"),
        ("How can I help you today?", "yes_no"),
        ("Did I catch you at an okay time?", "yes_no"),
    ],
)
def test_questions_by_kind(said: str, asks: str) -> None:
    """With and without a question mark, since recognisers forget it."""
    assert tried(said) == [("question", asks)]


def test_a_summary_takes_the_rest_of_its_turn() -> None:
    """It is one thing, however many sentences it has."""
    said = (
        "Okay, let me make sure I've got this. You need fewer missed appointments. The last rollout cost you. "
        "It sounds like you would rather not go through that again."
    )
    (move,) = moves_of(turns_of([stretch("prospect", 0, THEIRS), stretch("rep", 9_000, said)]))
    assert move.kind == "summary" and move.text == said


def test_a_summary_that_sums_up_nothing_is_none() -> None:
    """The announcement alone."""
    assert tried("Let me make sure I've got this.") == []


@pytest.mark.parametrize(
    ("announced", "sums_up"),
    [
        ("Let me see if I can sum that up.", True),
        ("Let me see if I've got this.", True),
        ("Let me see if I understand you.", True),
        ("Let me see if I can pull up the pricing.", False),
        ("Let me see if I have the sheet for that.", False),
    ],
)
def test_who_looks_something_up_sums_up_nothing(announced: str, sums_up: bool) -> None:
    """However long they talk about it."""
    said = f"{announced} The three sites in the north want one price each and the two in the south another one, right."
    assert ("summary" in [kind for kind, *_ in tried(said)]) == sums_up


def test_only_the_rep_tries_anything() -> None:
    """A prospect's label is talk."""
    assert moves_of(turns_of([stretch("prospect", 0, "It sounds like you are new to this. What do you do?")])) == ()


def test_words_that_carry_a_text() -> None:
    """Small words are left out, endings do not matter."""
    assert content_of("It costs us a lot of appointments") == content_of("The appointment cost")

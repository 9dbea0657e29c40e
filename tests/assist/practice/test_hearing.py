"""What a rep's turn is to the prospect: what the moves and habits hear in it, and what outweighs what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.practice.hearing import heard_in, spoken

LINE = "I have to walk this into a room with two owners who, um, who hate surprises."
SUMMED_UP = (
    "So let me make sure I've got this. The number isn't it. You have two owners who hate surprises, the last time you "
    "were left without an answer, and it would be your name on it again."
)
TURNS = {
    "It sounds like you're caught in the middle.": "label",
    "Seems like that was not easy.": "label",
    "Hate surprises?": "mirror",
    SUMMED_UP: "summary",
    "What would they need to see?": "question",
    "How am I supposed to do that?": "question",
    "Why do they hate surprises?": "why",
    "I totally understand.": "i_understand",
    "But it pays for itself.": "pitch",
    "I can get you a discount on that.": "pitch",
    "Tideline files every claim on the day it is made and chases it until it is paid, in every practice.": "pitch",
    "How many owners are there?": "other",
    "Okay, sure.": "other",
    "Could you send me the numbers?": "other",
}


@pytest.mark.parametrize(("said", "tried"), TURNS.items())
def test_each_turn_is_heard_as_one_thing(said: str, tried: str) -> None:
    """As a prospect would."""
    assert heard_in(spoken("rep", said, 5_000), LINE).tried == tried


@pytest.mark.parametrize(
    ("said", "tried", "because"),
    [
        (
            "It sounds like that's hard. But it pays for itself in a month.",
            "pitch",
            "It sounds like that's hard. But it pays for itself in a month.",
        ),
        ("I understand. It seems like they hate surprises.", "i_understand", "I understand."),
        ("It seems like they scare you. Why is that?", "why", "Why is that?"),
        ("Okay. It seems like they scare you.", "label", "It seems like they scare you."),
        ("It seems like they scare you. What would help?", "label", "It seems like they scare you."),
        (f"I understand. {SUMMED_UP}", "summary", SUMMED_UP),
    ],
)
def test_what_hurts_outweighs_what_helps(said: str, tried: str, because: str) -> None:
    """Only a summary stands above all; the words told are those that did it."""
    heard = heard_in(spoken("rep", said, 5_000), LINE)
    assert (heard.tried, heard.text) == (tried, because)


def test_their_own_words_can_be_thrown_back_at_them() -> None:
    """As an argument, and not as a mirror."""
    line = "They said that it would pay for itself."
    said = {"But it pays for itself.": "pitch", "Pay for itself?": "mirror", "Pay for itself.": "pitch"}
    assert {text: heard_in(spoken("rep", text, 5_000), line).tried for text in said} == said
    assert heard_in(spoken("rep", "Hate surprises.", 5_000), LINE).tried == "mirror"


def test_saying_sorry_at_length_is_no_pitch() -> None:
    """It talks about them."""
    said = "I'm sorry, I talked past what you told me just now, and I would rather hear the rest of it from you first."
    assert heard_in(spoken("rep", said, 5_000), LINE).tried == "other"


def test_a_label_of_a_gladness_that_nobody_showed_is_none_to_them() -> None:
    """It is one to somebody glad; the rest of what a label may name is left to the ear of who listens."""
    glad = "It sounds like you're really excited about this."
    assert heard_in(spoken("rep", glad, 5_000), LINE).tried == "mislabel"
    assert heard_in(spoken("rep", glad, 5_000), LINE, "I love the idea, honestly.").tried == "label"


@given(*[st.text(min_size=1).filter(lambda text: bool(text.split()))] * 2)
def test_any_words_are_heard_as_something(said: str, line: str) -> None:
    """Whatever the recogniser writes."""
    assert heard_in(spoken("rep", said, 5_000), line).text


def test_spoken_words_lie_in_their_time() -> None:
    """Evenly, one behind the other."""
    words = spoken("rep", "one two three four", 1_000, 3_000).words
    assert [(word.start_ms, word.end_ms) for word in words] == [
        (1_000, 1_500),
        (1_500, 2_000),
        (2_000, 2_500),
        (2_500, 3_000),
    ]

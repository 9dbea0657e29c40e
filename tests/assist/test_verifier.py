"""A sentence made of their words is shown only if each of these lets it pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.grammar.tree import Parse, Tree
from assist.verifier import LONGEST_SUMMARY_WORDS, Evidence, faults_of_grammar, faults_of_made_label, faults_of_summary

SAID = "So I'm worried that we'd go through all of that again with the migration."
LICENSED = frozenset("it seems sounds like thought keeps coming back there's lot riding hard 's a".split())


def tree_of(parse: Parse, text: str) -> Tree:
    tree = parse(text)
    assert tree is not None
    return tree


def faults(parse: Parse, text: str, said: str = SAID, before: str = "") -> tuple[str, ...]:
    return faults_of_made_label(tree_of(parse, text), text, Evidence((tree_of(parse, said),), LICENSED, before))


@pytest.mark.parametrize(
    "text",
    [
        "It seems like the thought of going through all of that again keeps coming back.",
        "It sounds like there's a lot riding on the migration.",
    ],
)
def test_a_good_label_passes(parse: Parse, text: str) -> None:
    """Their words, the person turned round, in the playbook's sentence."""
    assert faults(parse, text, before="It looks like something else.") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You're worried about the migration.", "does not start"),
        ("It seems like I hear a lot riding on the migration.", "speaks of the rep"),
        ("It sounds like our migration keeps coming back.", "speaks of the rep"),
        (
            "It sounds like there's a lot riding on the migration, on the migration, on all of that again.",
            "more than 16",
        ),
        ("It sounds like the migration keeps coming back, but it's hard.", "argues"),
        ("It sounds like the migration keeps coming back, understand?", "understand"),
        ("It sounds like you're worried why the migration keeps coming back.", "why"),
        ("It sounds like the budget keeps coming back.", "did not say"),
        ("It sounds like you're furious about the migration.", "did not say"),
        (
            "It sounds like you're worried that you'd go through all of that again with the migration.",
            "repeats them whole",
        ),
        ("It sounds like the the migration keeps coming back.", "as a sentence"),
        ("It sounds like the your migration keeps coming back.", "as a sentence"),
        ("It sounds like the migration keep coming back.", "as a sentence"),
        ("It sounds like the migration, um, keeps coming back.", "as a sentence"),
        ("It sounds like there's a lot riding on the.", "as a sentence"),
        ("It sounds like you is worried.", "as a sentence"),
    ],
)
def test_each_way_to_fail(parse: Parse, text: str, fault: str) -> None:
    """Named, so that whoever writes a playbook sees which rule a wording breaks."""
    assert any(fault in told for told in faults(parse, text))


def test_the_starter_has_to_vary(parse: Parse) -> None:
    """Against what was shown last, whatever it was."""
    text = "It sounds like there's a lot riding on the migration."
    assert faults(parse, text, before="It sounds like that hurts.") == ("begins like the one before",)
    assert faults(parse, text, before="Disruptive...?") == ()


def test_what_they_denied_is_not_said_back(parse: Parse) -> None:
    """ "It's not the migration" does not become a worry about it."""
    text = "It sounds like there's a lot riding on the migration."
    assert "turns round what they denied" in faults(parse, text, said="It's not the migration that bothers us.")
    assert faults(parse, text, said="It's the migration, not the money, that bothers us.") == ()


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        ("So your team is stretched thin, and you need fewer empty slots.", True),
        ("so your team is stretched thin.", False),
        ("So your team is stretched thin", False),
        ("So your team stretched.", True),
        ("So your teams is stretched.", False),
        ("So a stretched team.", False),
    ],
)
def test_grammar(parse: Parse, text: str, is_sound: bool) -> None:
    """As far as a tree tells."""
    assert (faults_of_grammar(tree_of(parse, text), text) == ()) == is_sound


def summary_faults(parse: Parse, *sentences: str) -> tuple[str, ...]:
    said = tree_of(parse, "My team is stretched thin. I need fewer empty slots. I'm worried.")
    licensed = LICENSED | {"so"}
    return faults_of_summary(tuple(tree_of(parse, text) for text in sentences), sentences, Evidence((said,), licensed))


def test_a_good_summary_passes(parse: Parse) -> None:
    """What they said, then a label."""
    said = "So your team is stretched thin, and you need fewer empty slots."
    assert summary_faults(parse, said, "It sounds like you're worried.") == ()


@pytest.mark.parametrize(
    ("sentences", "fault"),
    [
        (("So your team is stretched thin.",), "one sentence of theirs"),
        (("So your team is stretched thin.", "You need fewer empty slots."), "does not start"),
        (("So your team is angry.", "It sounds like you're worried."), "did not say"),
        (("So our team is stretched thin.", "It sounds like you're worried."), "the rep"),
        (("So is your team stretched thin?", "It sounds like you're worried."), "asks"),
        (("So your team " * 20 + ".", "It sounds like you're worried."), f"more than {LONGEST_SUMMARY_WORDS}"),
    ],
)
def test_each_way_for_a_summary_to_fail(parse: Parse, sentences: tuple[str, ...], fault: str) -> None:
    """Each rule by itself."""
    trees = tuple(tree_of(parse, text) for text in sentences)
    said = tree_of(parse, "My team is stretched thin. I need fewer empty slots. I'm worried.")
    told = faults_of_summary(trees, sentences, Evidence((said,), LICENSED | {"so"}))
    assert any(fault in wrong for wrong in told)


@given(st.lists(st.sampled_from("it sounds like you the migration worried is not and um why I".split()), max_size=12))
def test_no_words_break_it(parse: Parse, words: list[str]) -> None:
    """Whatever is put together, it is judged and not raised at."""
    text = " ".join(["It", *words]) + "."
    assert isinstance(faults(parse, text), tuple)

"""Pieces that stand by themselves, or none."""

import pytest

from assist.grammar.phrases import clause, doing, gerund, is_vague, own_part, thing
from assist.grammar.tree import Parse, Tree


def found(parse: Parse, text: str, word: str) -> tuple[Tree, int]:
    tree = parse(text)
    assert tree is not None
    return tree, next(index for index, token in enumerate(tree.tokens) if token.low == word)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("The implementation process looks disruptive.", "process", "the implementation process"),
        ("We are in the middle of a merger.", "merger", "the merger"),
        ("Switching would be a pain.", "pain", "the pain"),
        ("We worry about our data.", "data", "your data"),
        ("We worry about migration.", "migration", "migration"),
        ("It takes weeks.", "weeks", None),  # a time
        ("That is the thing.", "thing", None),  # names nothing
        ("We have two vans.", "vans", None),  # a number
        ("There is no risk.", "risk", None),
        ("We worry about the day that you sold us.", "day", None),
        ("He has house rules.", "he", None),  # no noun
        ("We bought cow.", "cow", None),  # no article, and it needs one
    ],
)
def test_things(parse: Parse, text: str, word: str, expected: str | None) -> None:
    """Short noun phrases, made definite."""
    assert thing(*found(parse, text, word)) == expected


@pytest.mark.parametrize(
    ("text", "verb", "expected"),
    [
        ("I am worried that we'd go through all of that again.", "go", "you'd go through all of that again"),
        ("If the link drops, we close.", "drops", "the link drops"),
        ("It drops.", "drops", None),  # nobody knows what
        ("You said that you sell it.", "sell", None),  # about the rep
        ("We know what it is when the link drops on Friday.", "know", None),  # more verbs than one
    ],
)
def test_clauses(parse: Parse, text: str, verb: str, expected: str | None) -> None:
    """Finite, with a subject that can be told, and without what joins them to others."""
    assert clause(*found(parse, text, verb)) == expected


def test_a_clause_leaves_out_what_is_joined_to_it(parse: Parse) -> None:
    """Another clause is another matter."""
    tree, verb = found(parse, "My team is tired and the audit starts on Monday.", "is")
    assert tree.text(own_part(tree, verb)) == "My team is tired"


@pytest.mark.parametrize(
    ("text", "verb", "expected"),
    [
        ("We'd have to shut the line.", "shut", "shutting the line"),
        ("I am scared of making the wrong choice.", "making", "making the wrong choice"),
        ("We would go.", "go", None),
        ("I have to know what you think.", "know", None),
    ],
)
def test_deeds(parse: Parse, text: str, verb: str, expected: str | None) -> None:
    """With what they are done to, else there is nothing to say back."""
    assert doing(*found(parse, text, verb)) == expected


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("go", "going"),
        ("make", "making"),
        ("shut", "shutting"),
        ("die", "dying"),
        ("see", "seeing"),
        ("be", "being"),
        ("play", "playing"),
        ("find", "finding"),
        ("swap", "swapping"),
        ("visit", "visiting"),
        ("fix", "fixing"),
    ],
)
def test_gerunds(verb: str, form: str) -> None:
    """As they are spelled."""
    assert gerund(verb) == form


def test_vague_words(parse: Parse) -> None:
    """In any number."""
    tree, at = found(parse, "These things hurt.", "things")
    assert is_vague(tree.tokens[at])
    assert not is_vague(tree.tokens[at + 1])

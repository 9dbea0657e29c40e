"""The language of the phrasebooks: what each sign matches, and what a writer is told of a mistake."""

import pytest

from detectors.grammar import Pattern, PatternError, Tongue, compile_pattern
from detectors.speech import speech, spell, spoken

TONGUE = Tongue(
    families={"cost": "price|price tag", "loop": "a <loop>"},
    spell=spell,
    plain=speech().light,
    openers=frozenset({"yeah", "no"}),
    joints=frozenset({"but"}),
)


def pattern(source: str) -> Pattern:
    """A pattern read with the small tongue above."""
    return compile_pattern(source, TONGUE)


def is_heard(source: str, text: str) -> bool:
    """Whether the pattern matches somewhere in the text, and whether its keys let it be looked for at all."""
    line = spoken(tuple(text.split()))
    compiled = pattern(source)
    found = compiled.regex.search(line.line) is not None
    assert compiled.may_match(line.keys) or not found, "a pattern that matches must be looked for"
    return found


@pytest.mark.parametrize(
    ("source", "heard", "unheard"),
    [
        ("too expensive", "That's just too, um, really expensive.", "too inexpensive"),
        ("too expensive", "TOO EXPENSIVE", "too very much expensive"),
        ("don't know", "I dont know", "I do know"),
        ("do not know", "I don\u2019t know", "not know"),
        ("expens*", "the expenses", "the inexpensive one"),
        ("a (price tag|cost) now", "a price tag now", "a price now"),
        ("not [that|so] high", "not high", "not too high"),
        ("not [that|so] high", "not that high", "not that so too high"),
        ("[way] too much", "way too much", "too many"),
        ("the <cost>", "the price tag", "the tag"),
        ("run .. by", "run all of this by", "run all of this stuff over by"),
        ("run .. by", "run it by", "run it. Stand by"),
        ("know .. works", "know if it works", "know if it never works"),
        ("run ... by", "run all of this stuff over here by", "run a b c d e f g h i by"),
        ("^ right", "yeah no right", "all right"),
        ("/ is it", "fine but is it", "what is it"),
        ("/ is it", "Fine. Is it", "so that is it"),
        ("right $", "right.", "right there"),
        ("right ?", "right?", "right."),
    ],
)
def test_each_sign_matches_what_the_first_lines_of_the_module_say(source: str, heard: str, unheard: str) -> None:
    """A pattern is heard in the first text and not in the second."""
    assert is_heard(source, heard)
    assert not is_heard(source, unheard)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("(a|b", "never closed"),
        ("a) b", "never opened"),
        ("a ] b", "never opened"),
        ("exp*", "4 letters"),
        ("<nobody> here", "no family <nobody>"),
        ("<loop>", "no family <loop>"),
        ("a, b", "neither a word nor a sign"),
        ("[a]", "fits any words"),
        ("(a|..)", "fits any words"),
    ],
)
def test_a_mistake_is_told_with_its_pattern_and_what_to_do(source: str, told: str) -> None:
    """The error names the pattern and what is wrong in it."""
    with pytest.raises(PatternError, match=told) as caught:
        pattern(source)
    assert repr(source) in str(caught.value)


def test_the_rarest_need_comes_first() -> None:
    """Patterns are looked up by words that are seldom said, not by "it" or "is"."""
    assert pattern("it is (expensive|dear)").needs[0] == {"expensive", "dear"}


def test_what_may_be_left_out_is_no_need() -> None:
    """A pattern is looked for in lines that lack its optional words."""
    assert pattern("[way] dear").needs == (frozenset({"dear"}),)

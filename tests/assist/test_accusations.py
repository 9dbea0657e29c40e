"""Lines made of what a rep thought of: fit to say, to whom they are about, and in words that were thought."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist import playbook
from assist.accusations import audits_of
from assist.grammar.tree import Parse, no_parser
from assist.playbook_talk import faults_of_audit
from assist.preparation import Preparation

PLAYBOOK = playbook.load(None)


def made(parse: Parse, *fears: str, pressures: tuple[str, ...] = (), cue: str | None = None) -> tuple[str, ...]:
    """The lines of these thoughts; each would be heard as that cue."""
    cues = () if cue is None else (cue,)
    *_, lines = (), *audits_of(Preparation(fears=fears, pressures=pressures), PLAYBOOK, parse, lambda _: cues)
    return lines


@pytest.mark.parametrize(
    ("fear", "line"),
    [
        ("losing the trust of her team", "It may seem like this could mean losing the trust of your team."),
        ("Another failed rollout.", "It might feel like another failed rollout."),
        ("of months of extra work", "It may seem like this could mean months of extra work."),
        ("that nobody will use it", "It might feel like nobody will use it."),
        ("They will be blamed for it", "It might feel like you will be blamed for it."),
    ],
)
def test_a_fear_is_said_first_in_its_own_words(parse: Parse, fear: str, line: str) -> None:
    """A thing or a doing, or a whole clause; the prospect becomes "you"."""
    assert made(parse, fear) == (line,)


def test_a_pressure_has_its_own_sentence(parse: Parse) -> None:
    """The offer comes on top of it."""
    assert made(parse, pressures=("the audit in January",)) == (
        "It'll probably seem like one more thing on top of the audit in January.",
    )


@pytest.mark.parametrize(
    "fear",
    ["does he have to ask?", "she has been burned", "I think we will let them down", "x " * 40, "yes, but", "???", ""],
)
def test_what_makes_no_sentence_gets_the_line_of_its_cue(parse: Parse, fear: str) -> None:
    """Or none, where nothing would be heard in it."""
    assert made(parse, fear, cue="trust") == PLAYBOOK.audits["trust"].labels
    assert made(parse, fear) == ()


def test_without_a_parser_there_are_the_lines_of_cues() -> None:
    """As everywhere."""
    assert made(no_parser, "losing face", cue="risk") == PLAYBOOK.audits["risk"].labels
    assert made(no_parser, "losing face") == ()


def test_there_are_few_and_each_once(parse: Parse) -> None:
    """More would be a confession; what they fear comes before what presses."""
    lines = made(parse, "losing face", "losing face", "losing time", pressures=("the audit", "the merger"))
    assert lines[:2] == (
        "It may seem like this could mean losing face.",
        "It may seem like this could mean losing time.",
    )
    assert len(lines) == PLAYBOOK.preparation.most == 3
    few = msgspec.structs.replace(PLAYBOOK, preparation=msgspec.structs.replace(PLAYBOOK.preparation, most=0))
    assert list(audits_of(Preparation(fears=("losing face",)), few, parse, lambda _: ())) == []


@given(fear=st.text(max_size=80))
def test_any_text_makes_a_line_that_is_fit_to_say_or_none(parse: Parse, fear: str) -> None:
    """By the rules of every audit."""
    for line in made(parse, fear):
        assert faults_of_audit(line) == ()

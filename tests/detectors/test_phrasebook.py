"""A phrasebook raises the surest, earliest match of each class, unless something said beside it unmakes it."""

import msgspec
import pytest

from detectors.contract import Cue, Turn
from detectors.grammar import PatternError
from detectors.phrasebook import AfterRep, BookFile, ClassFile, compile_book
from tests.detectors.marked_lines import words_of

BOOK = BookFile(
    kind="objection",
    at_most=2,
    classes={
        "price": ClassFile(sure="too dear", faint="dear", unless_before="so", unless_after="to me"),
        "fear": ClassFile(likely="scared"),
        "doubt": ClassFile(faint="doubt", after_rep=(AfterRep("are you sure", -0.3), AfterRep("sure", 0.2))),
    },
)
PHRASEBOOK = compile_book(BOOK, "test.toml")


def heard(text: str, *, rep: str | None = None, tentative: int = 0) -> tuple[Cue, ...]:
    """What the small book above hears in the text, said after `rep`."""
    before = () if rep is None else (Turn("rep", rep, 0, 1), Turn("prospect", "um", 1, 2))
    return PHRASEBOOK.hear(words_of(text, tentative=tentative), before)


def names(text: str) -> list[str]:
    """The classes heard in the text, in order."""
    return [cue.name for cue in heard(text)]


def test_a_cue_quotes_the_words_as_heard_with_their_times() -> None:
    """Quote, times and confidence come from the words and the list that the pattern stands in."""
    (cue,) = heard("Well it's Too, um, DEAR! Sorry.")
    assert cue == Cue("objection", "price", "prospect", "Too, um, DEAR!", 600, 1450, 0.9, firm=True)


def test_the_surest_match_of_a_class_counts_and_then_the_earliest() -> None:
    """One cue a class: not the first faint one but the first sure one."""
    (cue,) = heard("dear oh it is too dear and too dear")
    assert (cue.quote, cue.start_ms, cue.confidence) == ("too dear", 4 * 300, 0.9)


def test_at_most_so_many_classes_are_told_the_surest_in_the_order_of_their_quotes() -> None:
    """The book says how many; the faintest goes."""
    assert names("I doubt it, I'm scared, it's too dear") == ["fear", "price"]


@pytest.mark.parametrize(("tentative", "firm"), [(0, True), (1, True), (2, False), (4, False)])
def test_a_cue_is_firm_once_every_quoted_word_is_committed(tentative: int, firm: bool) -> None:
    """Words that may still change make a cue that may still go."""
    (cue,) = heard("it is too dear today", tentative=tentative)
    assert cue.firm is firm


@pytest.mark.parametrize(
    "text",
    [
        "I'm not scared.",
        "I don't think that I'm scared",
        "it's not that I'm scared",
        "I'm no longer scared",
        "no scared people here",
        "are you scared",
        "okay is it scared?",
        "how scared",
        "if I were scared I'd say so",
        "my brother is always scared",
        "we used to be scared",
        "I was scared at first",
        "scared is not a problem",
        "scared, but not anymore",
    ],
)
def test_what_is_denied_asked_supposed_reported_or_over_raises_nothing(text: str) -> None:
    """The rules in speech.toml hold for every class."""
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Not now, I'm scared.",
        "I do not. I am scared.",
        "no I'm scared",
        "what I am is scared",
        "I'm scared, are you?",
        "why not, he asked, and I got scared",
    ],
)
def test_a_denial_of_something_else_unmakes_nothing(text: str) -> None:
    """A rule reaches over a few light words and never past a pause."""
    assert names(text) == ["fear"]


def test_the_rules_of_a_class_hold_for_that_class_alone() -> None:
    """`unless_before` and `unless_after` of price say nothing of fear."""
    assert names("so dear") == []
    assert names("too dear to me") == []
    assert names("so scared to me") == ["fear"]


def test_a_match_that_is_unmade_leaves_the_next_one() -> None:
    """What was denied once may be said later."""
    (cue,) = heard("I was not scared then. Now I am scared.")
    assert cue.start_ms == 8 * 300


@pytest.mark.parametrize(
    ("rep", "confidence"), [(None, 0.5), ("Fine.", 0.5), ("Sure thing.", 0.7), ("Well, are you sure of it?", None)]
)
def test_the_reps_last_turn_makes_a_cue_more_or_less_likely(rep: str | None, confidence: float | None) -> None:
    """The first rule that fits counts, and a cue that is hardly likely is not told."""
    assert [cue.confidence for cue in heard("I doubt it", rep=rep)] == ([] if confidence is None else [confidence])


def test_a_long_quote_keeps_its_last_words() -> None:
    """What matters stands at the end of a pattern, and a rep reads twelve words at a glance at most."""
    book = compile_book(BookFile("emotion", 1, {"x": ClassFile(sure="start ... middle ... end")}), "x.toml")
    (cue,) = book.hear(words_of("start a b c d e f g middle h i j k l m end"), ())
    assert cue.quote == "d e f g middle h i j k l m end"


def test_the_rep_raises_nothing() -> None:
    """Cues are the prospect's."""
    assert PHRASEBOOK.hear(words_of("too dear", speaker="rep"), ()) == ()


def test_a_mistake_names_the_file_and_the_class() -> None:
    """A salesperson who edits a book finds the line."""
    book = BookFile("emotion", 1, {"joy": ClassFile(likely="fine\n(glad")})
    with pytest.raises(PatternError, match=r"my\.toml, class joy: pattern '\(glad'"):
        compile_book(book, "my.toml")


def test_a_pattern_that_needs_no_word_is_refused() -> None:
    """It could not be looked up, so it would never be heard."""
    with pytest.raises(PatternError, match="no word of it must be said"):
        compile_book(BookFile("emotion", 1, {"joy": ClassFile(sure="^ ... $")}), "my.toml")


def test_an_unknown_field_is_refused() -> None:
    """A misspelled list would silently be ignored."""
    with pytest.raises(msgspec.ValidationError, match="surely"):
        msgspec.toml.decode('kind = "emotion"\nat_most = 1\n[classes.joy]\nsurely = "x"', type=BookFile)


def test_only_the_reps_last_turn_counts() -> None:
    """What the rep said before that was about something else."""
    before = (Turn("rep", "are you sure", 0, 1), Turn("prospect", "yes", 1, 2), Turn("rep", "Fine.", 2, 3))
    assert [cue.confidence for cue in PHRASEBOOK.hear(words_of("I doubt it"), before)] == [0.5]

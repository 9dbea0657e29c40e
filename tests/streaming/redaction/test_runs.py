"""Runs of digits in what one speaker says."""

import pytest

from streaming.redaction.runs import Run, runs_in
from streaming.types import Word


def words(text: str, step_ms: int = 300) -> list[Word]:
    """Its words, one after the other."""
    return [Word(part, i * step_ms, i * step_ms + 250, 0.9) for i, part in enumerate(text.split())]


def only(text: str) -> Run:
    """The one run of a text."""
    (run,) = runs_in(words(text))
    return run


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four one one one", "4111"),
        ("forty-one eleven", "4111"),
        ("forty one eleven", "4111"),
        ("forty one hundred", "4100"),
        ("four thousand one hundred eleven", "4111"),
        ("four hundred and eleven", "411"),
        ("double five triple oh", "55000"),
        ("twenty twenty six", "2026"),
        ("4111 1111", "41111111"),
        ("4111, um, and then 1111.", "41111111"),
        ("double", ""),
        ("four ones and two fives", "111155"),
        ("ninety thousand five hundred", "90500"),
    ],
)
def test_digits_are_read_as_they_are_said(text: str, digits: str) -> None:
    """One by one, in pairs, as a quantity, over fillers."""
    assert "".join(run.digits for run in runs_in(words(text))) == digits


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("4111 1112 no sorry 1111", 8),
        ("4111 1112 no five not four", 8),
        ("555 867 5309 no sorry 555 867 5308", 10),
        ("555 867 5309 that's 555 867 5309", 10),
        ("4539 1488 0343 6467 okay 4539 1488 0343 6467", 32),
        ("sorry 41", 2),
    ],
)
def test_what_was_taken_back_does_not_count(text: str, left: int) -> None:
    """Nor does a telephone number that is said twice; a card's number does."""
    (run,) = runs_in(words(text))
    assert run.corrected == left


def test_a_word_ends_a_run_and_a_unit_tells_that_it_is_a_quantity() -> None:
    """So does a month before it."""
    first, second, third, fourth = runs_in(words("12 people who pay ninety nine a month since April 2024 or 1999"))
    assert (first.is_ended, first.is_measured) == (True, True)
    assert second.is_measured and third.is_measured
    assert (fourth.is_ended, fourth.is_measured) == (False, False)


def test_a_long_pause_and_a_question_of_the_other_part_two_numbers() -> None:
    """The zip code is no part of the security code."""
    assert [run.digits for run in runs_in(words("94107 123"), asked=(280,))] == ["94107", "123"]
    assert [run.digits for run in runs_in(words("94107 123", step_ms=20_000))] == ["94107", "123"]
    assert only("94107 123").digits == "94107123"


def test_letters_belong_to_a_number_only_beside_its_digits() -> None:
    """They are a word's otherwise."""
    assert only("GB29 NWBK 6016").raw == "GB29NWBK6016"
    assert only("the CVV is 123").first == 3
    assert list(runs_in(words("the CVV is that"))) == []

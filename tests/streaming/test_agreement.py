"""Which words of a pass are new, and which the pass before said too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.agreement import SAME_PLACE_MS, beyond, seen, spoken_form, stands_in
from streaming.types import Word


def said(text: str, start_ms: int = 0, step_ms: int = 300) -> tuple[Word, ...]:
    """Words evenly spaced from a time."""
    return tuple(
        Word(word, start_ms + i * step_ms, start_ms + (i + 1) * step_ms, 1.0) for i, word in enumerate(text.split())
    )


def test_case_and_punctuation_do_not_count() -> None:
    """The recogniser changes both at will."""
    assert spoken_form("Cost,") == spoken_form("cost") == "cost"
    assert spoken_form("—") == ""


def test_words_stand_where_they_are_side_by_side() -> None:
    """Whatever their case and punctuation; whole words, and with no other between them."""
    words = [Word(text, i * 300, i * 300 + 250, 0.9) for i, text in enumerate("the Migration - risk, then".split())]
    assert stands_in("Migration risk...?", words)
    assert not stands_in("risk migration", words)
    assert not stands_in("the risk", words)
    assert not stands_in("The mig", words)


def test_a_word_said_again_at_its_place_counts_on() -> None:
    """However it is written; one that passes disagree on begins anew."""
    once = seen(said("we cannot justify"), ())
    twice = seen(said("We cannot, clarify"), once)
    assert [item.passes for item in once] == [1, 1, 1]
    assert [item.passes for item in twice] == [2, 2, 1]
    assert [item.passes for item in seen(said("we cannot clarify"), twice)] == [3, 3, 2]


def test_the_same_word_elsewhere_is_another() -> None:
    """ "No" now is not the "no" of a second ago."""
    before = seen(said("no"), ())
    assert seen(said("no", SAME_PLACE_MS - 1), before)[0].passes == 2
    assert seen(said("no", SAME_PLACE_MS), before)[0].passes == 1


def test_words_beyond_the_committed_are_found_though_written_otherwise() -> None:
    """A later pass may write the committed part with other words, or more, or fewer."""
    committed = said("we need twenty five seats")
    for again in ("we need 25 seats", "we need twenty-five seats", "And we need twenty five seats"):
        tail = beyond(committed, (*said(again), *said("by March", 2_000)))
        assert [word.text for word in tail] == ["by", "March"]


@pytest.mark.parametrize("again", ["we need twenty five thousand", "we need 25 thousand"])
def test_a_number_committed_in_digits_is_not_told_again_in_words(again: str) -> None:
    """ "25" holds "twenty five" and its time."""
    words = said("we need twenty five thousand")
    committed = (*words[:2], Word("25", words[2].start_ms, words[3].end_ms, 1.0))
    passed = words if "five" in again else (*committed, words[4])
    assert [word.text for word in beyond(committed, passed)] == ["thousand"]


def test_nothing_beyond_when_the_hypothesis_is_shorter() -> None:
    """A pass that lost words gives none."""
    assert beyond(said("one two three"), said("one two")) == ()


def test_tail_never_begins_before_the_committed_ends() -> None:
    """Times stay in order even where alignments differ."""
    tail = beyond(said("one two"), (*said("one two"), Word("three", 400, 700, 1.0)))
    assert [(word.start_ms, word.end_ms) for word in tail] == [(600, 700)]


texts = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map(" ".join)


@given(committed=texts, rest=texts)
def test_an_unchanged_beginning_is_always_recognised(committed: str, rest: str) -> None:
    """If the hypothesis repeats the committed words exactly, the rest is exactly what follows."""
    words = said(f"{committed} {rest}")
    count = len(committed.split())
    assert [word.text for word in beyond(words[:count], words)] == rest.split()


@given(committed=texts, hypothesis=texts)
def test_beyond_gives_a_suffix_of_the_hypothesis(committed: str, hypothesis: str) -> None:
    """No word is invented or reordered, whatever was said."""
    tail = [word.text for word in beyond(said(committed), said(hypothesis))]
    assert tail == hypothesis.split()[len(hypothesis.split()) - len(tail) :]

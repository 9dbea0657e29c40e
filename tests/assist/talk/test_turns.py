"""Turns and sentences: nods end nothing, and no word is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.talk.stretch import SpokenWord, Stretch
from assist.talk.turns import is_nod, plain_words, sentences_of, turns_of
from streaming.types import Speaker
from tests.assist.debrief.scene import stretch

SPEAKERS: tuple[Speaker, ...] = ("rep", "prospect")
SPEECH = st.lists(
    st.tuples(
        st.sampled_from(SPEAKERS),
        st.integers(0, 60_000),
        st.lists(st.sampled_from(["yeah", "mm-hm", "well,", "it", "costs", "too", "much.", "really?"]), min_size=1),
    ),
    max_size=12,
).map(lambda lines: sorted((stretch(who, at, " ".join(text)) for who, at, text in lines), key=lambda s: s.start_ms))


def test_utterances_in_a_row_are_one_turn() -> None:
    """Until the other takes the floor."""
    turns = turns_of([stretch("rep", 0, "one"), stretch("rep", 500, "two"), stretch("prospect", 900, "three it is")])
    assert [(turn.speaker, turn.text) for turn in turns] == [("rep", "one two"), ("prospect", "three it is")]


def test_a_nod_takes_no_turn() -> None:
    """Said while the other goes on."""
    turns = turns_of(
        [
            stretch("prospect", 0, "We lost a nurse"),
            stretch("rep", 1_100, "Mm-hm."),
            stretch("prospect", 1_500, "in May."),
        ]
    )
    assert [turn.text for turn in turns] == ["We lost a nurse in May."]


@pytest.mark.parametrize(
    ("question", "nod", "start_ms"),
    [("Is that so?", "Yeah.", 1_500), ("That is it.", "Yeah.", 4_000)],
    ids=["an answer", "alone after a silence"],
)
def test_a_nod_that_answers_is_a_turn(question: str, nod: str, start_ms: int) -> None:
    """After a question, or where the floor was free for long."""
    lines = [
        stretch("rep", 0, question),
        stretch("prospect", start_ms, nod),
        stretch("rep", start_ms + 600, "Fine then."),
    ]
    assert len(turns_of(lines)) == 3


def test_few_words_over_the_other_are_a_nod_misheard() -> None:
    """Recognisers write "mm-hm" as words."""
    lines = [
        stretch("prospect", 0, "one in six never shows up"),
        stretch("rep", 1_700, "And him."),
        stretch("prospect", 1_900, "and it is frustrating"),
    ]
    assert [turn.speaker for turn in turns_of(lines)] == ["prospect"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Mm-hm.", True), ("Yeah, okay.", True), ("That's right.", False), ("Yeah, you're right.", False), ("Wow", True)],
)
def test_what_is_a_nod(text: str, expected: bool) -> None:
    """A sound of listening; "that's right" is more than that."""
    assert is_nod(stretch("prospect", 0, text)) is expected


def test_sentences_end_where_it_is_written_or_where_the_speaker_pauses() -> None:
    """Three dots are no end, nor is an abbreviation's."""
    first = stretch("rep", 0, "Well... fine. At 8 a.m. with Dr. Ray").words
    turn = Stretch("rep", first + stretch("rep", 9_000, "now?").words)
    assert [sentence.text for sentence in sentences_of(turn)] == ["Well... fine.", "At 8 a.m. with Dr. Ray", "now?"]


def test_plain_words_leave_hesitations_out() -> None:
    """And write short forms long."""
    assert plain_words("It's, um, dear") == ("it", "is", "dear")


@given(SPEECH)
def test_turns_alternate_or_stand_apart_and_keep_the_order(utterances: list[Stretch]) -> None:
    """Two turns in a row are never one speaker's; every word of a turn was said, in order, and is said once."""
    turns = turns_of(utterances)
    assert all(a.speaker != b.speaker for a, b in pairwise(turns))
    said = [word for utterance in utterances for word in utterance.words]
    kept = [word for turn in turns for word in turn.words]
    assert len(kept) <= len(said)
    for speaker in ("rep", "prospect"):
        theirs = [w for u in utterances if u.speaker == speaker for w in u.words]
        mine = iter(theirs)
        assert all(word in mine for turn in turns if turn.speaker == speaker for word in turn.words)


@given(SPEECH)
def test_sentences_hold_every_word_of_their_turn(utterances: list[Stretch]) -> None:
    """In order, none twice."""
    for turn in turns_of(utterances):
        words: tuple[SpokenWord, ...] = ()
        for sentence in sentences_of(turn):
            words += sentence.words
        assert words == turn.words

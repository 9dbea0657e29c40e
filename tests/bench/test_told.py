"""How what was told is held against when it was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.told import Said, Telling, figures, judged, words_of

TIMELINE = (Said("good", 0.0, 0.4), Said("morning", 0.4, 1.0), Said("what", 2.0, 2.2), Said("price", 2.4, 3.0))
SENT_S = tuple(100 + packet * 0.02 for packet in range(200))  # packet 0 was sent at 100.0
TEXT = st.lists(st.sampled_from(("good", "morning", "what", "price", "so", "um")), max_size=6).map(" ".join)


def test_lag_runs_from_the_packet_with_the_words_end() -> None:
    """Shown when it first stands at its place, committed when the protocol says so."""
    tellings = (Telling(100.5, "", "Good"), Telling(101.2, "Good", "evening"), Telling(101.5, "Good morning", ""))
    one = judged(tellings, TIMELINE, SENT_S)
    assert one.shown_s == pytest.approx((100.5 - 100.38, 101.5 - 100.98))
    assert one.committed_s == pytest.approx((101.2 - 100.38, 101.5 - 100.98))
    assert (one.said, one.final, one.uncommitted) == (4, 2, 0)


def test_a_word_is_not_heard_before_it_begins() -> None:
    """The same word said earlier is another one."""
    timeline = (Said("so", 0.0, 0.2), Said("so", 2.0, 2.2))
    one = judged((Telling(100.3, "so", ""), Telling(103.0, "so so", "")), timeline, SENT_S)
    assert one.shown_s == pytest.approx((100.3 - 100.18, 103.0 - 102.18))


def test_what_went_away_was_taken_back() -> None:
    """Counted whether or not it comes again."""
    one = judged((Telling(101, "", "good evening"), Telling(102, "", "good morning")), TIMELINE, SENT_S)
    assert (one.shown, one.taken_back) == (3, 1)
    assert figures([one])["taken_back"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_word_that_loses_its_ellipsis_is_not_taken_back() -> None:
    """Recognisers write one at the edge of what they have heard."""
    one = judged((Telling(101, "", "good morning..."), Telling(102, "", "good morning what")), TIMELINE, SENT_S)
    assert (one.shown, one.taken_back) == (3, 0)


def test_words_left_open_or_missed_were_never_committed() -> None:
    """Two of four stand committed, one of three is open in the end."""
    found = figures([judged((Telling(104, "Good morning", "price"),), TIMELINE, SENT_S)])
    assert (found["never_committed"], found["left_open"]) == (0.5, pytest.approx(1 / 3, abs=1e-4))


def test_silence_gives_no_figures() -> None:
    """Nothing said and nothing told is no division by zero."""
    found = figures([judged((), (), SENT_S)])
    assert found["shown_lag_s"]["count"] == 0
    assert found["never_committed"] is None


def test_words_are_compared_as_spoken() -> None:
    """Case, punctuation and contractions do not count."""
    assert words_of("Well, I'm -- um -- fine.") == words_of("well I am fine")


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_counts_hold_together(texts: list[tuple[str, str]]) -> None:
    """Whatever is told: no more taken back than shown, no more committed than said."""
    tellings = [Telling(104.0 + at, done, open_) for at, (done, open_) in enumerate(texts)]
    one = judged(tellings, TIMELINE, SENT_S)
    assert 0 <= one.taken_back <= one.shown
    assert len(one.committed_s) <= min(one.said, one.final)
    assert one.shown - one.taken_back == one.final

"""The figures, computed by hand for calls small enough to do so."""

from assist.debrief.analysis import analyse
from assist.debrief.measures import Measures, measures_of
from tests.assist.debrief.scene import A_CALL, Line, record


def measures(*lines: Line) -> Measures:
    """Of a call with these lines."""
    return measures_of(analyse(record(*lines)))


def test_talk() -> None:
    """Ten words of 0.3 s against thirty, at 200 words a minute."""
    ten, thirty = " ".join(["word"] * 10), " ".join(["word"] * 30)
    told = measures(("rep", 1_000, thirty), ("prospect", 11_000, ten))
    assert told.talk_ms == {"rep": 9_000, "prospect": 3_000} and told.talk_share == 0.75
    assert told.rep_words_per_minute == 200
    assert told.longest["rep"].duration_ms == 9_000 and told.longest["prospect"].words == 10


def test_gaps() -> None:
    """Before the rep, not before the prospect; the median of 1 s, 2 s and 6 s."""
    lines: list[Line] = []
    for number, gap_ms in enumerate((1_000, 2_000, 6_000)):
        lines += [
            ("prospect", 20_000 * number, "one two three"),
            ("rep", 20_000 * number + 900 + gap_ms, "four five six"),
        ]
    assert measures(*lines).response_gap_ms == 2_000


def test_a_call_with_some_of_everything() -> None:
    """Counted in the lines of scene.py."""
    told = measures(*A_CALL)
    assert (told.labels, told.mirrors, told.summaries, told.questions) == (1, 1, 1, {"open": 1})
    assert (told.thats_right, told.youre_right) == (1, 1)
    assert (told.concerns, told.concerns_addressed) == (3, 2)
    assert told.first_label_ms == 24_000 and told.label_silence_ms == 3_000
    assert told.interruptions == {"rep": 0, "prospect": 0}
    assert told.opened == 3 and sum(told.suggestions.values()) >= 3


def test_nothing_said_measures_nothing() -> None:
    """And divides by nothing."""
    told = measures()
    assert told.talk_share is None and told.longest == {} and told.response_gap_ms is None
    assert told.rep_words_per_minute is None and told.first_label_ms is None

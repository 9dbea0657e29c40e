"""What came of each label, mirror and summary."""

from statistics import median

from assist.debrief.analysis import analyse
from assist.debrief.following import Outcome
from tests.assist.debrief.scene import Line, bundled, record


def outcomes(*lines: Line) -> list[Outcome]:
    """Of a call with these lines."""
    return list(analyse(record(*lines)).outcomes)


LABEL: Line = ("rep", 10_000, "It sounds like this matters to you.")  # seven words: it ends at 12.1 s
LONG = "It does because we lost a nurse in May and everybody was very tired"


def test_they_opened_up_after_a_silence() -> None:
    """The silence is measured from its last word to theirs."""
    (outcome,) = outcomes(LABEL, ("prospect", 14_500, LONG))
    assert (outcome.result, outcome.silence_ms, outcome.broken_by) == ("opened_up", 2_400, "prospect")
    assert outcome.reply == LONG and outcome.reply_words == len(LONG.split())


def test_a_short_reply() -> None:
    """Says no more than it has to."""
    (outcome,) = outcomes(LABEL, ("prospect", 12_500, "It does."))
    assert outcome.result == "short_reply"


def test_the_rep_talked_on() -> None:
    """And so took away what it could have done."""
    (outcome,) = outcomes(LABEL, ("rep", 13_000, "And we have a tool for it."), ("prospect", 20_000, LONG))
    assert (outcome.result, outcome.broken_by, outcome.silence_ms) == ("went_on", "rep", 900)


def test_they_confirmed_it() -> None:
    """By the words that nobody else can say."""
    (outcome,) = outcomes(LABEL, ("prospect", 13_000, "That's right."))
    assert outcome.result == "confirmed" and outcome.heard == ("thats_right",)


def test_a_reply_that_begins_a_little_early_follows_all_the_same() -> None:
    """The times of words are no better than that."""
    (outcome,) = outcomes(LABEL, ("prospect", 11_900, LONG))
    assert (outcome.silence_ms, outcome.broken_by) == (0, "prospect")


def test_at_the_end_nothing_follows() -> None:
    """And nothing breaks."""
    (outcome,) = outcomes(LABEL)
    assert (outcome.result, outcome.broken_by, outcome.reply) == ("nothing", None, "")


def test_the_silences_of_the_bundled_call_are_those_of_its_script() -> None:
    """In ms, from the rep's last sample to the prospect's first, as they were rendered: none is off by 0.3 s."""
    script = [500, 400, 1_700, 600, -150, 1_400, 500]
    told = [outcome.silence_ms for outcome in bundled().outcomes]
    off = [abs(ms - max(0, rendered)) for ms, rendered in zip(told, script, strict=True)]
    assert max(off) < 300 and median(off) <= 100

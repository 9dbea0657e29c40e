"""What the chaos bench makes of a call's events and of its runs; and that each of its faults can be told of."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import tests.bench.chaos.faults
from streaming import plugins
from tests.bench.chaos.contract import Run
from tests.bench.chaos.sound import WORD_MS, WORDS, place_of
from tests.bench.chaos.table import Row, markdown, row
from tests.bench.chaos.transcript import Tally, Transcript, tally, tally_timed

EMPTY = Row(fault="a", says="what is done", seed=7)


def said(seq: int, utterance: int, text: str, is_final: bool = True) -> dict[str, Any]:
    """An event of so many words, each of 400 ms."""
    words = [
        {"text": word, "start_ms": WORD_MS * place, "end_ms": WORD_MS * (place + 1)}
        for place, word in enumerate(text.split())
    ]
    head = {"kind": "transcript_changed", "seq": seq, "speaker": "rep", "utterance": utterance, "is_final": is_final}
    return {**head, "start_ms": utterance * 10_000, "words": words}


def following(epoch: int, recovered: bool) -> dict[str, Any]:
    """What is told before the events of a call."""
    return {"kind": "following", "call": "c", "epoch": epoch, "recovered": recovered}


def heard(*events: dict[str, Any]) -> Transcript:
    """A transcript of these."""
    transcript = Transcript()
    for event in events:
        transcript.take(event)
    return transcript


def test_an_utterance_is_replaced_and_what_came_already_is_let_go() -> None:
    """As the page does."""
    one = heard(following(1, False), said(0, 0, "a b", False), said(1, 0, "a c"), said(1, 0, "a c"), said(2, 1, "d"))
    assert one.words() == ["a", "c", "d"] and one.seen_again == 1 and not one.conflicts


def test_all_is_forgotten_where_it_is_told_anew() -> None:
    """But not where only what was missed comes."""
    before = [following(1, False), said(0, 0, "a"), said(1, 1, "b")]
    assert heard(*before, following(1, True), said(2, 2, "c")).words() == ["a", "b", "c"]
    anew = heard(*before, following(2, False), said(0, 0, "a"), said(3, 1, "b c"))
    assert anew.words() == ["a", "b", "c"] and anew.begun_anew == 1


def test_two_tellings_under_one_number_are_seen() -> None:
    """Two nodes have told of one call; in a later epoch the same number is another's."""
    assert heard(following(1, False), said(0, 0, "a"), following(1, True), said(0, 0, "b")).conflicts == 1
    assert heard(following(1, False), said(0, 0, "a"), following(2, False), said(0, 0, "b")).conflicts == 0


@given(st.lists(st.sampled_from(WORDS[:20])), st.sets(st.sampled_from(WORDS[:20])))
def test_words_are_counted(told: list[str], expected: set[str]) -> None:
    """Lost: expected and never told. Doubled: each telling after the first."""
    found = tally(expected, told)
    assert (found.lost, found.doubled) == (len(expected - set(told)), len(told) - len(set(told)))
    assert set(found.which) == expected - set(told) | {word for word in told if told.count(word) > 1}


def test_a_real_recognisers_words_are_counted_by_time() -> None:
    """It may hear another word, a little sooner or later; but not none, and not two at once."""
    expected = [("rep", 0, 400), ("rep", 1_000, 1_300), ("prospect", 0, 400)]
    assert tally_timed(expected, [("rep", 100, 500), ("rep", 900, 1_200), ("prospect", 0, 300)]) == Tally(0, 0)
    assert tally_timed(expected, [("rep", 0, 400)]) == Tally(2, 0)
    assert tally_timed(expected[:1], [("rep", 0, 400), ("rep", 50, 420)]) == Tally(0, 1)


def test_every_word_of_the_script_is_another_one() -> None:
    """For half an hour, and each knows its place."""
    assert len(set(WORDS)) == len(WORDS) and len(WORDS) * WORD_MS > 30 * 60_000
    assert all(place_of(word) == place for place, word in enumerate(WORDS))


def test_a_row_holds_only_if_all_of_it_does() -> None:
    """Every run passed, nothing lost or doubled, one owner, and as quick as it must be."""
    good = [Run(passed=True, recovery_s=second) for second in (1.0, 2.0, 4.0)]
    filled = row(EMPTY, good, 5.0)
    assert (filled.runs, filled.passed, filled.holds) == (3, 3, True)
    assert (filled.recovery_p50_s, filled.recovery_p95_s, filled.recovery_max_s) == (2.0, 4.0, 4.0)
    for spoilt, most_s in (
        ([*good, Run(passed=False)], 5.0),
        ([*good, Run(passed=True, lost=1)], 5.0),
        ([*good, Run(passed=True, doubled=1)], 5.0),
        ([*good, Run(passed=True, owners=2)], 5.0),
        (good, 3.0),
        ([], None),
    ):
        assert not row(EMPTY, spoilt, most_s).holds


def test_the_table_has_a_line_a_fault_and_says_what_each_is() -> None:
    """To be read by people."""
    text = markdown([row(EMPTY, [Run(passed=True, recovery_s=1.5)], None), EMPTY])
    assert "| a | 7 | 1 | 1 | 1.50, 1.50, 1.50 | 0 | 0 | 1 | yes | 0 s |" in text
    assert "| a | 7 | 0 | 0 | -, -, - | 0 | 0 | 1 | no | 0 s |" in text and "- a: what is done" in text


def test_each_fault_says_what_it_does() -> None:
    """And there is one for each line of what must be outlived."""
    names = plugins.names(tests.bench.chaos.faults)
    faults = [plugins.load(tests.bench.chaos.faults, name).create() for name in names]
    assert all(fault.says and fault.runs > 0 for fault in faults)
    assert {"client_cut", "node_kill", "redis_down", "recogniser_hung", "overload", "sigterm"} <= set(names)

"""A case holds by what the turn likely means, by what was said with a concern, or shortly before it."""

import pytest
from msgspec.structs import replace

from assist.cases import Cases
from assist.detection import Heard
from assist.judging import NO_JUDGE
from assist.playbook import Wordings, load
from assist.playbook_talk import Case
from assist.readings import Readings
from detectors.contract import Cue
from detectors.meaning.judge import CASES, shipped
from streaming.types import Word, Words
from tests.assist.judges import Judge

SHIPPED = load(None)
POLICY = SHIPPED.policy
LATELY_MS = SHIPPED.advice.same_concern_ms
LABELS = ("It seems like one.",)
SAID = Case(LABELS, said=("in writing",))
AFTER = Case(LABELS, after=("price", "trust"))
BOTH = Case(LABELS, said=("in writing",), after=("price", "trust"))
WORDINGS = Wordings(weight=50, concern="c", when={"said": SAID, "after": AFTER, "both": BOTH})
PLAYBOOK = replace(SHIPPED, cues={"brush_off": WORDINGS})
OURS = replace(SHIPPED, cues={"brush_off": replace(WORDINGS, when={"said": SAID, "meant": Case(LABELS)})})


def cue(name: str, at_ms: int) -> Cue:
    return Cue("objection", name, "prospect", "some words", at_ms, at_ms + 500, confidence=0.9, firm=True)


def told(likely: dict[str, float] | None = None) -> Cases:
    """Cases of a call in which a turn likely is about these."""
    return Cases(PLAYBOOK if likely is None else OURS, Readings(Judge(cases=likely)))


def holding(cases: Cases, at_ms: int, *texts: str) -> list[Case]:
    words = (Word("Well", at_ms, at_ms + 400, 0.9),)
    return list(cases.holding(cue("brush_off", at_ms), Words("prospect", 0, words, (), True), *texts))


def test_a_case_holds_where_its_words_were_said() -> None:
    """In any of the texts, and without anything before it."""
    assert holding(told(), 9_000, "send it in writing") == [SAID]
    assert holding(told(), 9_000, "well", "In writing, please") == [SAID]
    assert holding(told(), 9_000, "send it") == []


def test_a_case_holds_shortly_after_one_of_its_cues() -> None:
    """And with its words where it asks for them too."""
    cases = told()
    cases.hear(Heard((cue("trust", 1_000),), ()))
    assert holding(cases, 9_000, "well") == [AFTER]
    assert holding(cases, 9_000, "in writing") == [SAID, AFTER, BOTH]


@pytest.mark.parametrize(("gap_ms", "holds"), [(LATELY_MS - 1, True), (LATELY_MS, False)])
def test_what_was_voiced_bears_on_what_comes_for_a_while(gap_ms: int, holds: bool) -> None:
    """From its end to the beginning of what comes; the last time counts."""
    cases = told()
    cases.hear(Heard((cue("price", 1_000),), ()))
    cases.hear(Heard((cue("price", 3_000),), ()))
    assert (AFTER in holding(cases, 3_500 + gap_ms, "well")) is holds


def test_other_cues_do_not_count() -> None:
    """Nor do those that were taken back, or are doubted."""
    cases = told()
    cases.hear(Heard((cue("timing", 1_000), cue("price", 1_000)), ()))
    cases.hear(Heard((), (cue("price", 1_000),)))
    cases.hear(Heard((replace(cue("trust", 2_000), confidence=SHIPPED.advice.min_confidence - 0.01),), ()))
    assert holding(cases, 9_000, "well") == []


@pytest.mark.parametrize(
    ("likely", "text", "holds"),
    [
        (POLICY.case_from, "well", True),
        (POLICY.case_from - 0.01, "well", False),
        (POLICY.case_from_said, "in writing", True),
        (POLICY.case_from_said - 0.01, "in writing", False),
    ],
)
def test_what_the_turn_means_decides_where_it_is_known(likely: float, text: str, holds: bool) -> None:
    """Less is enough where a word of the case was said; the word alone, which may mean anything, is not."""
    assert holding(told({"brush_off.said": likely, "price.said": 0.9}), 9_000, text) == ([SAID] if holds else [])


def test_the_likeliest_comes_first() -> None:
    """Whatever the order of the playbook."""
    meant = OURS.cues["brush_off"].when["meant"]
    assert holding(told({"brush_off.said": 0.7, "brush_off.meant": 0.8}), 9_000) == [meant, SAID]
    assert holding(told({"brush_off.said": 0.8, "brush_off.meant": 0.7}), 9_000) == [SAID, meant]


def test_what_is_told_by_its_meaning_alone_holds_for_nobody_who_cannot_tell() -> None:
    """The sentence model has failed: words and cues still count."""
    assert holding(Cases(OURS, Readings(NO_JUDGE)), 9_000, "in writing") == [SAID]


def test_what_gladdens_them_settles_what_was_voiced() -> None:
    """Who then asks for an email may mean it."""
    cases = told()
    cases.hear(Heard((cue("price", 1_000),), ()))
    cases.hear(Heard((cue("relief", 5_000),), ()))
    assert holding(cases, 9_000, "well") == []


def test_what_is_voiced_in_the_same_breath_or_later_is_not_hidden() -> None:
    """They have just said it."""
    cases = told()
    cases.hear(Heard((cue("price", 8_800),), ()))
    assert holding(cases, 9_000, "well") == []


def test_a_cue_without_an_entry_has_no_case() -> None:
    """A detector may hear more than the playbook speaks of."""
    words = Words("prospect", 0, (Word("Well", 0, 400, 0.9),), (), True)
    assert list(told().holding(cue("unheard_of", 0), words, "in writing")) == []


def test_every_case_that_ships_can_hold() -> None:
    """By what was learnt, by words or by cues; and nothing was learnt of a case that is not there."""
    learnt = set(shipped(CASES).names)
    ours = {f"{name}.{case}": its for name, entry in SHIPPED.cues.items() for case, its in entry.when.items()}
    assert {name for name, case in ours.items() if not case.said and not case.after} <= learnt <= ours.keys()


def test_a_brush_off_after_an_objection_hides_it() -> None:
    """The shipped playbook: who was just argued with and asks for an email has not said what is wrong."""
    cases = Cases(SHIPPED, Readings(Judge(cases={"brush_off.written": 0.9})))
    wordings = SHIPPED.cues["brush_off"]
    assert holding(cases, 9_000, "just send me an email") == [wordings.when["written"]]
    cases.hear(Heard((cue("price", 1_000),), ()))
    assert holding(cases, 9_000, "just send me an email")[0] == wordings.when["unsaid"]

"""What keeps a suggestion back, and what brings it forward again."""

import pytest
from msgspec.structs import replace

from assist.overlay_events import Technique
from assist.playbook import load
from assist.restraint import Restraint
from detectors.contract import Cue

PLAYBOOK = load(None)
PACE, POLICY = PLAYBOOK.advice, PLAYBOOK.policy


def cue(end_ms: int = 0, confidence: float = 0.9, firm: bool = True, name: str = "price") -> Cue:
    return Cue("objection", name, "prospect", "the cost", 0, end_ms, confidence, firm)


@pytest.fixture
def restraint() -> Restraint:
    return Restraint(PACE, POLICY)


def test_doubt(restraint: Restraint) -> None:
    """A guess, words that may change, and words that made a fool of us once."""
    assert restraint.doubt(cue(), False) is None
    assert restraint.doubt(cue(confidence=PACE.min_confidence - 0.01), False) == "low_confidence"
    assert restraint.doubt(cue(confidence=PACE.min_confidence_tentative - 0.01, firm=False), False) == "not_yet_firm"
    assert restraint.doubt(cue(firm=False), True) == "not_yet_firm"
    assert restraint.doubt(cue(), True) is None


def test_cool_down_yields_to_what_is_heavier(restraint: Restraint) -> None:
    """And ends."""
    restraint.note_shown(cue(1_000), 70, "label", 1_000)
    assert restraint.hush(cue(name="risk"), 70, 1_000) == "cool_down"
    assert restraint.hush(cue(name="trust"), 75, 1_000) is None
    assert restraint.hush(cue(name="risk"), 70, 1_000 + PACE.cool_down_ms) is None


def test_what_is_heavier_and_stale_waits_like_the_rest(restraint: Restraint) -> None:
    """It was passed over for something fresher just now."""
    restraint.note_shown(cue(9_000), 70, "label", 9_000)
    assert restraint.hush(cue(4_000, name="trust"), 75, 9_000) == "cool_down"
    assert restraint.hush(cue(5_000, name="trust"), 75, 9_000) is None


def test_what_the_rep_has_in_hand_is_left_to_the_rep(restraint: Restraint) -> None:
    """That concern alone, for a while; and a label of theirs counts as one."""
    restraint.note_rep(("price",), "label", 1_000)
    assert restraint.hush(cue(name="price"), 70, 1_000) == "rep_is_on_it"
    assert restraint.hush(cue(name="risk"), 70, 1_000) is None
    assert restraint.hush(cue(name="price"), 70, 1_000 + POLICY.rep_on_it_ms) is None
    assert restraint.was_labelled("price") and restraint.is_recent("price", "label", 1_000)
    assert not restraint.was_labelled("risk")


@pytest.mark.parametrize(("technique", "is_hushed"), [("label", True), ("mirror", True), ("question", False)])
def test_who_calls_a_label_right_goes_on(restraint: Restraint, technique: Technique, is_hushed: bool) -> None:
    """The next word is theirs; after a summary it is the breakthrough."""
    right = cue(name="thats_right")
    restraint.note_rep((), technique, 1_000)
    assert restraint.hush(right, 90, 3_000) == ("rep_is_on_it" if is_hushed else None)
    assert not restraint.was_labelled("thats_right")
    restraint.note_rep((), "summary", 4_000)
    assert restraint.hush(right, 90, 5_000) is None


def test_dismissals_bring_quiet_longer_each_time_in_a_row(restraint: Restraint) -> None:
    """For anything, up to a bound; one that is used ends the row."""
    for count in range(1, 7):
        restraint.note_dismissed("label", 0)
        quiet_ms = min(POLICY.dismissed_quiet_most_ms, count * POLICY.dismissed_quiet_ms)
        assert restraint.hush(cue(name="trust"), 100, quiet_ms - 1) == "dismissed"
        assert restraint.hush(cue(name="trust"), 100, quiet_ms) is None
    restraint.note_used("label")
    restraint.note_dismissed("label", 0)
    assert restraint.hush(cue(name="trust"), 100, POLICY.dismissed_quiet_ms) is None


def test_worth_is_weight_less_what_speaks_against_it(restraint: Restraint) -> None:
    """Age, sameness, dismissals of the kind, up to a bound; using one makes up for one."""
    assert restraint.worth(cue(), 70, "label", 0) == 70
    assert restraint.worth(cue(), 70, "label", 10_000) == 70 - 10 * POLICY.stale_costs_per_s
    restraint.note_shown(cue(name="risk"), 70, "label", 0)
    assert restraint.worth(cue(), 70, "label", 0) == 70 - POLICY.same_technique_costs
    assert restraint.worth(cue(), 70, "question", 0) == 70
    restraint.note_dismissed("question", 0)
    assert restraint.worth(cue(), 70, "question", 0) == 70 - POLICY.dismissed_costs
    restraint.note_used("question")
    restraint.note_used("question")
    assert restraint.worth(cue(), 70, "question", 0) == 70
    for _ in range(20):
        restraint.note_dismissed("question", 0)
    assert restraint.worth(cue(), 70, "question", 0) == 70 - POLICY.dismissed_costs_most


def test_less_of_this_holds_for_its_technique_and_its_concern(restraint: Restraint) -> None:
    """Each by itself and both together, each time again, and no use makes up for it."""
    restraint.note_dismissed("label", 0, less_about="price")
    restraint.note_used("label")  # which makes up for the dismissal alone
    assert restraint.worth(cue(name="price"), 100, "label", 0) == 100 - 2 * POLICY.less_costs
    assert restraint.worth(cue(name="risk"), 100, "label", 0) == 100 - POLICY.less_costs
    assert restraint.worth(cue(name="price"), 100, "mirror", 0) == 100 - POLICY.less_costs
    assert restraint.worth(cue(name="risk"), 100, "mirror", 0) == 100
    restraint.note_dismissed("label", 0, less_about="risk")
    restraint.note_used("label")
    assert restraint.worth(cue(name="trust"), 100, "label", 0) == 100 - 2 * POLICY.less_costs
    assert [restraint.less_of("label"), restraint.less_of("mirror")] == [2, 0]


def test_a_cue_told_before_its_end_is_not_worth_more() -> None:
    """Word times are good to some 300 ms."""
    assert Restraint(PACE, replace(POLICY, stale_costs_per_s=50)).worth(cue(9_000), 70, "label", 0) == 70


def test_what_should_not_have_been_shown_silences_nothing(restraint: Restraint) -> None:
    """Neither by cool-down nor by having been tried."""
    restraint.note_shown(cue(name="price"), 70, "label", 0)
    restraint.note_taken_back("price", "label")
    assert restraint.hush(cue(name="risk"), 10, 1) is None and not restraint.is_recent("price", "label", 1)

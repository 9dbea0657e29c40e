"""What was thought of before a call, beside what was said in it."""

from msgspec.structs import replace

from assist.debrief.analysis import analyse
from assist.debrief.foresight import Foresight, foresight_of
from assist.preparation import Preparation
from tests.assist.debrief.scene import A_CALL, Line, record

PREPARED = Preparation(
    who="Marcus",
    pressures=("The front desk is stretched", "A new boss since spring"),
    fears=("The cost cannot be justified",),
    win="Nobody has to apologize to the front desk",
    expect=("invitation", "visits", "ROI", "Sur"),
)
AUDITS = ("It probably sounds as if I only want to sell you something.", "You may think that rollout cost you trust.")


def foresight(prepared: Preparation | None = PREPARED, lines: tuple[Line, ...] = A_CALL) -> Foresight | None:
    """Of a call with these lines."""
    return foresight_of(analyse(replace(record(*lines), preparation=prepared, audits=AUDITS)))


def test_a_thought_came_up_where_the_prospect_spoke_of_it() -> None:
    """In their own words, with the time; an audit where the rep said it; or nowhere."""
    found = foresight()
    assert found is not None
    told = {thought.text: thought.heard for thought in found.thoughts}
    cost = told["The cost cannot be justified"]
    assert cost is not None and "justify the cost" in cost.text and cost.speaker == "prospect" and cost.at_ms >= 8_500
    win = told[PREPARED.win]
    assert win is not None and "apologize" in win.text
    assert told["A new boss since spring"] is None and told[AUDITS[0]] is None
    assert [thought.kind for thought in found.thoughts] == ["pressure", "pressure", "fear", "win", "audit", "audit"]


def test_expected_words_are_counted_whole() -> None:
    """Of either side; "Sure" is no "Sur"."""
    found = foresight()
    assert found is not None and dict(found.words) == {"invitation": 1, "visits": 1, "ROI": 0, "Sur": 0}


def test_what_nobody_had_thought_of_is_told() -> None:
    """The concerns that no pressure and no fear was about."""
    found = foresight()
    assert found is not None
    told = [concern.text for concern in found.unforeseen]
    assert any("disruptive" in text for text in told) and not any("justify the cost" in text for text in told)
    nothing = foresight(Preparation(who="Marcus"))
    assert nothing is not None and nothing.unforeseen == analyse(record(*A_CALL)).concerns


def test_a_call_without_preparation_has_none() -> None:
    """Nor has one in which nobody knows who spoke."""
    assert foresight(None) is None
    assert foresight(lines=(("mixed", 0, "The cost cannot be justified."),)) is None

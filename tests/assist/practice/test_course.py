"""Every practice ends, every line can be brought about, and only labels and a summary earn "that's right"."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.practice.course import Course, begin, follow, is_over, reached
from assist.practice.events import Tried
from assist.practice.scenario import Line, Scenario, Voice
from assist.practice.scenario_files import scenarios

ALL: tuple[Tried, ...] = get_args(Tried)
OURS = {name: kept.scenario for name, kept in scenarios(None).items()}
ways = st.lists(st.sampled_from(ALL), max_size=60)
ours = pytest.mark.parametrize("scenario", OURS.values(), ids=OURS)


def walked(scenario: Scenario, tried: list[Tried]) -> list[Course]:
    """Each place on the way."""
    courses = [begin(scenario)]
    for one in tried:
        courses.append(follow(scenario, courses[-1], one))
    return courses


def ending(scenario: Scenario, *tried: Tried) -> str | None:
    """How a rep who does just that ends."""
    return scenario.lines[walked(scenario, list(tried))[-1].at].ending


@st.composite
def scenarios_of_any_shape(draw: st.DrawFn) -> Scenario:
    """Lines that lead anywhere, in circles too."""
    names = [f"l{n}" for n in range(draw(st.integers(2, 7)))]
    leads = st.dictionaries(st.sampled_from(ALL), st.lists(st.sampled_from(names), max_size=3).map(tuple), max_size=4)
    needs = st.dictionaries(st.sampled_from(ALL), st.integers(1, 3), max_size=2)
    lines = {name: Line("Yes.", 1, needs=draw(needs), after=draw(leads)) for name in names[:-1]}
    lines[names[-1]] = Line("Bye.", 0, ending="brushed_off")
    return Scenario("t", "a", "g", names[0], names[-1], Voice("n", "c"), lines, draw(leads))


@given(scenario=scenarios_of_any_shape(), tried=ways)
def test_every_practice_ends_and_nothing_is_said_twice(scenario: Scenario, tried: list[Tried]) -> None:
    """After as many turns as there are lines at most, whatever leads where; behind the end nothing changes."""
    courses = walked(scenario, tried)
    until = next((n for n, course in enumerate(courses) if is_over(scenario, course)), len(courses) - 1)
    said = [course.at for course in courses[: until + 1]]
    assert len(set(said)) == len(said)
    assert len(tried) < len(scenario.lines) or is_over(scenario, courses[-1])
    assert all(course == courses[until] for course in courses[until:])


@given(scenario=scenarios_of_any_shape(), tried=ways)
def test_what_was_said_could_be_reached_and_its_needs_were_met(scenario: Scenario, tried: list[Tried]) -> None:
    """A line that some rep hears is among those that some rep can; it was ripe, or nothing else was left."""
    lines = reached(scenario)
    courses = walked(scenario, tried)
    for n, course in enumerate(courses):
        assert lines is not None and course.at in lines
        needs = scenario.lines[course.at].needs if n and course.at != scenario.runs_out else {}
        assert all(tried[:n].count(kind) >= least for kind, least in needs.items())


@ours
def test_every_line_of_ours_can_be_heard(scenario: Scenario) -> None:
    """None was recorded for nothing."""
    assert reached(scenario) == frozenset(scenario.lines)


def test_a_line_that_nobody_can_bring_about_is_found() -> None:
    """Because nothing leads to it, or because what it needs comes too late."""
    lost = Scenario(
        "t",
        "a",
        "g",
        "one",
        "end",
        Voice("n", "c"),
        {
            "one": Line("One.", 1, after={"label": ("two", "late")}),
            "two": Line("Two.", 2),
            "late": Line("Late.", 2, needs={"label": 2}),
            "lost": Line("Lost.", 2),
            "end": Line("Bye.", 0, ending="brushed_off"),
        },
    )
    assert reached(lost) == frozenset({"one", "two", "end"})


@ours
def test_the_coachs_way_is_heard_as_right(scenario: Scenario) -> None:
    """Labels until they have told it, then all of it said back; a mirror, a silence or a question does no harm."""
    assert ending(scenario, "label", "label", "summary") == "understood"
    assert ending(scenario, "mirror", "label", "silence", "label", "question", "label", "summary") == "understood"


@ours
def test_the_arguing_way_is_brushed_off(scenario: Scenario) -> None:
    """Three pitches are enough, and the second of them is answered with "you're right"."""
    pitched = walked(scenario, ["pitch", "pitch", "pitch"])
    assert scenario.lines[pitched[-1].at].ending == "brushed_off"
    assert "you're right" in scenario.lines[pitched[2].at].says.lower()


@ours
def test_a_rep_who_pitched_can_still_win_them_back(scenario: Scenario) -> None:
    """Practice is for that."""
    assert ending(scenario, "pitch", "why", "label", "i_understand", "label", "summary") == "understood"


@pytest.mark.parametrize("name", OURS)
@given(tried=ways)
def test_nothing_else_earns_it(name: str, tried: list[Tried]) -> None:
    """Two labels before, and a summary last."""
    scenario = OURS[name]
    courses = walked(scenario, tried)
    for n, course in enumerate(courses):
        if scenario.lines[course.at].ending == "understood":
            assert tried[n - 1] == "summary" and tried[: n - 1].count("label") >= 2
            break


@ours
def test_labels_open_up_and_what_hurts_closes(scenario: Scenario) -> None:
    """From wherever they stand: no label makes them more closed, no pitch, "why" or "I understand" more open."""
    course = begin(scenario)
    for tried, sign in [("label", 1), ("pitch", -1), ("label", 1), ("why", -1), ("label", 1), ("i_understand", -1)]:
        after = follow(scenario, course, tried)  # type: ignore[arg-type]
        change = scenario.lines[after.at].openness - scenario.lines[course.at].openness
        assert change * sign >= 0, (tried, course.at, after.at)
        course = after


def test_a_course_can_be_too_wide_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is claimed."""
    monkeypatch.setattr("assist.practice.course.MOST_EXPLORED", 1)
    scenario = OURS["price"]
    assert reached(replace(scenario, lines={**scenario.lines, "lost": Line("Lost.", 1)})) is None

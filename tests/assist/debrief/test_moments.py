"""Three moments to learn from."""

from msgspec.structs import replace

from assist.debrief.debrief import debrief_of
from tests.assist.debrief.scene import A_CALL, ENTRIES, bundled, debrief, record


def test_the_bundled_call() -> None:
    """The frustration passed over, the door left open, the price argued with; each with words for it."""
    first, second, third = bundled().moments
    assert (first.title, first.was_shown) == ("You went past a concern: frustration", True)
    assert first.could == "It sounds like this has been wearing on you."
    assert (second.title, second.instead) == ("The door was open, and you began to present", "question")
    assert second.could == "What would take the most pressure off right now?"
    assert third.title == "You went past a concern: price" and third.said[-1].text == "Yeah, you're right."


def test_what_went_well_is_there_where_little_went_wrong() -> None:
    """To be done again."""
    moments = debrief(*A_CALL).moments
    assert len(moments) == 3 and [moment.at_ms for moment in moments] == sorted(moment.at_ms for moment in moments)
    assert [moment.instead for moment in moments].count("again") == 2


def test_moments_near_to_each_other_are_one() -> None:
    """The one that teaches more: what was talked over here is the concern that was passed over."""
    told = debrief(
        ("prospect", 0, "I just don't know if we can justify the cost right now and it worries us all"),
        ("rep", 2_000, "But it pays for itself in the first month."),
        ("prospect", 9_000, "Yeah, you're right."),
    )
    assert [moment.title.split(":")[0] for moment in told.moments] == ["You went past a concern"]


def test_silence_is_advised_where_the_rep_talked_on_or_over() -> None:
    """It needs no words."""
    told = debrief(
        ("prospect", 0, "We lost a nurse there in the spring and everybody is tired now"),
        ("rep", 2_000, "But it pays for itself in the first month."),
        ("prospect", 20_000, "All right then go on."),
        ("rep", 24_000, "It sounds like this has been hard."),
        ("rep", 27_000, "So with us it is easy."),
    )
    assert [(moment.title, moment.instead, moment.could) for moment in told.moments] == [
        ("You talked over them", "silence", ""),
        ("You named it and did not wait for the answer", "silence", ""),
    ]


def test_without_a_suggestion_at_the_time_the_playbook_has_one() -> None:
    """In the team's own words."""
    call = record(*A_CALL)
    shown = debrief_of(call, ENTRIES).moments[0]
    assert shown.was_shown and shown.instead == call.offers[0].technique
    unshown = debrief_of(replace(call, offers=()), ENTRIES).moments[0]
    assert not unshown.was_shown and unshown.could == ENTRIES["price"].labels[0]
    bare = debrief_of(replace(call, offers=()), {}).moments[0]
    assert bare.could == "" and bare.why == ""

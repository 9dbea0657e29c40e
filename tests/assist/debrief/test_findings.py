"""The answer to the question, and that each finding stands on words that were said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.debrief.debrief import Debrief
from assist.debrief.findings import times
from tests.assist.debrief.scene import A_CALL, Line, bundled, debrief

LONG = "and the vans leave at seven for the two stores in town and the one in Leeds"
TEXTS = [text for _, _, text in A_CALL]


def titles(told: Debrief, side: str) -> list[str]:
    """What was found for a side."""
    return [finding.title for finding in told.findings if finding.side == side]


def test_both_sides_of_a_call() -> None:
    """What went well and what did not are both told, and the verdict counts the latter."""
    told = debrief(*A_CALL)
    assert titles(told, "understood") == [
        "They said \u201cthat\u2019s right\u201d",
        "You named it, and they opened up",
        "You gave back their words, and they went on",
        "You left a silence alone",
        "You let 2.9 s pass before you answered a concern",
    ]
    assert titles(told, "waited") == [
        "A concern got an answer instead of an ear",
        "They said \u201cyou\u2019re right\u201d",
    ]
    assert told.verdict.headline == "You understood them, and they said so. Once you waited for your turn."
    assert "Of 3 things that stood in their way, you took up 2." in told.verdict.detail


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("It sounds like the value would have to be hard to argue with.", "you took it up"),
        ("It pays for itself in the first month, since you save forty visits.", "you did not take it up"),
    ],
)
def test_one_concern_is_told_as_one(reply: str, told: str) -> None:
    """In words, not in numbers."""
    call = debrief(*A_CALL[:3], ("rep", 15_000, reply))
    assert f"One thing stood in their way, and {told}." in call.verdict.detail


def test_only_waiting() -> None:
    """A rep who argues, asks why, talks over them, at length and most of the time."""
    told = debrief(
        ("prospect", 0, "I just don't know if we can justify the cost right now, and the team is so overwhelmed"),
        ("rep", 3_000, "It pays for itself in a month so why would you wait? " + "It really pays for itself. " * 50),
    )
    assert titles(told, "understood") == []
    assert titles(told, "waited") == [
        "A concern got an answer instead of an ear",
        "You talked over them once",
        "You answered a concern at once",
        "You had 94% of the talking",
        "You spoke for 79 s in one go",
        "You asked \u201cwhy\u201d",
    ]
    assert told.verdict.headline == "Mostly, you waited for your turn to talk."
    assert "You tried no label, no mirror and no summary." in told.verdict.detail


def test_a_label_that_was_not_left_alone() -> None:
    """The silence after it belonged to them."""
    told = debrief(
        ("prospect", 0, "Well " + LONG),
        ("rep", 9_000, "It sounds like this has been hard."),
        ("rep", 11_600, "Anyway with us the reminders go out on their own."),
        ("prospect", 20_000, "Okay then " + LONG),
    )
    assert titles(told, "waited") == ["You talked on where they could have spoken"]


@pytest.mark.parametrize(
    ("lines", "headline"),
    [
        ((), "Too little was said to tell."),
        ((("rep", 0, LONG), ("prospect", 9_000, "Okay.")), "Too little was said to tell."),
        (
            (("rep", 0, f"{LONG} {LONG}"), ("prospect", 15_000, LONG)),
            "Nothing that was said tells, one way or the other.",
        ),
        (
            (
                ("prospect", 0, LONG),
                ("rep", 6_000, "It sounds like a lot."),
                ("prospect", 9_000, LONG),
                ("rep", 16_000, LONG),
            ),
            "You opened them up, but they never told you that you had understood.",
        ),
    ],
)
def test_verdicts(lines: tuple[Line, ...], headline: str) -> None:
    """No more certainty than the words allow."""
    assert debrief(*lines).verdict.headline == headline


def test_how_often() -> None:
    """As people say it."""
    assert [times(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]


def test_the_bundled_call() -> None:
    """As one who reads its script would judge: she argued with the price and passed over the frustration at 0:31."""
    told = bundled()
    assert told.verdict.headline == "You understood them, and they said so. Twice you waited for your turn."
    assert [concern.names for concern in told.concerns if not concern.is_addressed] == [("frustration",), ("price",)]
    assert [(o.move.kind, o.result) for o in told.outcomes] == [
        ("mirror", "opened_up"),
        ("label", "short_reply"),
        ("label", "opened_up"),
        ("mirror", "opened_up"),
        ("label", "opened_up"),
        ("summary", "confirmed"),
        ("mirror", "opened_up"),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["rep", "prospect"]), st.integers(0, 120_000), st.sampled_from([*TEXTS, "Yeah.", LONG])
        ),
        max_size=14,
    )
)
def test_every_word_of_evidence_was_said_then(lines: list[Line]) -> None:
    """By that speaker; and whatever was said, there is a debrief."""
    told = debrief(*lines)
    for finding in told.findings:
        for passage in finding.passages:
            for evidence in passage:
                words = [w.text for u in told.record.utterances if u.speaker == evidence.speaker for w in u.words]
                assert set(evidence.text.split()) <= set(words)
                assert 0 <= evidence.at_ms <= told.record.duration_ms

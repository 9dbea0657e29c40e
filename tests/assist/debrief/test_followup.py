"""The draft to send is made of what was said."""

from tests.assist.debrief.scene import A_CALL, Line, bundled, debrief


def test_it_gives_back_their_words_and_the_summary_they_confirmed() -> None:
    """With the names that are known, and what was agreed."""
    text = debrief(*A_CALL, names={"rep": "Dana", "prospect": "Marcus"}).followup
    assert text.startswith("Hi Marcus,") and text.endswith("\n\nDana")
    assert "- \u201cIt was nice, but I just don't know if we can justify the cost right now.\u201d" in text
    assert "as you confirmed it:\nYou need fewer missed appointments. The rollout cost you trust." in text
    assert "- I: \u201cI'll send you an invitation for Thursday.\u201d" in text


def test_nobody_reads_back_a_brush_off() -> None:
    """Nor is there a summary where none was confirmed."""
    brush_off: Line = ("prospect", 0, "Just send me an email.")
    assert debrief(brush_off, ("rep", 3_000, "Sure.")).followup == ""
    text = debrief(brush_off, ("rep", 9_000, "Sure. I'll send it tomorrow.")).followup
    assert "send me an email" not in text and "confirmed" not in text
    assert text.startswith("Hi there,") and text.endswith("(your name)")


def test_what_was_agreed_is_told_late_and_in_short() -> None:
    """A day named in small talk is not agreed, and thinking aloud is no agreement."""
    text = debrief(
        ("prospect", 0, "I was away on Tuesday."),
        ("rep", 68_000, "So I have an 8 a.m. appointment for you, in two days."),
        ("prospect", 74_000, "Fine. " + "And then on Friday " * 10),
    ).followup
    assert "Tuesday" not in text and "Friday" not in text
    assert "- I: \u201cSo I have an 8 a.m. appointment for you, in two days.\u201d" in text


def test_the_bundled_call() -> None:
    """What was agreed on Thursday."""
    assert "- You: \u201cThursday is fine.\u201d" in bundled().followup

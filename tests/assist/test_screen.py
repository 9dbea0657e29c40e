"""A terminal shows what matters of a call, and shows what was said as text."""

import io
from typing import Any

import pytest
from rich.console import Console

from assist.screen import Screen


def shown(event: dict[str, Any]) -> str:
    """What an event prints."""
    out = io.StringIO()
    Screen(Console(file=out, soft_wrap=True, width=200)).show({"at_ms": 83_500, **event})
    return out.getvalue()


TRANSCRIPT = {
    "kind": "transcript_changed",
    "speaker": "prospect",
    "committed": "so it is [bold]red[/]",
    "is_final": True,
}
SUGGESTION = {
    "kind": "suggestion_shown",
    "technique": "label",
    "text": "It sounds hard.",
    "quote": "hard",
    "lag_ms": 640,
}
AGREEMENT = {"kind": "cue_heard", "cue": "thats_right", "cue_kind": "agreement", "quote": "That's right", "firm": True}


def test_a_finished_line_is_shown_with_speaker_and_time_as_it_was_said() -> None:
    """What looks like markup is only text."""
    assert shown(TRANSCRIPT) == "1:23  prospect  so it is [bold]red[/]\n"


def test_a_suggestion_is_shown_with_its_reason_and_lag() -> None:
    """Technique, sentence, quote, seconds."""
    line = shown(SUGGESTION)
    assert "SAY" in line and "It sounds hard." in line
    assert '(label; for "hard"; 0.6 s)' in line


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (AGREEMENT, "thats_right: That's right"),
        ({"kind": "suggestion_used", "how": "said"}, "said as shown"),
        ({"kind": "suggestion_used", "how": "own_words"}, "said in own words"),
        ({"kind": "coaching_shown", "headline": "Go on", "detail": "Now.", "quote": ""}, "Go on. Now.\n"),
        ({"kind": "coaching_shown", "headline": "Go on", "detail": "Now.", "quote": "so"}, 'Go on. Now. "so"\n'),
        ({"kind": "audio_lost", "duration_ms": 1_500, "speaker": "rep"}, "1.5 s of rep were lost"),
        ({"kind": "lagging", "is_late": True, "lag_ms": 3_200, "step": 2}, "words are 3.2 s late"),
        ({"kind": "lagging", "is_late": False, "lag_ms": 900, "step": 2}, "only once they are sure"),
        ({"kind": "channel_changed", "has_sound": False, "speaker": "rep"}, "no sound from rep"),
    ],
)
def test_what_went_well_or_wrong_is_said(event: dict[str, Any], expected: str) -> None:
    """Agreement, loss, lateness and a dead channel."""
    assert expected in shown(event)


@pytest.mark.parametrize(
    "event",
    [
        TRANSCRIPT | {"is_final": False},
        AGREEMENT | {"firm": False},
        AGREEMENT | {"cue_kind": "emotion"},
        {"kind": "lagging", "is_late": False, "lag_ms": 0, "step": 1},
        {"kind": "channel_changed", "has_sound": True, "speaker": "rep"},
        {"kind": "call_started", "speakers": ["rep", "prospect"]},
        {"kind": "a kind of tomorrow"},
    ],
)
def test_the_rest_is_quiet(event: dict[str, Any]) -> None:
    """Unfinished lines, good news and kinds it does not know."""
    assert shown(event) == ""


def test_what_is_uncertain_says_so() -> None:
    """Both sides on one channel: no suggestion and no cue is printed as if they had said it."""
    out = io.StringIO()
    screen = Screen(Console(file=out, soft_wrap=True, width=200))
    for event in ({"kind": "call_started", "speakers": ["mixed"]}, SUGGESTION, AGREEMENT, TRANSCRIPT):
        screen.show({"at_ms": 0, **event})
    started, suggestion, agreement, transcript = out.getvalue().splitlines()
    assert "who says what is not known" in started
    assert "uncertain" in suggestion and "uncertain" in agreement and "uncertain" not in transcript
    assert "uncertain" not in shown(SUGGESTION)

"""Text is advised as if it had been heard, and a line that cannot be used is named."""

import io
import json
from typing import Any

import pytest

from assist import advise, settings
from assist.advise import PAUSE_MS, WORD_MS, AdviseError, Wish

COST = "I just don't know if we can justify the cost right now."


def line(text: str, speaker: str = "prospect", **more: str) -> str:
    """One line of input."""
    return json.dumps({"speaker": speaker, "text": text, **more})


def advised(
    capsys: pytest.CaptureFixture[str], *lines: str, independent: bool = False, all_: bool = False
) -> list[Any]:
    """The events that lines bring."""
    advise.run(io.StringIO("\n".join(lines) + "\n"), settings.load(), Wish(True, independent, all_))
    return [json.loads(told) for told in capsys.readouterr().out.splitlines()]


def kinds(events: list[Any]) -> list[str]:
    """What was told."""
    return [event["kind"] for event in events]


def test_a_line_brings_transcript_cue_and_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    """As a live call would, numbered from 0."""
    events = advised(capsys, line(COST, call="c1"))
    assert kinds(events) == ["transcript_changed", "cue_heard", "suggestion_shown"]
    assert [(event["call"], event["seq"]) for event in events] == [("c1", 0), ("c1", 1), ("c1", 2)]
    assert events[0]["is_final"] and events[2]["cue"] == "price" and events[2]["lag_ms"] == 0


def test_words_take_the_time_they_take_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    """And lines follow each other with a pause, each speaker's utterances numbered."""
    events = [e for e in advised(capsys, line("one two"), line("three", "rep"), line("four")) if "words" in e]
    assert [(e["start_ms"], e["utterance"]) for e in events] == [
        (0, 0),
        (2 * WORD_MS + PAUSE_MS, 0),
        (3 * WORD_MS + 2 * PAUSE_MS, 1),
    ]


def test_lines_of_one_call_share_its_memory_and_independent_ones_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    """The same concern at once again earns nothing in one call, and a suggestion in two."""
    assert kinds(advised(capsys, line(COST), line(COST))).count("suggestion_shown") == 1
    assert kinds(advised(capsys, line(COST, call="a"), line(COST, call="b"))).count("suggestion_shown") == 2
    assert kinds(advised(capsys, line(COST), line(COST), independent=True)).count("suggestion_shown") == 2


def test_what_was_weighed_is_told_only_if_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """With its reason."""
    assert "suggestion_considered" not in kinds(advised(capsys, line(COST), line(COST)))
    considered = [e for e in advised(capsys, line(COST), line(COST), all_=True) if e["kind"] == "suggestion_considered"]
    assert considered and all(event["reason"] and event["technique"] and "text" in event for event in considered)


def test_empty_lines_and_empty_texts_bring_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """They are no fault."""
    assert advised(capsys, "", "   ", line(""), line(" \t ")) == []


def test_a_person_reads_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json."""
    advise.run([line(COST)], settings.load(), Wish(False, False, False))
    out = capsys.readouterr().out
    assert COST in out and "SAY" in out


@pytest.mark.parametrize(
    "bad",
    [
        "hello",
        "[]",
        "{}",
        '{"speaker":"boss","text":"x"}',
        '{"speaker":"rep"}',
        '{"speaker":"rep","text":7}',
        line("x" * 20_001),
        line("x", call="c" * 201),
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named(capsys: pytest.CaptureFixture[str], bad: str) -> None:
    """By its number, with what it should be; the lines before it were told."""
    with pytest.raises(AdviseError, match=r'^line 3: .*each line should be \{"call"'):
        advise.run([line("hello"), "\n", bad], settings.load(), Wish(True, False, False))
    assert "hello" in capsys.readouterr().out

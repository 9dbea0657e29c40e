"""The commands: what is written where, and to whom it can be read."""

import stat
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist import audit, cli
from assist.debrief.formats.keeping import restored
from assist.debrief.writing import WRITERS
from tests.assist.debrief.scene import A_CALL, debrief, events
from tests.assist.debrief.test_reading import write

ESCAPE = "\x1b]0;owned\x07"


def run(*args: str) -> tuple[int, str, str]:
    """Exit status, output and error output of a command."""
    result = CliRunner().invoke(cli.app, args)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of journals, with one call in it."""
    calls = tmp_path / "calls"
    calls.mkdir()
    write(calls / "c.jsonl", events(*A_CALL, names={"rep": "Dana", "prospect": f"Marcus{ESCAPE}"}))
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(calls))
    return calls


def test_formats_are_those_of_the_command_line() -> None:
    """One list and the other."""
    assert [choice.value for choice in cli.Format] == list(WRITERS)


@pytest.mark.parametrize("format", WRITERS)
def test_each_format_goes_to_standard_output(folder: Path, format: str) -> None:
    """And nothing else does; that it was exported is noted."""
    status, out, err = run("debrief", "c", "--format", format)
    assert status == 0 and "Disruptive?" in out and err == ""
    assert sorted(path.name for path in folder.iterdir()) == ["audit.log", "c.jsonl"]
    assert [(entry.action, entry.call, entry.detail) for entry in audit.entries(folder)] == [("exported", "c", format)]


def test_json_restores_the_same_debrief(folder: Path) -> None:
    """As the command writes it."""
    _, out, _ = run("debrief", "c", "--format", "json")
    assert restored(out) == debrief(*A_CALL, names={"rep": "Dana", "prospect": f"Marcus{ESCAPE}"})


def test_open_saves_beside_the_journal_and_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For its owner's eyes alone."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    status, out, err = run("debrief", "c", "--open")
    saved = folder / "c.html"
    assert status == 0 and out == "" and str(saved) in err
    assert opened == [saved.as_uri()] and saved.read_text().startswith("<!doctype html>")
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_an_answer_is_kept_and_shown_from_then_on(folder: Path) -> None:
    """With the call."""
    status, out, err = run("debrief", "c", "--answer", "I argued with the price.")
    assert status == 0 and out == "" and "kept" in err
    for format in ("html", "md", "json"):
        assert "I argued with the price" in run("debrief", "c", "--format", format)[1]


def test_a_call_that_is_not_there_ends_with_2(folder: Path) -> None:
    """And says how to find those that are."""
    status, _, err = run("debrief", "absent")
    assert status == 2 and "'absent'" in err and "assist calls" in err


def test_calls_are_listed(folder: Path) -> None:
    """A line each, and what they are called commands no terminal."""
    status, out, _ = run("calls")
    assert status == 0 and out.startswith("c  26 November 2026, 09:12 UTC  ") and "Marcus" in out
    assert "\x1b" not in out and "\x07" not in out


def test_calls_are_found_by_what_was_said_with_whom_and_when(folder: Path) -> None:
    """All of what is asked for must be in the call, in whatever case."""
    write(folder / "d.jsonl", events(*A_CALL[:2], names={"prospect": "Ann"}, company="Acme"))
    (line,) = run("calls", "acme", "november")[1].splitlines()
    assert line.startswith("d ") and run("calls", "acme", "disruptive")[1] == ""
    for narrowed in (("disruptive",), ("--who", "marcus"), ("--open",), ("--right",)):
        assert run("calls", *narrowed)[1].startswith("c ") and len(run("calls", *narrowed)[1].splitlines()) == 1
    assert run("calls", "--since", "2026-11-27")[1] == "" == run("calls", "--until", "2026-11-25")[1]
    assert run("calls", "--since", "soon")[0] == 2


def test_how_a_rep_develops_is_drawn_below_the_list(folder: Path) -> None:
    """A block a call, the newest on the right; one call is no development."""
    assert len(run("calls")[1].splitlines()) == 1
    write(folder / "b.jsonl", events(*A_CALL[:2]))
    lines = run("calls")[1].splitlines()
    assert len(lines) == 2 + 1 + 4 and lines[2] == ""
    assert lines[3].split() == ["Labels", "\u2581\u2588", "1"]
    assert lines[6].startswith("Your share of the talking") and lines[6].endswith("%")


def test_a_file_carries_the_sound_only_if_asked_to(folder: Path) -> None:
    """And says so where none was kept."""
    status, _, err = run("debrief", "c", "--sound")
    assert status == 2 and "no sound of the call c was kept" in err
    (folder / "c.ogg").write_bytes(b"OggS")
    assert '<audio id="sound" src="data:audio/ogg;base64,T2dnUw==" controls' in run("debrief", "c", "--sound")[1]
    assert "<audio" not in run("debrief", "c")[1]


def test_there_may_be_no_calls_yet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is listed."""
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(folder / "absent"))
    assert run("calls") == (0, "", "")

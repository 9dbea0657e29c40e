"""The command line: its words, its exit statuses, and how little `--help` loads."""

import json
import os
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist import cli
from streaming.door import AUDIENCE
from streaming.tokens import verify

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "tests" / "recordings" / "justify_the_cost.ogg"
SAID = "I just don't know if we can justify the cost right now."
HEAVY = ("ctranslate2", "faster_whisper", "onnxruntime", "numpy", "av", "pydantic", "websockets", "structlog")


def run(*args: str, typed: str = "") -> tuple[int, str, str]:
    """Exit status, output and error output of a command."""
    result = CliRunner().invoke(cli.app, args, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def line(text: str, **more: str) -> str:
    """One line for `assist advise`."""
    return json.dumps({"call": "c", "speaker": "prospect", "text": text, **more}) + "\n"


def test_help_names_the_commands_and_loads_nothing_heavy() -> None:
    """Whoever asks for help waits for no model."""
    code = (
        "import sys\nfrom assist import cli\ntry:\n    cli.main()\n"
        f"finally:\n    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    for command in ("serve", "demo", "replay", "practice", "advise", "debrief", "calls", "token", "check"):
        assert command in told.stdout
    assert told.stderr.strip() == "[]"


def test_the_module_runs_as_well() -> None:
    """`python -m assist` is the same."""
    told = subprocess.run(
        [sys.executable, "-m", "assist", "check", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "which model would load" in told.stdout


def test_advise_prints_one_event_a_line() -> None:
    """Independent lines are calls of their own."""
    status, out, _ = run("advise", "--json", "--independent", typed=line(SAID) * 2)
    events = [json.loads(told) for told in out.splitlines()]
    assert status == 0
    assert [event["kind"] for event in events].count("suggestion_shown") == 2
    assert [event["seq"] for event in events].count(0) == 2


def test_advise_all_tells_what_was_weighed() -> None:
    """With its reason."""
    _, out, _ = run("advise", "--json", "--all", typed=line(SAID) * 2)
    considered = [event for event in map(json.loads, out.splitlines()) if event["kind"] == "suggestion_considered"]
    assert considered and considered[0]["reason"]


def test_a_bad_line_ends_with_2_and_its_number() -> None:
    """On error output, without a traceback."""
    status, _, err = run("advise", "--json", typed=line("hello") + "oops\n")
    assert status == 2 and err.startswith("assist: line 2: ")


def test_check_says_what_would_load() -> None:
    """And ends with 0."""
    status, out, _ = run("check")
    assert status == 0 and "model: tiny.en" in out and "wordings sound" in out


def test_check_of_a_scenario_says_what_it_has_or_what_is_wrong(tmp_path: Path) -> None:
    """With status 2, line and fix."""
    ours = ROOT / "assist" / "practice" / "scenarios" / "price" / "scenario.toml"
    status, out, _ = run("check", str(ours))
    assert status == 0 and "lines, each can be reached and heard" in out
    broken = tmp_path / "scenario.toml"
    broken.write_text(ours.read_text().replace('start = "opening"', 'start = "openin"'))
    status, _, err = run("check", str(broken))
    assert status == 2 and "start: names the line 'openin'" in err and "perhaps you mean opening" in err


def test_a_practice_that_is_not_there_ends_with_2_and_names_those_that_are() -> None:
    """Before a model is loaded."""
    for name in ((), ("prise",)):
        status, _, err = run("practice", *name, "--keyboard")
        assert status == 2 and "price" in err
    assert run("practice", "prise")[0] == 2


def test_check_of_a_broken_playbook_ends_with_2_and_says_where_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, line, and the fix."""
    own = tmp_path / "team.toml"
    own.write_text('[cues.price]\nweight = 70\nlabels = ["I understand that it is a lot."]\n')
    monkeypatch.setenv("ASSIST_PLAYBOOK", str(own))
    status, _, err = run("check")
    assert status == 2
    assert "team.toml:3: cues.price.labels" in err and "reword it" in err


def test_wrong_settings_end_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command."""
    monkeypatch.setenv("ASSIST_PROT", "1")
    for command in (["check"], ["advise"], ["replay", str(CLIP)], ["serve"], ["demo"]):
        status, _, err = run(*command)
        assert status == 2 and "ASSIST_PROT" in err


def test_serving_others_is_refused() -> None:
    """The option is checked like the setting."""
    status, _, err = run("serve", "--host", "0.0.0.0")
    assert status == 2 and "TLS" in err


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: Path) -> Path:
    """Commands of this test use the scripted engine; gives the folder of journals."""
    monkeypatch.setenv("ASSIST_ENGINE", "scripted")
    monkeypatch.setenv("ASSIST_SCRIPT", str(script))
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_replay_of_a_missing_file_ends_with_2(scripted: Path, tmp_path: Path) -> None:
    """And its name."""
    status, _, err = run("replay", str(tmp_path / "absent.wav"))
    assert status == 2 and "absent.wav" in err


def test_replay_of_wrong_channels_ends_with_2(scripted: Path) -> None:
    """Names that are none, one name twice, one beside `mixed`, and a stereo wish for a mono file."""
    for channels in ("rep,boss", "rep,rep", "mixed,rep", ""):
        status, _, err = run("replay", str(CLIP), "--channels", channels)
        assert status == 2 and "--channels" in err
    status, _, err = run("replay", str(CLIP), "--channels", "rep,prospect")
    assert status == 2 and "1 channel" in err


def test_what_does_not_go_with_a_folder_is_refused(scripted: Path, tmp_path: Path) -> None:
    """A server, one side, or one channel; and a folder without recordings."""
    (tmp_path / "calls here").mkdir()
    folder = str(tmp_path / "calls here")
    for option, value in (("--rep", str(CLIP)), ("--url", "ws://127.0.0.1:1"), ("--channels", "rep")):
        status, _, err = run("replay", folder, option, value)
        assert status == 2 and "folder" in err
    status, _, err = run("replay", folder)
    assert status == 2 and "calls here has no recordings in it" in err


def test_replay_into_a_server_that_is_not_there_ends_with_2() -> None:
    """And its address."""
    status, _, err = run("replay", str(CLIP), "--channels", "prospect", "--url", "ws://127.0.0.1:1")
    assert status == 2 and "ws://127.0.0.1:1" in err


def test_replay_plays_a_call_to_its_end(scripted: Path, tmp_path: Path, said: bytes) -> None:
    """As fast as can be, through a server of its own: JSON from the first event to the last, and a journal of them."""
    path = tmp_path / "call.wav"
    write_wav(path, said)
    status, out, err = run("replay", str(path), "--channels", "prospect", "--json", "--speed", "max")
    events = [json.loads(told) for told in out.splitlines()]
    assert status == 0, err
    assert events[0]["kind"] == "call_started" and events[-1]["kind"] == "call_ended"
    assert [event["committed"] for event in events if event.get("is_final")] == [SAID]
    assert "suggestion_shown" in {event["kind"] for event in events}
    (file,) = scripted.glob("*.jsonl")
    assert [json.loads(told)["seq"] for told in file.read_text().splitlines()] == list(
        range(len(file.read_text().splitlines()))
    )
    assert os.stat(file).st_mode & 0o077 == 0


def test_replay_tells_a_person_in_text(scripted: Path, tmp_path: Path, said: bytes) -> None:
    """One file a party, the rep's silent."""
    for name, pcm in (("rep.wav", bytes(len(said))), ("prospect.wav", said)):
        write_wav(tmp_path / name, pcm)
    status, out, _ = run("replay", str(tmp_path / "prospect.wav"), "--rep", str(tmp_path / "rep.wav"), "--speed", "max")
    assert status == 0 and f"prospect  {SAID}" in out and "SAY" in out


def test_replay_of_a_mono_file_says_that_nobody_knows_who_speaks(
    scripted: Path, tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And marks what comes of it."""
    script = tmp_path / "mixed.json"
    script.write_text(json.dumps([{"speaker": "mixed", "start_ms": 1_700, "end_ms": 4_500, "text": SAID}]))
    monkeypatch.setenv("ASSIST_SCRIPT", str(script))
    write_wav(tmp_path / "call.wav", said)
    status, out, err = run("replay", str(tmp_path / "call.wav"), "--speed", "max")
    assert status == 0, err
    assert "who says what is not known" in out and f"mixed  {SAID}" in out
    (suggestion,) = [line for line in out.splitlines() if "SAY" in line]
    assert "uncertain" in suggestion


def write_wav(path: Path, pcm: bytes) -> None:
    """Mono sound at 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(pcm)


def test_a_token_is_made_for_a_role_and_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed with the key that is set; without one it says how to have one."""
    status, _, why = run("token", "feed")
    assert status == 2
    assert "token_key is not set" in why
    key = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("ASSIST_TOKEN_KEY", key)
    status, told, _ = run("token", "view", "--call", "c-1", "--minutes", "2", "--hours", "1")
    assert status == 0
    grant = verify(told.strip(), key.encode(), AUDIENCE, time.time())
    assert (grant.role, grant.call) == ("view", "c-1")
    assert grant.until_s is not None
    assert 100 < grant.expires_s - time.time() <= 120
    assert 3_500 < grant.until_s - time.time() <= 3_600

"""`assist audit`, as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist.audit import FILE, Audit
from assist.cli import app


def test_it_tells_and_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed byte is answered with the line, and status 2."""
    monkeypatch.setenv("ASSIST_JOURNAL_DIR", str(tmp_path))
    Audit(tmp_path, "dana").note("exported", "c1", "csv")
    Audit(tmp_path, "page").note("calls_listed")
    told = CliRunner().invoke(app, ["audit"]).stdout
    assert "dana  exported  c1  csv" in told and "page  calls_listed" in told
    verified = CliRunner().invoke(app, ["audit", "--verify"])
    assert verified.exit_code == 0 and "2 lines, none changed" in verified.stdout
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes().replace(b"csv", b"srt"))
    broken = CliRunner().invoke(app, ["audit", "--verify"])
    assert broken.exit_code == 2 and "line 1: it was changed" in broken.output

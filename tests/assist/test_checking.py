"""`assist check` says what would run, or everything that keeps it from running."""

from pathlib import Path

import pytest

from assist import checking
from assist.playbook import PlaybookError
from assist.settings import Settings, SettingsError, config_path
from streaming.errors import ModelNotFound


def test_all_is_reported() -> None:
    """Each setting with its value, the playbook, the detectors and the model with where it lies."""
    lines = list(checking.report())
    for name in Settings.model_fields:
        assert any(line.startswith(f"  {name} = ") for line in lines), name
    assert any(line.startswith("playbook: bundled, ") for line in lines)
    assert "detectors: agreement, emotions, objections" in lines
    assert any(line.startswith("model: tiny.en from ") for line in lines)


def test_wrong_settings_stop_it() -> None:
    """Before anything is looked for."""
    config_path().write_text("port = -1\n")
    with pytest.raises(SettingsError, match="port"):
        list(checking.report())


def test_a_broken_playbook_stops_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wording that says "I" is no label."""
    own = tmp_path / "team.toml"
    own.write_text('[cues.price]\nlabels = ["I understand."]\n')
    monkeypatch.setenv("ASSIST_PLAYBOOK", str(own))
    with pytest.raises(PlaybookError, match="price"):
        list(checking.report())


def test_a_model_that_is_not_there_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name."""
    monkeypatch.setenv("ASSIST_MODEL", "no-such-model")
    with pytest.raises(ModelNotFound, match="no-such-model"):
        list(checking.report())

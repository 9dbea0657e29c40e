"""`assist check` says what would run, or everything that keeps it from running."""

from pathlib import Path

import pytest

from assist import checking
from assist.checking import CheckFailed
from assist.settings import Settings
from assist.settings_places import SettingsError, config_path


def test_all_is_reported() -> None:
    """Each setting with its value, the playbook, the detectors and the model with where it lies."""
    lines = list(checking.report())
    for name in Settings.model_fields:
        assert any(line.startswith(f"  {name} = ") for line in lines), name
    assert any(line.startswith("playbook: bundled, ") for line in lines)
    assert "detectors: agreement, emotions, objections" in lines
    assert any(line.startswith("model: tiny.en from ") for line in lines)
    assert "door: 127.0.0.1:8765, for this machine alone, without tokens" in lines


def test_wrong_settings_stop_it() -> None:
    """Before anything is looked for."""
    config_path().write_text("port = -1\n")
    with pytest.raises(SettingsError, match="port"):
        list(checking.report())


def test_certificate_playbook_and_model_are_told_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wording that says "I" is no label, and certificate and model must be there: one run names all."""
    own = tmp_path / "team.toml"
    own.write_text('[cues.price]\nlabels = ["I understand."]\n')
    monkeypatch.setenv("ASSIST_PLAYBOOK", str(own))
    monkeypatch.setenv("ASSIST_MODEL", "no-such-model")
    monkeypatch.setenv("ASSIST_HOST", "0.0.0.0")
    monkeypatch.setenv("ASSIST_TLS_CERT", str(tmp_path / "absent.pem"))
    monkeypatch.setenv("ASSIST_TLS_KEY", str(tmp_path / "absent.key"))
    monkeypatch.setenv("ASSIST_TOKEN_KEY", "k" * 32)
    monkeypatch.setenv("ASSIST_ORIGINS", '["https://assist.example.com"]')
    with pytest.raises(CheckFailed) as failed:
        list(checking.report())
    assert "absent.pem with tls_key" in str(failed.value)
    assert "team.toml:2: cues.price.labels" in str(failed.value)
    assert "no model 'no-such-model'" in str(failed.value)

"""What all files for operators have in common: they name settings that there are."""

import re

import pytest

from assist.settings import Settings
from tests.docker.tools import DOCKER

FILES = sorted(
    path for path in DOCKER.rglob("*") if path.is_file() and path.name not in ("token_key", "grafana_password")
)
KNOWN = {f"ASSIST_{name.upper()}" for name in Settings.model_fields} | {"ASSIST_CONFIG", "ASSIST_SETTINGS_DIR"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DOCKER)))
def test_every_setting_that_is_named_can_be_set(path: object) -> None:
    """The server refuses to start with one that it does not know."""
    text = path.read_text()  # type: ignore[attr-defined]
    assert sorted(set(re.findall(r"\bASSIST_[A-Z0-9_]+\b", text)) - KNOWN) == []

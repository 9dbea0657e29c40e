"""The linters that judge what operators are given. `make test` brings each; where one is missing its test says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
COMPOSE = ("compose.yaml", "compose.cluster.yaml")


def tool(name: str) -> str:
    """Its path: beside this Python, or wherever the system has it. Skips the test where it is missing."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str | Path, said: str | None = None) -> str:
    """What a linter prints; the test fails with it where the linter finds fault."""
    done = subprocess.run(command, capture_output=True, text=True, input=said, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documents(path: Path) -> list[dict[str, object]]:
    """The YAML documents of a file."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document]

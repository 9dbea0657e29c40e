"""What all tests share: no time limit an example (the machines are slow and noisy), and where the real calls lie."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

settings.register_profile("noisy-machine", deadline=None)
settings.register_profile(
    "long", max_examples=300_000, deadline=None, database=None
)  # --hypothesis-profile=long --timeout=0
settings.load_profile("noisy-machine")


@pytest.fixture(autouse=True)
def _logs_as_they_come() -> Iterator[None]:
    """A command under test sets up logging to its own standard error, which is closed when the next test runs."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real calls and noise; the test is skipped where it is absent."""
    folder = Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real calls at {folder} (or at ASSIST_DATA)")
    return folder

"""What all tests share: no time limit an example (the machines are slow and noisy), Chromium, where real calls lie."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from hypothesis import settings
from playwright.async_api import Browser

from tests import chromium

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


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, launched once for a file whose tests share one event loop."""
    chromium.need()
    async with chromium.launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real calls and noise; the test is skipped where it is absent."""
    folder = Path(os.environ.get("ASSIST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real calls at {folder} (or at ASSIST_DATA)")
    return folder

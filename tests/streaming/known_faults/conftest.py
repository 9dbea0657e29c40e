"""The real recogniser, a spoken clip, and a real telephone call heard through both."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from streaming import models, recording
from streaming.engines import whisper
from streaming.engines.whisper import WhisperEngine
from tests.streaming.known_faults.hearing import Ear, frames_of

Samples = npt.NDArray[np.int16]

CLIP = Path(__file__).parents[2] / "recordings" / "justify_the_cost.ogg"
CALL = "010eaccb7a23436f"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    """tiny.en, patched for short windows, for two callers at once."""
    model = models.prepare("tiny.en", tmp_path_factory.mktemp("models"), "cpu")
    return whisper.create(model.options(2, 1))


@pytest.fixture(scope="session")
def clip() -> Samples:
    """ "I just don't know if we can justify the cost right now.": 4.2 s, without silence around it."""
    return recording.read((CLIP,), 1).samples[:, 0]


@pytest.fixture(scope="session")
def call(engine: WhisperEngine, data_dir: Path) -> dict[str, Ear]:
    """Both parties of a real call of a minute, each heard on their own channel."""
    audio = data_dir / "calls" / "harpervalley" / "audio"
    sounds = {party: recording.read((audio / party / f"{CALL}.wav",), 1).samples for party in ("agent", "caller")}
    return {party: Ear(engine).listen(frames_of(sound.tobytes())).finish() for party, sound in sounds.items()}


@pytest.fixture(scope="session")
def lines(data_dir: Path) -> list[dict[str, Any]]:
    """What each party said by a human's ear, noises and single words left out."""
    path = data_dir / "calls" / "harpervalley" / "transcript" / f"{CALL}.json"
    told: list[dict[str, Any]] = json.loads(path.read_text())
    return [line for line in told if len(line["human_transcript"].split()) > 2]

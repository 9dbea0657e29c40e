"""The real model on both runtimes."""

import numpy as np
import numpy.typing as npt
import pytest

from streaming import models
from streaming.engines.contract import Options
from streaming.models import Model
from streaming.whisper.loading import Loaded, load
from tests.clips import CLIPS, Clip

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """tiny.en, patched for short windows, and its ONNX files."""
    return models.prepare("tiny.en", tmp_path_factory.mktemp("models"), "cpu")


@pytest.fixture(scope="session")
def on_onnx(model: Model) -> Loaded:
    """As it runs on a CPU."""
    return load(model.options(1, 1))


@pytest.fixture(scope="session")
def on_ctranslate2(model: Model) -> Loaded:
    """As it runs on a GPU, but for where, and in what numbers."""
    return load(Options(str(model.folder), 1, 1, "cpu", model.margin_frames))


@pytest.fixture(params=CLIPS, ids=lambda clip: clip.file)
def clip(request: pytest.FixtureRequest) -> Clip:
    """One after the other."""
    found: Clip = request.param
    return found


@pytest.fixture
def mel(clip: Clip, on_onnx: Loaded) -> Floats:
    """Its spectrum, with the silence behind it that the model was taught."""
    padded = np.concatenate([clip.samples(), np.zeros(64 * 160, np.int16)]).astype(np.float32) / np.float32(32768)
    spectrum: Floats = on_onnx.extractor(padded, padding=0)
    return spectrum

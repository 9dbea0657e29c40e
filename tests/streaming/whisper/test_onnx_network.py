"""The real model on ONNX Runtime, beside CTranslate2's."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from streaming import models
from streaming.whisper.loading import Loaded, load, vocabulary
from tests.clips import CLIPS

Floats = npt.NDArray[np.float32]


def test_it_writes_what_ctranslate2_writes(on_onnx: Loaded, on_ctranslate2: Loaded, mel: Floats) -> None:
    """Clear speech leaves no doubt; how sure it is, and that somebody speaks, differ by how numbers are kept."""
    one, other = (loaded.network.hear(mel).write(5, 200, True) for loaded in (on_onnx, on_ctranslate2))
    assert one.tokens == other.tokens
    assert abs(one.log_probability - other.log_probability) < 0.1
    assert abs(one.nobody - other.nobody) < 0.05


def test_it_places_words_where_ctranslate2_does(on_onnx: Loaded, on_ctranslate2: Loaded, mel: Floats) -> None:
    """A time for each token and for the end, and how likely each is."""
    tokens = on_onnx.network.hear(mel).write(5, 200, True).tokens
    one, other = (loaded.network.hear(mel).align(tokens, mel.shape[1]) for loaded in (on_onnx, on_ctranslate2))
    assert len(one.times_s) == len(other.times_s) == len(tokens) + 1
    assert len(one.probabilities) == len(other.probabilities) == len(tokens)
    apart_s = np.abs(np.array(one.times_s) - np.array(other.times_s))
    assert np.median(apart_s) <= 0.02
    assert np.abs(np.array(one.probabilities) - np.array(other.probabilities)).mean() < 0.06


def test_a_text_is_as_long_as_it_may_be(on_onnx: Loaded, mel: Floats) -> None:
    """And no longer."""
    assert len(on_onnx.network.hear(mel).write(5, 3, True).tokens) <= 3


def test_nothing_that_is_suppressed_is_written(on_onnx: Loaded) -> None:
    """Whatever is heard: here a hiss."""
    known = vocabulary(on_onnx.tokenizer)
    hiss = np.random.default_rng(0).normal(size=(80, 300)).astype(np.float32)
    tokens = on_onnx.network.hear(hiss).write(5, 40, False).tokens
    assert set(known.suppressed).isdisjoint(tokens)
    assert all(token < known.end for token in tokens)


def test_a_blank_text_is_written_only_where_it_may_be(on_onnx: Loaded) -> None:
    """As the patched model answers silence, by one beam."""
    silence = on_onnx.extractor(np.zeros(32_000, np.float32), padding=0)
    heard = on_onnx.network.hear(silence)
    assert heard.write(1, 40, True).tokens == ()
    assert heard.write(1, 40, False).tokens != ()


@pytest.mark.parametrize("beams", [1, 5])
def test_a_short_text_is_as_sure_as_on_ctranslate2(on_onnx: Loaded, on_ctranslate2: Loaded, beams: int) -> None:
    """What the engine believes hangs on it: the end of so short a text weighs as much as its tokens."""
    hum = (0.05 * np.sin(np.arange(24_000) * 0.07)).astype(np.float32)
    mel = on_onnx.extractor(hum, padding=0)
    one, other = (loaded.network.hear(mel).write(beams, 40, False) for loaded in (on_onnx, on_ctranslate2))
    assert 0 < len(one.tokens) < 4
    assert one.tokens == other.tokens
    assert abs(one.log_probability - other.log_probability) < 0.2
    assert abs(one.nobody - other.nobody) < 0.1


def test_a_multilingual_model_writes_english(tmp_path: Path) -> None:
    """Its decoder is told so, and nobody is looked for at the first place as well."""
    model = models.prepare("base", tmp_path, "cpu")
    loaded = load(model.options(1, 1))
    sound = CLIPS[0].samples().astype(np.float32) / np.float32(32768)
    heard = loaded.network.hear(loaded.extractor(sound, padding=0))
    written = heard.write(5, 60, True)
    assert len(vocabulary(loaded.tokenizer).prompt) == 4
    assert loaded.tokenizer.decode(list(written.tokens)).strip() == CLIPS[0].text
    assert written.nobody < 0.5
    assert len(heard.align(written.tokens, len(sound) // 160).times_s) == len(written.tokens) + 1


def test_passes_side_by_side_are_as_one_after_the_other(on_onnx: Loaded, mel: Floats) -> None:
    """Nothing of one is in another."""

    def written(sound: Floats) -> tuple[int, ...]:
        return on_onnx.network.hear(sound).write(5, 200, True).tokens

    sounds = [mel, mel[:, :200], mel[:, ::-1].copy(), mel] * 2
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(written, sounds)) == [written(sound) for sound in sounds]

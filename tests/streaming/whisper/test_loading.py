"""What is loaded goes together."""

from streaming.models import Model
from streaming.whisper.ctranslate2_network import Ctranslate2Network
from streaming.whisper.loading import Loaded, vocabulary
from streaming.whisper.onnx_network import OnnxNetwork


def test_a_cpu_has_the_onnx_files_and_another_device_has_not(on_onnx: Loaded, on_ctranslate2: Loaded) -> None:
    """By whether there is a folder of them."""
    assert isinstance(on_onnx.network, OnnxNetwork)
    assert isinstance(on_ctranslate2.network, Ctranslate2Network)


def test_both_have_one_vocabulary_and_one_spectrum(on_onnx: Loaded, on_ctranslate2: Loaded) -> None:
    """Whichever reads the model's folder."""
    assert vocabulary(on_onnx.tokenizer) == vocabulary(on_ctranslate2.tokenizer)
    assert (on_onnx.extractor.mel_filters == on_ctranslate2.extractor.mel_filters).all()


def test_options_name_the_network(model: Model) -> None:
    """So that the recogniser's process finds it."""
    assert model.options(2, 1).network == str(model.network)

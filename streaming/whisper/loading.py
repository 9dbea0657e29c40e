"""Loads a model for an engine, on ONNX Runtime or on CTranslate2."""

from pathlib import Path

import ctranslate2
import msgspec
import tokenizers
from faster_whisper import WhisperModel
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from streaming.engines.contract import Options
from streaming.whisper.ctranslate2_network import Ctranslate2Network
from streaming.whisper.network import Network, Vocabulary
from streaming.whisper.onnx_files import read_about
from streaming.whisper.onnx_network import OnnxNetwork


class Loaded(msgspec.Struct, frozen=True):
    """A network, and what goes before and after it."""

    network: Network
    tokenizer: Tokenizer
    extractor: FeatureExtractor
    """sound -> mel spectrum"""


def load(options: Options) -> Loaded:
    """The ONNX files in `options.network`, or, where there are none, the CTranslate2 model in `options.source`."""
    if options.network is None:
        return _on_ctranslate2(options)
    folder = Path(options.network)
    about = read_about(folder)
    tokenizer = _english(tokenizers.Tokenizer.from_file(f"{options.source}/tokenizer.json"), about.is_multilingual)
    network = OnnxNetwork(folder, vocabulary(tokenizer), options.threads)
    return Loaded(network, tokenizer, FeatureExtractor(feature_size=about.bands))


def _on_ctranslate2(options: Options) -> Loaded:
    ctranslate2.set_log_level(40)
    model = WhisperModel(
        options.source,
        device=options.device,
        compute_type="int8" if options.device == "cpu" else "float16",
        cpu_threads=options.threads,
        num_workers=options.workers,
        local_files_only=True,
    )
    tokenizer = _english(model.hf_tokenizer, model.model.is_multilingual)
    return Loaded(Ctranslate2Network(model, vocabulary(tokenizer)), tokenizer, model.feature_extractor)


def _english(tokenizer: tokenizers.Tokenizer, is_multilingual: bool) -> Tokenizer:
    return Tokenizer(tokenizer, is_multilingual, task="transcribe", language="en")


def vocabulary(tokenizer: Tokenizer) -> Vocabulary:
    """The tokens that steer this model, those that faster-whisper suppresses by default among them."""
    return Vocabulary(
        begin=tuple(tokenizer.sot_sequence),
        untimed=tokenizer.no_timestamps,
        end=tokenizer.eot,
        nobody=tokenizer.no_speech,
        space=tokenizer.encode(" ")[0],
        suppressed=tuple(get_suppressed_tokens(tokenizer, [-1]) or ()),
    )

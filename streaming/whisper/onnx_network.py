"""Whisper on ONNX Runtime, which packs its matrices once.

CTranslate2 packs int8 matrices beforehand with Intel's library alone; with the others, on an AMD EPYC, a pass takes it
four thirds of the time that it takes here (`tests.bench.runtimes`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime

from streaming.whisper import alignment
from streaming.whisper.beam_search import Next, search
from streaming.whisper.network import STEP_S, Aligned, Mel, Vocabulary, Written
from streaming.whisper.onnx_files import DECODER, ENCODER, HEAD_SIZE, About, read_about

Arrays = dict[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]

NEVER = -1e9
"""The logarithm of the probability of what is not to be."""

LIKELIEST = ("likeliest", "likeliest_tokens")


class _Asked(msgspec.Struct, frozen=True):
    """What is asked of the decoder, about some of the places that it is given."""

    places: Sequence[int]
    bias: Floats
    wanted: Sequence[str]
    candidates: int = 1
    targets: Sequence[int] = (0,)
    """A token for each place; only where one beam is given."""


class _Decoder:
    """The decoder, loaded, and what it is given whatever is heard."""

    def __init__(self, session: onnxruntime.InferenceSession, about: About, vocabulary: Vocabulary) -> None:
        self.session = session
        self.vocabulary = vocabulary
        self.alignment_heads = about.alignment_heads
        self.memory = tuple(f"{kind}_{layer}" for layer in range(about.layers) for kind in ("key", "value"))
        sides = {"key": (HEAD_SIZE, 0), "value": (0, HEAD_SIZE)}
        self.nothing_past = {
            name: np.zeros((1, about.heads, *sides[name.partition("_")[0]]), np.float32) for name in self.memory
        }
        signs = range(vocabulary.end + 1, about.tokens)
        self.any = _bias(about.tokens, ())
        self.text = _bias(about.tokens, (vocabulary.end, *signs))
        self.written = _bias(about.tokens, (*vocabulary.suppressed, *signs))
        self.begun = _bias(about.tokens, (*vocabulary.suppressed, *signs, vocabulary.space, vocabulary.end))


class OnnxNetwork:
    """The files of a folder, loaded. Runs on its caller's thread where `threads` is one."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, threads: int) -> None:
        self._encoder = _session(folder / ENCODER, threads)
        self._decoder = _Decoder(_session(folder / DECODER, threads), read_about(folder), vocabulary)

    def hear(self, mel: Mel) -> "OnnxHeard":
        names = [told.name for told in self._encoder.get_outputs()]
        return OnnxHeard(self._decoder, dict(zip(names, self._encoder.run(names, {"mel": mel[None]}), strict=True)))


class OnnxHeard:
    """What the encoder made of the sound: keys and values for the decoder's attention."""

    def __init__(self, decoder: _Decoder, sound: Arrays) -> None:
        self._decoder = decoder
        self._sound = sound

    def write(self, beams: int, most_tokens: int, may_be_blank: bool) -> Written:
        decoder, known = self._decoder, self._decoder.vocabulary
        prompt = known.prompt
        bias = np.stack([decoder.any, decoder.written if may_be_blank else decoder.begun])
        wanted = (*(f"next_{name}" for name in decoder.memory), *LIKELIEST)
        first = _Asked((0, len(prompt) - 1), bias, (*wanted, "target"), 2 * beams, (known.nobody, known.end))
        told = self._run(decoder.nothing_past, [prompt], first)
        nobody = float(np.exp(told["target"][0, 0, 0]))
        asked = _Asked((0,), decoder.written[None], wanted, 2 * beams)

        def step(parents: Sequence[int], tokens: Sequence[int]) -> Next:
            nonlocal told
            past = {name: told[f"next_{name}"][list(parents)] for name in decoder.memory}
            told = self._run(past, [[token] for token in tokens], asked)
            return _next(told)

        found = search(_next(told), step, beams, most_tokens, known.end)
        return Written(found.tokens, found.log_probability, nobody)

    def align(self, tokens: Sequence[int], frames: int) -> Aligned:
        decoder, known = self._decoder, self._decoder.vocabulary
        before = len(known.begin)
        layers = sorted({layer for layer, _ in decoder.alignment_heads})
        wanted = ("target", *(f"attention_{layer}" for layer in layers))
        places = range(before, before + len(tokens))
        asked = _Asked(places, decoder.text[None], wanted, targets=tokens)
        told = self._run(decoder.nothing_past, [[*known.prompt, *tokens, known.end]], asked)
        attention = np.stack([told[f"attention_{layer}"][0, head] for layer, head in decoder.alignment_heads])
        starts = alignment.starts(attention[:, :, : frames // 2], before)
        probabilities = np.exp(told["target"][0, :, 0])
        return Aligned(tuple(STEP_S * start for start in starts), tuple(probabilities.tolist()))

    def _run(self, past: Arrays, rows: Sequence[Sequence[int]], asked: _Asked) -> Arrays:
        count, before = len(rows[0]), past["value_0"].shape[2]
        given = {
            "tokens": np.array(rows),
            "places": np.arange(before, before + count),
            "mask": np.triu(np.full((count, before + count), NEVER, np.float32), before + 1),
            "asked": np.array(asked.places),
            "bias": asked.bias,
            "candidates": np.array([asked.candidates]),
            "targets": np.broadcast_to(np.array(asked.targets)[None, :, None], (len(rows), len(asked.places), 1)),
            **{f"past_{name}": value for name, value in past.items()},
            **self._sound,
        }
        told = self._decoder.session.run(asked.wanted, given)
        return dict(zip(asked.wanted, told, strict=True))


def _next(told: Arrays) -> Next:
    """What may follow the last place that was asked about."""
    return Next(told["likeliest"][:, -1], told["likeliest_tokens"][:, -1])


def _bias(tokens: int, never: Iterable[int]) -> Floats:
    found = np.zeros(tokens, np.float32)
    found[list(never)] = NEVER
    return found


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Each token is of another shape, and a plan of the memory for each would be kept.
    options.enable_mem_pattern = False
    # Threads that wait in a loop take the processor from other calls.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

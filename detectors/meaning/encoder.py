"""Text -> what each piece of it means in its place, by a small sentence model on one thread of the processor."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from streaming.errors import EngineFailed

Vectors = npt.NDArray[np.float32]

MOST_PIECES = 96
"""Pieces of words that are looked at, some 70 words: the cost of an embedding grows with them. The last ones count."""


class Encoded(msgspec.Struct, frozen=True):
    """`vectors` (pieces x 384) says what each piece of a word means in its place; `spans` is where it stands in the
    text, in characters. The signs for beginning and end are left out."""

    vectors: Vectors
    spans: tuple[tuple[int, int], ...]


class Encoder:
    """The model, loaded. The same text gives the same vectors; nothing is kept between texts.

    `changed` are weights that take the place of the file's, by name.
    """

    def __init__(self, model_file: Path, tokenizer_file: Path, changed: Mapping[str, Vectors]) -> None:
        # Heavy to import, and `assist --help` comes by here.
        import onnxruntime  # noqa: PLC0415
        from onnxruntime.capi import onnxruntime_pybind11_state as state  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        # The processor is the recogniser's; a second thread would save some milliseconds and take them from it.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The options hold no reference of their own to what is put in.
        self._changed = {name: onnxruntime.OrtValue.ortvalue_from_numpy(value) for name, value in changed.items()}
        for name, value in self._changed.items():
            options.add_initializer(name, value)
        self._session = onnxruntime.InferenceSession(model_file, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_PIECES, direction="left")
        # ONNX Runtime's errors have no parent of their own.
        self._faults = tuple(kind for kind in vars(state).values() if _is_error(kind))

    def encode(self, text: str) -> Encoded:
        """Raises EngineFailed when the model cannot be run."""
        pieces = self._tokenizer.encode(text)
        given = {
            "input_ids": pieces.ids,
            "attention_mask": pieces.attention_mask,
            "token_type_ids": pieces.type_ids,
        }
        try:
            (states,) = self._session.run(None, {name: np.array([ids], np.int64) for name, ids in given.items()})
        except self._faults as fault:
            raise EngineFailed(f"the sentence model failed ({type(fault).__name__})") from None
        return Encoded(states[0, 1:-1], tuple(pieces.offsets[1:-1]))


def _is_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)

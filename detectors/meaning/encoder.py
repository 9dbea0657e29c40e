"""Text -> what each piece of it means in its place, by a small sentence model on one thread of the processor."""

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.meaning.model import Model
from detectors.meaning.pieces import Reader
from streaming.errors import EngineFailed

Vectors = npt.NDArray[np.float32]


class Encoded(msgspec.Struct, frozen=True):
    """`vectors` (pieces x 768) says what each piece of a word means in its place; `spans` is where it stands in the
    text, in characters. The signs for beginning and end are left out."""

    vectors: Vectors
    spans: tuple[tuple[int, int], ...]


class Encoder:
    """The model, loaded. The same texts give the same vectors; nothing is kept between them."""

    def __init__(self, model: Model) -> None:
        # Heavy to import, and `assist --help` comes by here.
        import onnxruntime  # noqa: PLC0415
        from onnxruntime.capi import onnxruntime_pybind11_state as state  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        # The processor is the recogniser's; a second thread would save some milliseconds and take them from it.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model.model_file, options, providers=["CPUExecutionProvider"])
        self._reader = Reader(model.tokenizer_file)
        # ONNX Runtime's errors have no parent of their own.
        self._faults = tuple(kind for kind in vars(state).values() if _is_error(kind))

    def encode(self, text: str, asked: str | None = None) -> Encoded:
        """`text` as the answer to `asked`, the turn before it. Raises EngineFailed when the model cannot be run."""
        pieces = self._reader.read(text, asked)
        ids, count = pieces.ids, len(pieces.spans)
        try:
            (states,) = self._session.run(None, {"input_ids": np.array([ids], np.int64)})
        except self._faults as fault:
            raise EngineFailed(f"the sentence model failed ({type(fault).__name__})") from None
        return Encoded(states[0, len(ids) - 1 - count : -1], pieces.spans)


def _is_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)

"""Whisper on CTranslate2: for a GPU, and for a CPU where nothing can be made in the cache."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from streaming.whisper.network import STEP_S, Aligned, Mel, Vocabulary, Written


class Ctranslate2Network:
    """faster-whisper's model, without its 30 s windows."""

    def __init__(self, model: WhisperModel, vocabulary: Vocabulary) -> None:
        self._model = model
        self._vocabulary = vocabulary

    def hear(self, mel: Mel) -> "Ctranslate2Heard":
        return Ctranslate2Heard(self._model.model, self._model.encode(mel), self._vocabulary)


class Ctranslate2Heard:
    """The encoder's output, where the model is."""

    def __init__(self, model: Any, encoded: Any, vocabulary: Vocabulary) -> None:
        self._model = model
        self._encoded = encoded
        self._vocabulary = vocabulary

    def write(self, beams: int, most_tokens: int, may_be_blank: bool) -> Written:
        known = self._vocabulary
        prompt = known.prompt
        result = self._model.generate(
            self._encoded,
            [list(prompt)],
            beam_size=beams,
            # CTranslate2 gives half of max_length to the text.
            max_length=2 * most_tokens,
            suppress_tokens=list(known.suppressed),
            suppress_blank=not may_be_blank,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = tuple(token for token in result.sequences_ids[0] if token < known.end)
        return Written(tokens, result.scores[0], result.no_speech_prob)

    def align(self, tokens: Sequence[int], frames: int) -> Aligned:
        found = self._model.align(self._encoded, list(self._vocabulary.begin), [list(tokens)], frames)[0]
        texts, steps = np.array(found.alignments).T
        starts = steps[np.diff(texts, prepend=-1) > 0]
        return Aligned(tuple((STEP_S * starts).tolist()), tuple(found.text_token_probs))

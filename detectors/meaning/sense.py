"""The sentence model and the heads, loaded once a process, and what was meant by the last utterances."""

from functools import cache, lru_cache
from pathlib import Path

import msgspec
import structlog

from detectors.contract import Turn
from detectors.meaning import heads, model
from detectors.meaning.encoder import Encoded, Encoder
from detectors.meaning.evidence import Evidence, evidence
from detectors.meaning.heads import Heads
from streaming.errors import EngineFailed
from streaming.types import Word, text_of

KEPT = 64
"""Texts whose embedding is kept: all detectors ask for the same one, and whoever judges the turn."""

log = structlog.get_logger()


class Meant(msgspec.Struct, frozen=True):
    """What was said, piece by piece, and what the heads judge by."""

    encoded: Encoded
    evidence: Evidence


class Sense:
    """Shared by all detectors and calls. A model that fails once is not asked again: the patterns go on alone."""

    def __init__(self, encoder: Encoder, its_heads: Heads) -> None:
        self.heads = its_heads
        self._encode = lru_cache(KEPT)(encoder.encode)
        self._has_failed = False

    def meant(self, said: tuple[Word, ...], before: tuple[Turn, ...]) -> Meant | None:
        """What the words mean after the rep's last turn; None where the model cannot say."""
        asked = next((turn.text for turn in reversed(before) if turn.speaker == "rep"), None)
        encoded = self.encoded(text_of(said), asked)
        return None if encoded is None else Meant(encoded, evidence(text_of(said), encoded))

    def encoded(self, text: str, before: str | None) -> Encoded | None:
        """A text after another; None where the model cannot say."""
        if self._has_failed:
            return None
        try:
            return self._encode(text, before)
        except EngineFailed as failed:
            self._has_failed = True
            log.error("meaning_muted", error=str(failed))
            return None


@cache
def sense(cache_dir: Path) -> Sense:
    """The shipped one, made in `cache_dir` where it is not there yet; raises ModelNotFound, ModelMismatch."""
    shipped = heads.shipped()
    return Sense(Encoder(model.prepared(shipped.lessons, cache_dir)), shipped)

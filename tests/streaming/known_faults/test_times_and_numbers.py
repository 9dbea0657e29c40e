"""Faults 36, 43, 44 and 47: times that are wrong, windows too short to align, many callers of one model."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest

from streaming.engines.contract import Request
from streaming.engines.whisper import WhisperEngine
from tests.streaming.known_faults.conftest import Samples
from tests.streaming.known_faults.hearing import Ear


def test_words_of_a_call_are_in_order_and_where_they_were_said(
    call: dict[str, Ear], lines: list[dict[str, Any]]
) -> None:
    """SYSTRAN/faster-whisper#919, #110, #338: a clip of 3 s began at 18.71."""
    for ear in call.values():
        assert all(before.end_ms <= after.start_ms for before, after in pairwise(ear.words))
        assert all(word.start_ms <= word.end_ms for word in ear.words)
    for line in lines:
        words = call[line["speaker_role"]].words
        nearest = min(abs(word.end_ms - line["start_ms"] - line["duration_ms"]) for word in words)
        assert nearest < 500, line["start_ms"]


def test_a_time_of_day_stands_where_it_was_said(call: dict[str, Ear]) -> None:
    """SYSTRAN/faster-whisper#888: numbers were split, the first one 9 s off."""
    (eleven,) = [word for word in call["caller"].words if "11" in word.text]
    assert 28_590 <= (eleven.start_ms + eleven.end_ms) / 2 <= 30_090


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_words_on_a_window_too_short_to_align_end_nothing(engine: WhisperEngine, clip: Samples, frames: int) -> None:
    """SYSTRAN/faster-whisper#1342, #339: the process died on a window of 10 ms; #1118: IndexError."""
    sound = clip.astype(np.float32) / np.float32(32_768)
    decoded = engine._decode(sound, 1_000, 1)
    assert decoded.tokens
    for tokens in (decoded.tokens, decoded.tokens[:1]):
        words = engine._place(msgspec.structs.replace(decoded, tokens=tokens), frames, 500)
        assert all(500 <= word.start_ms <= word.end_ms <= 500 + 10 * frames for word in words)


def test_callers_at_once_get_what_each_gets_alone(engine: WhisperEngine, clip: Samples) -> None:
    """WhisperLiveKit#12, PR#322: one shared recogniser mixed its users' words, or failed with five of them."""
    pieces = [clip[: 16_000 * n // 2].tobytes() for n in (3, 5, 8, 3, 8, 5)]
    requests = [Request("prospect", 1_000 * i, piece, True) for i, piece in enumerate(pieces)]
    alone = [engine.transcribe(request) for request in requests]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(engine.transcribe, requests)) == alone

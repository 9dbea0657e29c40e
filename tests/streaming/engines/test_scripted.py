"""The scripted engine says what it is told when it is told."""

import json
from pathlib import Path

import msgspec
import pytest

from streaming.engines import scripted
from streaming.engines.contract import Options, Request
from streaming.types import text_of

LINES = [
    {"speaker": "prospect", "start_ms": 1_000, "end_ms": 1_900, "text": "one two three"},
    {"speaker": "rep", "start_ms": 1_000, "end_ms": 2_000, "text": "other"},
]


def asked(tmp_path: Path, start_ms: int, length_ms: int) -> str:
    """What it says of the prospect's sound between two times."""
    path = tmp_path / "script.json"
    path.write_text(json.dumps(LINES))
    engine = scripted.create(Options(str(path), 1, 1, "cpu"))
    return text_of(engine.transcribe(Request("prospect", start_ms, bytes(32 * length_ms), False)).words)


def test_only_words_inside_the_sound_are_said(tmp_path: Path) -> None:
    """By the call's clock, and of the speaker who was asked for."""
    assert asked(tmp_path, 0, 900) == ""
    assert asked(tmp_path, 0, 1_650) == "one two"
    assert asked(tmp_path, 1_300, 5_000) == "two three"


def test_a_script_that_is_none_is_refused(tmp_path: Path) -> None:
    """The place of the fault is named."""
    path = tmp_path / "script.json"
    path.write_text('[{"speaker": "boss"}]')
    with pytest.raises(msgspec.ValidationError, match="speaker"):
        scripted.create(Options(str(path), 1, 1, "cpu"))

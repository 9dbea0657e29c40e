"""Captions are read back by independent parsers, word for word."""

from html import unescape

import pytest
import srt as srt_reader
import webvtt as vtt_reader
from hypothesis import example, given
from hypothesis import strategies as st

from assist.debrief.formats.captions import srt, vtt
from assist.debrief.formats.markup import clean
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, Line, bundled, debrief

TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=40)).filter(lambda text: clean(text).split())
LINES = st.lists(
    st.tuples(st.sampled_from(["rep", "prospect"]), st.integers(0, 7_200_000), TEXT), min_size=1, max_size=6
)
LOOK_ALIKE = str.maketrans("<>{}", "\u2039\u203a()")


def _ms(stamp: str) -> int:
    hours, minutes, rest = stamp.split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(rest)) * 1000)


@given(LINES, TEXT)
@example([("prospect", 0, "hello")], HOSTILE[12])
def test_webvtt_keeps_every_word_and_time(lines: list[Line], name: str) -> None:
    """And who said it."""
    told = debrief(*lines, names={"prospect": name})
    captions = vtt_reader.from_string(vtt(told)).captions
    assert len(captions) == len(told.record.utterances)
    for caption, said in zip(captions, told.record.utterances, strict=True):
        assert unescape(caption.text).split() == clean(said.text).split()
        assert unescape(caption.voice or "").split() == clean(told.record.name_of(said.speaker)).split()
        assert "<" not in caption.text and ">" not in caption.text
        assert round(caption.start_in_seconds * 1000 + 1e-6) // 1000 == said.start_ms // 1000
        assert caption.start.endswith(f"{said.start_ms % 1000:03d}") and caption.end.endswith(
            f"{said.end_ms % 1000:03d}"
        )


@given(LINES, TEXT)
@example([("prospect", 0, "hello")], HOSTILE[12])
def test_subrip_keeps_every_word_and_time(lines: list[Line], name: str) -> None:
    """Marks that players would take for markup are written with look-alikes."""
    told = debrief(*lines, names={"prospect": name})
    captions = list(srt_reader.parse(srt(told)))
    assert [caption.index for caption in captions] == list(range(1, len(told.record.utterances) + 1))
    for caption, said in zip(captions, told.record.utterances, strict=True):
        line = f"{told.record.name_of(said.speaker)}: {said.text}"
        assert caption.content.split() == clean(line).translate(LOOK_ALIKE).split()
        assert caption.start.total_seconds() * 1000 == pytest.approx(said.start_ms)
        assert caption.end.total_seconds() * 1000 == pytest.approx(said.end_ms)


def test_the_bundled_call_in_both() -> None:
    """Sixty utterances, every word."""
    told = bundled()
    words = [word for said in told.record.utterances for word in said.text.split()]
    assert [
        w for caption in vtt_reader.from_string(vtt(told)).captions for w in unescape(caption.text).split()
    ] == words
    read = [caption.content.split(": ", 1)[1] for caption in srt_reader.parse(srt(told))]
    assert [word for text in read for word in text.split()] == words


def test_an_empty_call_is_a_file_without_captions() -> None:
    """Valid all the same."""
    assert vtt(debrief()).strip() == "WEBVTT" and srt(debrief()) == ""
    (only,) = srt_reader.parse(srt(debrief(*A_CALL[:1])))
    assert only.index == 1

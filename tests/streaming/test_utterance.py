"""Sound is cut into utterances with pre-roll, and ended by a pause."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streaming.types import FRAME_BYTES, AudioFrame
from streaming.utterance import END_SILENCE_MS, PRE_ROLL_MS, Segmenter, Utterance

SPEECH, SILENCE = b"\x01" * FRAME_BYTES, bytes(FRAME_BYTES)


def cut(pattern: list[bool]) -> list[Utterance]:
    """The utterances in frames that are speech or not."""
    segmenter = Segmenter(lambda pcm: pcm == SPEECH)
    frames = [AudioFrame("rep", i * 20, SPEECH if is_speech else SILENCE) for i, is_speech in enumerate(pattern)]
    return [begun for frame in frames if (begun := segmenter.hear(frame))]


def test_an_utterance_begins_before_its_first_speech() -> None:
    """The recogniser needs the weak sound that begins a word."""
    (utterance,) = cut([False] * 50 + [True] * 10)
    assert utterance.start_ms == 1_000 - PRE_ROLL_MS
    assert utterance.speech_ms == 200
    assert not utterance.is_ended


def test_a_long_pause_ends_it_and_a_short_one_does_not() -> None:
    """The end is where speech was last heard, not where the pause ended."""
    short, long = END_SILENCE_MS // 20 - 1, END_SILENCE_MS // 20
    (one,) = cut([True] * 10 + [False] * short + [True] * 10)
    assert not one.is_ended
    first, second = cut([True] * 10 + [False] * long + [True] * 10)
    assert first.is_ended and first.speech_end_ms == 200
    assert second.start_ms >= first.speech_end_ms


def test_sound_is_taken_by_time_and_forgotten_by_time() -> None:
    """What is asked for outside of what is there is left out."""
    utterance = Utterance(1_000)
    utterance.add(SPEECH, is_speech=True)
    utterance.add(SILENCE, is_speech=False)
    assert utterance.sound(0, 1_020) == SPEECH
    assert utterance.sound(1_020, 9_999) == SILENCE
    utterance.forget_before(1_020)
    assert (utterance.start_ms, utterance.end_ms, utterance.pause_ms) == (1_020, 1_040, 20)
    assert utterance.sound(0, 9_999) == SILENCE


@given(st.lists(st.booleans(), max_size=300))
def test_all_speech_is_in_exactly_one_utterance(pattern: list[bool]) -> None:
    """No speech is lost or doubled, and utterances follow one another."""
    utterances = cut(pattern)
    assert sum(u.speech_ms for u in utterances) == 20 * sum(pattern)
    for before, after in pairwise(utterances):
        assert before.is_ended and before.speech_end_ms <= after.speech_end_ms - after.speech_ms

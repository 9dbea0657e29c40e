"""Words that leaked from the other channel are left to the one who said them; own words never go."""

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import recording
from streaming.crosstalk import Crosstalk
from streaming.types import FRAME_MS, SAMPLE_RATE_HZ, AudioFrame, Speaker, Word, Words
from tests.bench.damage import leaked, room

RECORDINGS = Path(__file__).parents[1] / "recordings"
BOTH: tuple[Speaker, ...] = ("rep", "prospect")

Samples = npt.NDArray[np.int16]
Sound = npt.NDArray[np.float64]


def clip(name: str) -> Sound:
    """A spoken clip."""
    return recording.read((RECORDINGS / f"{name}.ogg",), 1).samples[:, 0].astype(np.float64)


def at(start_ms: int, sound: Sound, length_ms: int = 12_000) -> Sound:
    """A channel with that sound in it and a line's faint noise."""
    channel = np.random.default_rng(start_ms).normal(0, 3, length_ms * SAMPLE_RATE_HZ // 1000)
    first = start_ms * SAMPLE_RATE_HZ // 1000
    channel[first : first + len(sound)] += sound[: len(channel) - first]
    return channel


def heard(rep: Sound, prospect: Sound) -> Crosstalk:
    """What has heard both channels to their end."""
    crosstalk = Crosstalk(BOTH)
    channels = [np.clip(np.rint(sound), -32768, 32767).astype("<i2") for sound in (rep, prospect)]
    for first in range(0, len(rep) - 319, 320):
        for speaker, channel in zip(BOTH, channels, strict=True):
            start_ms = first // 320 * FRAME_MS
            crosstalk.hear(AudioFrame(speaker, start_ms, channel[first : first + 320].tobytes()))
    return crosstalk


def said(speaker: Speaker, channel: Sound, late_ms: int = 0, utterance: int = 0) -> Words:
    """A final utterance of words of 250 ms wherever somebody speaks on a channel; so much later."""
    length_ms = len(channel) * 1000 // SAMPLE_RATE_HZ
    spoken = [ms for ms in range(0, length_ms - 249, 250) if channel[16 * ms : 16 * ms + 4_000].std() >= VOICE]
    times = [ms + late_ms for ms in spoken]
    return Words(speaker, utterance, tuple(Word(f"w{ms}", ms, ms + 250, 0.9) for ms in times), (), True)


def echo_of(channel: Sound, level_db: float, delay_ms: int) -> Sound:
    """What of it arrives on the other channel."""
    return leaked(np.rint(channel).astype(np.int16), room(seed=delay_ms), level_db, delay_ms).astype(np.float64)


VOICE = 700  # of 32767; what is weaker in the clips is a pause, or the end of a sound
REP, PROSPECT = clip("rep_summary"), clip("justify_the_cost")


@pytest.mark.parametrize("level_db", [-15, -20, -30])
@pytest.mark.parametrize("delay_ms", [50, 130, 250])
def test_leaked_words_are_the_others(level_db: float, delay_ms: int) -> None:
    """Nineteen in twenty, whatever the room; the rep's own stay where they were said."""
    rep = at(1_000, REP)
    crosstalk = heard(rep, at(0, np.zeros(0)) + echo_of(rep, level_db, delay_ms))
    echo = said("prospect", rep, late_ms=delay_ms)
    left = crosstalk.own(echo)
    assert len(left.committed if left else ()) <= len(echo.committed) / 20
    own = said("rep", rep)
    assert crosstalk.own(own) == own


@pytest.mark.parametrize("level_db", [None, -15, -20, -30])
@pytest.mark.parametrize("start_ms", [1_000, 2_300, 4_000])
def test_who_speaks_at_the_same_time_keeps_every_word(level_db: float | None, start_ms: int) -> None:
    """With the other's leak below, or without."""
    rep = at(1_000, REP)
    leak = 0 if level_db is None else echo_of(rep, level_db, 120)
    prospect = at(start_ms, PROSPECT)
    crosstalk = heard(rep, prospect + leak)
    own = said("prospect", prospect)
    assert len(own.committed) > 5 and crosstalk.own(own) == own


def test_the_same_words_said_by_both_are_kept_by_both() -> None:
    """ "Right." "Right." is no echo: nobody was weaker."""
    channels = at(1_000, clip("thats_right")), at(1_180, clip("thats_right"))
    crosstalk = heard(*channels)
    for speaker, channel in zip(BOTH, channels, strict=True):
        own = said(speaker, channel)
        assert own.committed and crosstalk.own(own) == own


def test_where_one_channel_is_all_there_is_nothing_is_taken() -> None:
    """Nobody to have it from."""
    words = said("mixed", at(1_000, PROSPECT))
    assert Crosstalk(("mixed",)).own(words) == words


OWN, LEAKING = at(8_000, PROSPECT), at(1_000, REP[: 6 * SAMPLE_RATE_HZ])
OWN_WORDS, ECHO = said("prospect", OWN).committed[:4], said("prospect", LEAKING, late_ms=100).committed[2:6]


@pytest.fixture(scope="module")
def echoing() -> Crosstalk:
    """The rep's words from 1 s on come on the prospect's channel, who says something of their own at 8 s."""
    return heard(LEAKING, OWN + echo_of(LEAKING, -18, 100))


def test_an_utterance_of_both_keeps_what_is_own(echoing: Crosstalk) -> None:
    """A verdict a word, committed or not."""
    told = echoing.own(Words("prospect", 70, ECHO, OWN_WORDS, False))
    assert told is not None and (told.committed, told.tentative) == ((), OWN_WORDS)
    final = echoing.own(Words("prospect", 70, (*ECHO, *OWN_WORDS), (), True))
    assert final is not None and final.committed == OWN_WORDS and final.is_final


def test_what_is_none_of_theirs_is_not_told_at_all(echoing: Crosstalk) -> None:
    """And counted once it was committed."""
    before = echoing.left_out
    assert echoing.own(Words("prospect", 71, (), ECHO, False)) is None
    assert echoing.own(Words("prospect", 71, ECHO[:2], ECHO[2:], False)) is None
    assert echoing.own(Words("prospect", 71, ECHO, (), True)) is None
    assert echoing.left_out == before + len(ECHO)


def test_words_that_were_told_and_are_none_any_more_are_taken_back(echoing: Crosstalk) -> None:
    """The recogniser hears them otherwise now, and that is an echo: no words are left, which is told once."""
    assert echoing.own(Words("prospect", 72, (), OWN_WORDS, False)) is not None
    gone = echoing.own(Words("prospect", 72, (), ECHO, False))
    assert gone is not None and gone.all == ()
    assert echoing.own(Words("prospect", 72, ECHO, (), True)) is None


def test_a_word_that_was_told_stays(echoing: Crosstalk) -> None:
    """Though the next pass places it where the echo is."""
    word = OWN_WORDS[0]
    assert echoing.own(Words("prospect", 73, (), (word,), False)) is not None
    for start_ms in range(word.start_ms, ECHO[0].start_ms, -300):
        moved = msgspec.structs.replace(word, start_ms=start_ms, end_ms=start_ms + 250)
        told = echoing.own(Words("prospect", 73, (), (moved,), False))
        assert told is not None and told.tentative == (moved,)


@given(places=st.lists(st.integers(-500, 14_000), max_size=6), committed=st.integers(0, 6))
def test_committed_words_only_grow(places: list[int], committed: int) -> None:
    """Whatever the words and wherever they lie, before the sound or behind it."""
    rep = at(500, REP[: 2 * SAMPLE_RATE_HZ], 4_000)
    crosstalk = heard(rep, at(0, np.zeros(0), 4_000) + echo_of(rep, -20, 100))
    words = tuple(Word(f"w{ms}", ms, ms + 200, 0.5) for ms in sorted(places))
    before: tuple[Word, ...] = ()
    for count in range(min(committed, len(words)) + 1):
        told = crosstalk.own(Words("prospect", 0, words[:count], words[count:], False))
        now = told.committed if told else before
        assert now[: len(before)] == before
        before = now

"""Crops: as streaming cuts them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.short_window.crops import BLOCK_SAMPLES, cut, spoken_blocks, turns


@given(st.lists(st.booleans(), max_size=60))
def test_turns_hold_every_spoken_block_and_part_at_pauses_alone(spoken: list[bool]) -> None:
    """Each spoken block is in one turn, each turn begins and ends spoken, and 0.2 s of silence lies between two."""
    found = turns(np.array(spoken, bool))
    inside = [block for first, last in found for block in range(first, last)]
    assert [block for block, is_spoken in enumerate(spoken) if is_spoken and block not in inside] == []
    assert all(spoken[first] and spoken[last - 1] for first, last in found)
    assert all(later[0] - earlier[1] >= 6 for earlier, later in pairwise(found))


@settings(deadline=None)
@given(st.integers(0, 500))
def test_a_crop_is_speech_of_a_length_that_streaming_sees(seed: int) -> None:
    """0.7 to 10 s, taken from the sound as it is, with speech in two fifths at least."""
    spoken = np.array(([True] * 100 + [False] * 60) * 4, bool)
    sound = np.arange(len(spoken) * BLOCK_SAMPLES, dtype=np.float32)
    crop = cut(sound, spoken, np.random.default_rng(seed))
    if crop is not None:
        assert 0.7 * 16_000 <= len(crop) <= 160_000
        np.testing.assert_array_equal(crop, np.arange(crop[0], crop[0] + len(crop), dtype=np.float32))
        assert spoken[(crop.astype(int) // BLOCK_SAMPLES)].mean() >= 0.35


def test_half_the_crops_begin_or_end_within_speech() -> None:
    """In the middle of a word is where streaming cuts, and what the model has to get used to."""
    spoken = np.array(([True] * 100 + [False] * 60) * 4, bool)
    sound = np.arange(len(spoken) * BLOCK_SAMPLES, dtype=np.float32)
    drawn = [cut(sound, spoken, np.random.default_rng(seed)) for seed in range(400)]
    ends = [spoken[int(crop[-1]) // BLOCK_SAMPLES] for crop in drawn if crop is not None]
    begins = [spoken[int(crop[0]) // BLOCK_SAMPLES] for crop in drawn if crop is not None]
    assert 0.3 < np.mean(begins) < 0.7
    assert 0.3 < np.mean(ends) < 0.8


@pytest.mark.parametrize("spoken", [[], [False] * 50])
def test_there_is_no_crop_where_nobody_speaks(spoken: list[bool]) -> None:
    """The caller draws again."""
    sound = np.zeros(len(spoken) * BLOCK_SAMPLES, np.float32)
    assert cut(sound, np.array(spoken, bool), np.random.default_rng(0)) is None


def test_silence_is_not_spoken() -> None:
    """One verdict for each whole block of 30 ms."""
    found = spoken_blocks(np.zeros(BLOCK_SAMPLES * 5 + 100, np.float32))
    assert found.tolist() == [False] * 5

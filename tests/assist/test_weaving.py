"""Frames of both sides in any order within two seconds make the same sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.weaving import BLOCK_MS, LONGEST_HOLE_MS, OPEN_MS, HoleTooLong, Samples, Weaving
from streaming.types import FRAME_MS, FRAME_SAMPLES, AudioFrame, Speaker

SIDES: tuple[Speaker, ...] = ("rep", "prospect")


def frame(speaker: Speaker, start_ms: int, value: int) -> AudioFrame:
    """20 ms of one value."""
    return AudioFrame(speaker, start_ms, np.full(FRAME_SAMPLES, value, "<i2").tobytes())


def woven(frames: list[AudioFrame]) -> Samples:
    """All of it."""
    weaving = Weaving(SIDES)
    blocks = [block for one in frames for block in weaving.add(one)]
    assert all(len(block) == BLOCK_MS * 16 for block in blocks)
    return np.concatenate([*blocks, weaving.rest()])


@given(
    rep=st.lists(st.integers(-99, 99), max_size=300),
    prospect=st.lists(st.integers(-99, 99), max_size=300),
    behind=st.integers(0, OPEN_MS // FRAME_MS),
    holes=st.sets(st.integers(0, 299)),
)
def test_each_frame_is_in_its_place(rep: list[int], prospect: list[int], behind: int, holes: set[int]) -> None:
    """However far, up to two seconds, one side is behind the other; what was not sent is silence."""
    order = sorted(
        [(n, "rep", value) for n, value in enumerate(rep)]
        + [(n + behind, "prospect", value) for n, value in enumerate(prospect) if n not in holes]
    )
    places: dict[str, int] = {"rep": 0, "prospect": behind}
    frames = [frame("rep" if who == "rep" else "prospect", (at - places[who]) * FRAME_MS, v) for at, who, v in order]
    sound = woven(frames)
    wanted = np.zeros((max([f.start_ms + FRAME_MS for f in frames], default=0) * 16, 2), np.int16)
    for one in frames:
        wanted[one.start_ms * 16 : one.start_ms * 16 + FRAME_SAMPLES, SIDES.index(one.speaker)] = np.frombuffer(
            one.pcm, "<i2"
        )
    assert np.array_equal(sound, wanted)


def test_what_comes_too_late_is_left_out_and_counted() -> None:
    """It would have to go where the file has been written."""
    weaving = Weaving(SIDES)
    assert [len(block) for block in weaving.add(frame("rep", 10_000, 1))] == [3_200] * 40
    assert list(weaving.add(frame("prospect", 7_000, 1))) == [] and weaving.left_out == 1
    assert len(weaving.rest()) == 10_020 * 16 - 40 * 3_200


def test_a_hole_is_silence_unless_no_call_could_have_it() -> None:
    """A client may skip a week; nobody wants a week of silence written."""
    weaving = Weaving(SIDES)
    list(weaving.add(frame("rep", 0, 1)))
    with pytest.raises(HoleTooLong):
        list(weaving.add(frame("rep", LONGEST_HOLE_MS + 21, 1)))
    assert sum(len(block) for block in weaving.add(frame("rep", LONGEST_HOLE_MS, 1))) > 3_500_000 * 16

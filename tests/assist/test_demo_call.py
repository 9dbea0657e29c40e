"""The bundled call and the tests' clips are what their scripts say, and the renderer's pure parts keep their word."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.demo import render
from assist.demo.render import Clip, Expected, Samples, SpokenTurn, Turn
from streaming.types import Speaker

DEMO = Path(render.__file__).parent
RECORDINGS = Path(__file__).parents[1] / "recordings"
SIDES: tuple[Speaker, ...] = ("rep", "prospect")
CUES = {
    *("price", "timing", "authority", "need", "trust", "competitor", "effort", "risk", "brush_off"),
    *("frustration", "worry", "hesitation", "overwhelm", "skepticism", "confusion", "excitement", "relief"),
    *("thats_right", "youre_right"),
}


def decoded(path: Path) -> Samples:
    """The sound of a file at 16 kHz, channels x samples."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", rate=16_000)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


@cache
def call_sound() -> Samples:
    return decoded(DEMO / "call.ogg")


def expected() -> Expected:
    return msgspec.json.decode((DEMO / "expected.json").read_bytes(), type=Expected)


def dbfs(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


def test_the_call_is_small() -> None:
    """It is cloned by everybody, so it stays under 2 MB."""
    assert (DEMO / "call.ogg").stat().st_size < 2_000_000


def test_the_call_has_two_channels_and_the_length_it_says() -> None:
    """Stereo, three to four minutes, as long as expected.json tells."""
    sound = call_sound()
    length_ms = sound.shape[1] / 16
    assert sound.shape[0] == 2
    assert 180_000 <= length_ms <= 240_000
    assert length_ms == pytest.approx(expected().duration_ms, abs=50)


def test_expected_matches_the_script_turn_by_turn() -> None:
    """Who says what, with which cues, is the same in expected.json and in script.toml."""
    written = [(t.speaker, t.text, t.cues) for t in render.read_script(DEMO / "script.toml").turns]
    told = [(t.speaker, t.text, t.cues) for t in expected().turns]
    assert told == written


def test_pauses_in_the_sound_are_those_of_the_script() -> None:
    """Laying the script out again with the rendered lengths gives the rendered times."""
    told = expected()
    lengths_ms = [t.end_ms - t.start_ms for t in told.turns]
    assert render.place(render.read_script(DEMO / "script.toml").turns, lengths_ms) == told


@pytest.mark.parametrize("number", range(len(expected().turns)))
def test_each_turn_is_heard_on_its_side_only(number: int) -> None:
    """Left is the rep, right the prospect, and neither leaks into the other's channel."""
    turns = expected().turns
    turn = turns[number]
    inside = slice(turn.start_ms * 16, turn.end_ms * 16)
    own, other = (call_sound()[SIDES.index(s), inside] for s in sorted(SIDES, key=lambda s: s != turn.speaker))
    assert dbfs(own) > -40
    if not any(overlaps(turn, t) for t in turns if t.speaker != turn.speaker):
        assert dbfs(other) < -55


def overlaps(one: SpokenTurn, two: SpokenTurn) -> bool:
    """Whether two turns sound together, with room for a filter's ringing."""
    return one.start_ms < two.end_ms + 50 and two.start_ms < one.end_ms + 50


def test_the_call_has_overlaps() -> None:
    """At least two turns talk over the end of one of the other party's, as people do."""
    turns = expected().turns
    assert sum(a.start_ms < b.end_ms for b, a in pairwise(turns)) >= 2


def test_the_wanted_cues_occur() -> None:
    """The call shows what the product is for, and both agreements that look alike."""
    cues = [cue for turn in expected().turns for cue in turn.cues]
    assert set(cues) <= CUES
    assert set(cues) >= {"price", "effort", "worry", "brush_off", "youre_right", "thats_right"}


def test_cues_are_the_prospects_and_leave_time_to_help() -> None:
    """A rep needs a second and a half for a suggestion, so nobody answers an objection or emotion sooner.

    Agreement needs no help, and relief ends the call.
    """
    turns = expected().turns
    for turn, following in pairwise(turns):
        if turn.cues:
            assert turn.speaker == "prospect"
        if set(turn.cues) - {"youre_right", "thats_right"}:
            assert following.start_ms - turn.end_ms >= 1500


def clips() -> list[Clip]:
    return msgspec.json.decode((RECORDINGS / "clips.json").read_bytes(), type=list[Clip])


@pytest.mark.parametrize("clip", clips(), ids=lambda clip: clip.file)
def test_a_clip_is_small_mono_and_audible(clip: Clip) -> None:
    """One channel, under 100 kB, speech between two short silences, cues by known names."""
    sound = decoded(RECORDINGS / clip.file)
    assert (RECORDINGS / clip.file).stat().st_size < 100_000
    assert sound.shape[0] == 1
    assert dbfs(sound[:, 8000:-8000]) > -40
    assert dbfs(sound[:, :6000]) < -50
    assert set(clip.cues) <= CUES


def test_every_clip_is_listed() -> None:
    """clips.json and the folder hold the same recordings."""
    assert {c.file for c in clips()} == {p.name for p in RECORDINGS.glob("*.ogg")}


def test_ordinary_talk_is_long_enough_to_have_pauses() -> None:
    """The paragraph without a cue runs about twenty seconds."""
    assert 15 < decoded(RECORDINGS / "ordinary_talk.ogg").shape[1] / 16_000 < 30


def test_a_speaker_who_would_talk_over_themselves_is_refused() -> None:
    """The error names the turn and the pause that would do."""
    turns = (Turn("rep", "One.", 0), Turn("rep", "Two.", -300))
    with pytest.raises(ValueError, match=r"turn 1: rep .* from -300 to at least 0"):
        render.place(turns, (1000, 1000))


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(100, 9000)), min_size=1, max_size=20))
def test_without_overlaps_the_length_is_the_sum_of_its_parts(parts: list[tuple[int, int]]) -> None:
    """Pauses and turns are laid end to end, whoever speaks."""
    turns = [Turn(SIDES[n % 2], "", pause_ms) for n, (pause_ms, _) in enumerate(parts)]
    placed = render.place(turns, [length_ms for _, length_ms in parts])
    assert placed.duration_ms == render.LEAD_MS + render.TAIL_MS + sum(map(sum, parts))


@pytest.mark.parametrize(("hz", "passes"), [(60, False), (150, False), (500, True), (3000, True), (3800, False)])
def test_the_line_passes_the_telephone_band_only(hz: int, passes: bool) -> None:
    """A tone inside 300 to 3400 Hz keeps its level within 1 dB; outside it sinks by over 20 dB."""
    tone = (0.3 * np.sin(2 * np.pi * hz * np.arange(24_000) / 24_000)).astype(np.float32)
    heard = render.over_the_line(tone, seed=0)
    lost_db = dbfs(tone) - dbfs(heard[500:-500])
    assert heard.size == 8_000
    assert abs(lost_db) < 1 if passes else lost_db > 20

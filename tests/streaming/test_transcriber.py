"""One speaker's sound becomes words: committed ones never change, nothing is lost, one pass at a time."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streaming.effort import AS_EVER, EFFORTS, Effort, Step
from streaming.engines.contract import Hypothesis, Request
from streaming.engines.scripted import Line, ScriptedEngine
from streaming.transcriber import BACKLOG_MS, Transcriber
from streaming.types import BEGINNING, FRAME_BYTES, AudioFrame, Gap, Settled, Word, Words, text_of
from streaming.utterance import PRE_ROLL_MS

SPEECH, SILENCE = b"\x01" * FRAME_BYTES, bytes(FRAME_BYTES)

Told = list[Words | Gap]


class Played:
    """A scripted speaker heard by a transcriber whose passes take a given number of frames."""

    def __init__(
        self, lines: list[Line], pass_frames: int = 0, settled: Settled = BEGINNING, effort: Effort = AS_EVER
    ) -> None:
        self.effort = effort
        self.told: Told = []
        self.requests: list[Request] = []
        self.transcriber = Transcriber("prospect", lambda pcm: pcm == SPEECH, settled=settled)
        self._begin_ms = settled.to_ms
        self._lines = lines
        self._engine = ScriptedEngine(tuple(lines))
        self._pass_frames = pass_frames
        self._under_way: tuple[int, Request] | None = None

    def play(self, end_ms: int) -> "Played":
        """Frames up to a time, then the end."""
        self.hear(end_ms)
        self.told += self.transcriber.finish()
        now_ms = end_ms
        while not self.transcriber.is_idle:
            now_ms += 20 * (self._pass_frames + 1)
            self._turn(now_ms)
        return self

    def hear(self, end_ms: int) -> None:
        """Frames up to a time."""
        for start_ms in range(self._begin_ms, end_ms, 20):
            is_speech = any(line.start_ms <= start_ms < line.end_ms for line in self._lines)
            frame = AudioFrame("prospect", start_ms, SPEECH if is_speech else SILENCE)
            self.told += self.transcriber.hear(frame)
            self._turn(start_ms)

    def _turn(self, now_ms: int) -> None:
        if self._under_way and now_ms >= self._under_way[0]:
            self.told += self.transcriber.answer(self._engine.transcribe(self._under_way[1]))
            self._under_way = None
        if request := self.transcriber.request(self.effort):
            assert self._under_way is None
            self.requests.append(request)
            self._under_way = (now_ms + 20 * self._pass_frames, request)
            if not self._pass_frames:
                self._turn(now_ms)

    @property
    def finals(self) -> list[str]:
        """The utterances as they ended."""
        return [text_of(w.committed) for w in self.told if isinstance(w, Words) and w.is_final]


def line(start_ms: int, text: str) -> Line:
    """Words said at 250 ms each."""
    return Line("prospect", start_ms, start_ms + 250 * len(text.split()), text)


def test_an_utterance_is_told_while_it_is_said_and_when_it_ends() -> None:
    """Words appear before the speaker stops, and the end brings them all."""
    played = Played([line(1_000, "I just do not know if we can justify the cost")]).play(6_000)
    assert played.finals == ["I just do not know if we can justify the cost"]
    first = played.told[0]
    assert isinstance(first, Words) and not first.is_final and first.all[0].text == "I"


def test_a_doubtful_word_keeps_those_behind_it_from_being_seen_no_longer_than_it_must() -> None:
    """What is committed waits for it longer: that cannot be mended."""
    engine = ScriptedEngine((line(500, "Perhaps we are able to pay for that now"),))
    transcriber = Transcriber("prospect", lambda pcm: pcm == SPEECH)
    told: Told = []
    for start_ms in range(500, 1_760, 20):
        told += transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
        if request := transcriber.request():
            first, *rest = engine.transcribe(request).words or (None,)
            told += transcriber.answer(Hypothesis((replace(first, confidence=0.02), *rest) if first else ()))
    shown_at = [words for words in told if isinstance(words, Words) and words.all]
    assert shown_at and shown_at[-1].all[0].text == "Perhaps" and len(shown_at[-1].all) > 1
    assert not any(words.committed for words in shown_at)
    assert all(len(words.all) > 1 for words in shown_at)


def test_a_pause_is_looked_at_at_once_and_the_end_once_more() -> None:
    """Somebody is waiting to answer; and what stands is looked at with care."""
    played = Played([line(1_000, "send me an email")]).play(4_000)
    urgent, last = played.requests[-2:]
    assert urgent.is_urgent and not urgent.is_last
    assert last.is_last
    assert sum(request.is_urgent or request.is_last for request in played.requests) == 2


def test_the_last_pass_hears_what_was_said_before() -> None:
    """As it would in a recording; and its words are told once."""
    played = Played([line(500, "hello there"), line(3_000, "who is this")]).play(6_000)
    assert played.requests[-1].is_last and played.requests[-1].start_ms == 500 - PRE_ROLL_MS
    assert played.finals == ["hello there", "who is this"]


def test_noise_that_no_pass_found_words_in_gets_no_last_pass() -> None:
    """A crowd in the background must not cost the most."""
    played = Played([Line("prospect", 1_000, 3_000, "")]).play(5_000)
    assert played.requests and not any(request.is_last for request in played.requests)


def test_utterances_are_numbered_in_order() -> None:
    """Each pause begins another."""
    played = Played([line(500, "hello there"), line(3_000, "who is this")]).play(6_000)
    numbers = [(w.utterance, w.is_final) for w in played.told if isinstance(w, Words)]
    assert numbers == sorted(numbers)
    assert played.finals == ["hello there", "who is this"]


def test_silence_asks_for_nothing() -> None:
    """Ten minutes of silence cost no pass."""
    played = Played([]).play(600_000)
    assert played.requests == [] and played.told == []


def test_a_click_asks_for_nothing() -> None:
    """Less than a tenth of a second of sound is no utterance."""
    played = Played([Line("prospect", 1_000, 1_060, "pop")]).play(4_000)
    assert played.requests == [] and played.finals == []


def test_a_monologue_keeps_windows_short_and_pages_bounded() -> None:
    """Three minutes without a pause: no window near Whisper's 30 s, several utterances, no word lost."""
    words = [f"w{i}" + ("." if i % 9 == 8 else "") for i in range(720)]
    played = Played([line(0, " ".join(words))], pass_frames=15).play(185_000)
    assert " ".join(played.finals).split() == words
    assert max(len(request.pcm) // 32 for request in played.requests) < 12_000
    assert max(len(final.split()) for final in played.finals) < 120


def test_a_failed_pass_costs_its_sound_and_says_so() -> None:
    """What the recogniser died of twice is let go, what follows is heard."""
    played = Played([line(0, "one two three four"), line(3_000, "five six")])
    transcriber = played.transcriber
    for start_ms in range(0, 1_500, 20):
        transcriber.hear(AudioFrame("prospect", start_ms, SPEECH if start_ms < 1_000 else SILENCE))
    request = transcriber.request()
    assert request is not None
    told = transcriber.fail()
    assert told == (Gap("prospect", request.start_ms, len(request.pcm) // 32),)
    assert transcriber.request() is None


def test_a_recogniser_that_never_answers_in_time_sheds_the_oldest_and_says_so() -> None:
    """With passes as slow as this the backlog is bounded, and each millisecond is either looked at or told as lost."""
    played = Played([line(0, "word " * 480)], pass_frames=2_500).play(120_000)
    lost_ms = sum(gap.duration_ms for gap in played.told if isinstance(gap, Gap))
    assert lost_ms > 0
    assert max(len(request.pcm) // 32 for request in played.requests) <= BACKLOG_MS + 1_000


def test_missing_sound_ends_the_utterance() -> None:
    """Words are not joined across a hole."""
    played = Played([line(0, "one two three four")])
    for start_ms in range(0, 1_000, 20):
        played.told += played.transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
    played.transcriber.skip(Gap("prospect", 1_000, 500))
    request = played.transcriber.request()
    assert request is not None and request.is_last


def test_a_short_hole_ends_nothing() -> None:
    """On a line that loses packets words go on across the loss, and the sound keeps its place."""
    played = Played([line(0, "one two three four")])
    for start_ms in range(0, 1_200, 20):
        if start_ms % 200 == 180:
            played.told += played.transcriber.skip(Gap("prospect", start_ms, 20))
        else:
            played.told += played.transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
    request = played.transcriber.request()
    assert request is not None and not request.is_last
    assert len(request.pcm) // 32 == 1_200
    assert request.pcm[180 * 32 : 200 * 32] == SILENCE


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    pauses_ms=st.lists(st.integers(60, 3_000), min_size=1, max_size=6),
    pass_frames=st.integers(0, 60),
)
def test_whatever_the_pauses_and_the_speed_no_word_is_lost_or_changed(
    seed: int, pauses_ms: list[int], pass_frames: int
) -> None:
    """The finals are what was said, committed words only grow, and tentative ones are gone at the end."""
    chance = random.Random(seed)
    lines, at_ms = [], 400
    for number, pause_ms in enumerate(pauses_ms):
        lines.append(line(at_ms, " ".join(f"w{number}x{i}" for i in range(chance.randint(1, 40)))))
        at_ms = lines[-1].end_ms + pause_ms
    played = Played(lines, pass_frames).play(at_ms + 2_000)
    assert " ".join(played.finals).split() == " ".join(spoken.text for spoken in lines).split()
    last: dict[int, Words] = {}
    for words in played.told:
        assert isinstance(words, Words)
        before = last.get(words.utterance)
        if before:
            assert not before.is_final
            assert words.committed[: len(before.committed)] == before.committed
        last[words.utterance] = words
    assert all(words.is_final and not words.tentative for words in last.values())


@pytest.mark.parametrize("flip", [False, True])
def test_a_word_that_passes_disagree_on_stays_tentative(flip: bool) -> None:
    """Only what two passes wrote alike is committed early."""
    transcriber = Transcriber("prospect", lambda pcm: pcm == SPEECH)
    engine = [
        ScriptedEngine((line(0, "we like it a lot and more"),)),
        ScriptedEngine((line(0, "we hike it a lot and more"),)),
    ]
    committed: list[str] = []
    looks = 0
    for start_ms in range(0, 2_400, 20):
        transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
        if request := transcriber.request():
            hypothesis: Hypothesis = engine[looks % 2 if flip else 0].transcribe(request)
            looks += 1
            for words in transcriber.answer(hypothesis):
                assert isinstance(words, Words)
                committed = [word.text for word in words.committed]
    assert ("it" in committed) is not flip


def test_lost_sound_does_not_come_back_as_context() -> None:
    """What the recogniser died of is not sent again with a later utterance, and no word is told twice."""
    lines = [line(500, "hello there"), line(3_000, "one two three four five six seven eight"), line(6_500, "at last")]
    played = Played(lines)
    lost_to_ms = 0
    for start_ms in range(0, 9_000, 20):
        is_speech = any(spoken.start_ms <= start_ms < spoken.end_ms for spoken in lines)
        told = played.transcriber.hear(AudioFrame("prospect", start_ms, SPEECH if is_speech else SILENCE))
        request = played.transcriber.request()
        if request and start_ms == 4_400 + (start_ms - 4_400) % 300 and not lost_to_ms and start_ms > 4_400:
            told += played.transcriber.fail()
            lost_to_ms = request.start_ms + len(request.pcm) // 32
        elif request:
            assert request.start_ms >= lost_to_ms or request.start_ms + len(request.pcm) // 32 <= lost_to_ms
            told += played.transcriber.answer(played._engine.transcribe(request))
        played.told += told
    assert lost_to_ms
    told_words = " ".join(played.finals).split()
    assert len(told_words) == len(set(told_words))
    assert {"hello", "there", "at", "last"} <= set(told_words)


@pytest.mark.parametrize(
    ("passes", "wanted"),
    [
        ("justify justify clarify clarify", "justify justify justify -"),
        ("justify clarify justify clarify", "justify justify justify justify"),
    ],
)
def test_a_shown_word_does_not_flicker(passes: str, wanted: str) -> None:
    """It stays when a pass is less sure of it, or hears it otherwise once; two that do in a row take it back."""
    transcriber = Transcriber("prospect", lambda pcm: pcm == SPEECH)
    heard = iter(passes.split())
    shown: list[list[str]] = []
    for start_ms in range(0, 900, 20):
        transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
        if transcriber.request() is None:
            continue
        word = Word(next(heard, "clarify"), 0, 200, 0.02 if shown else 0.97)
        told = transcriber.answer(Hypothesis((word,)))
        shown.append([w.text for words in told if isinstance(words, Words) for w in words.all])
    assert [" ".join(words) or "-" for words in shown[:4]] == wanted.split()


def test_slow_answers_make_looks_rarer() -> None:
    """A look is asked for after twice the sound that came during the one before, so that calls share a busy machine."""
    text = "we would like to know what this costs us in the first year and after it"
    quick, slow = (Played([line(500, text)], frames).play(6_000).requests for frames in (2, 20))
    looked_to_ms = [r.start_ms + len(r.pcm) // 32 for r in slow if not r.is_last and not r.is_urgent]
    assert len(slow) < len(quick) / 3
    assert min(np.diff(looked_to_ms)) >= 2 * 20 * 20
    assert not any(r.is_hurried for r in quick) and all(r.is_hurried for r in slow[1:] if not r.is_last)


LONG = [line(500, "we would like to know what this costs us in the first year and what it costs us after that one")]


def test_each_step_asks_for_less() -> None:
    """Fewer looks, quicker ones, and in the end shorter ones; the words of the end are the same at each."""
    told = [Played(LONG, 5, effort=effort).play(9_000) for effort in EFFORTS]
    looks = [len([request for request in played.requests if not request.is_last]) for played in told]
    assert looks[0] > 1.5 * looks[1] and looks[1] > 1.5 * looks[2] and looks[2] >= looks[3] == looks[4]
    assert all(request.is_hurried or request.is_last for played in told[1:] for request in played.requests)
    assert [played.requests[-1].is_hurried for played in told] == [False, False, False, True, True]
    assert {tuple(played.finals) for played in told} == {(text_of(ScriptedEngine(tuple(LONG)).transcribe(ALL).words),)}


ALL = Request("prospect", 0, bytes(32 * 9_000), is_urgent=False)


def test_where_no_tentative_words_are_shown_committed_ones_still_come_while_somebody_speaks() -> None:
    """Not only at the end."""
    told = Played(LONG, 5, effort=EFFORTS[Step.NO_TENTATIVE]).play(9_000).told
    said = [words for words in told if isinstance(words, Words) and not words.is_final]
    assert said and all(words.committed and not words.tentative for words in said)


def test_what_is_shown_already_stays_when_a_busy_machine_shows_no_more_tentative_words() -> None:
    """They do not vanish to come again."""
    played = Played(LONG, 2)
    played.hear(3_000)
    shown = [words for words in played.told if isinstance(words, Words)][-1].tentative
    assert shown
    played.effort, played._begin_ms = EFFORTS[Step.NO_TENTATIVE], 3_000
    before = len(played.told)
    played.hear(5_200)
    first = next(words for words in played.told[before:] if isinstance(words, Words))
    assert [word.text for word in first.all][-len(shown) :] != [] and set(shown) <= set(first.all)
    assert not set(first.tentative) - set(shown)


def test_the_last_pass_of_a_busy_machine_hears_its_utterance_alone() -> None:
    """As ever it hears what was said before as well."""
    lines = [line(500, "hello there"), line(3_000, "and so on")]
    ever, narrow = (
        [request for request in Played(lines, effort=effort).play(6_000).requests if request.is_last]
        for effort in (AS_EVER, EFFORTS[Step.NARROW_CONTEXT])
    )
    assert ever[1].start_ms < 1_000 and narrow[1].start_ms == 3_000 - PRE_ROLL_MS
    assert Played(lines, effort=EFFORTS[Step.NARROW_CONTEXT]).play(6_000).finals == ["hello there", "and so on"]


def test_a_source_that_waits_to_be_heard_is_not_waited_for() -> None:
    """Sound that came all at once during a pass makes the next look due by a second more, not by as much again."""
    transcriber = Transcriber("prospect", lambda pcm: pcm == SPEECH)
    for start_ms in range(0, 9_000, 20):
        transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
        if start_ms == 400:
            assert transcriber.request() is not None
    transcriber.answer(Hypothesis(()))
    assert transcriber.request() is not None
    for start_ms in range(9_000, 10_100, 20):
        transcriber.hear(AudioFrame("prospect", start_ms, SPEECH))
    transcriber.answer(Hypothesis(()))
    assert transcriber.request() is not None


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(1, 14), min_size=1, max_size=4),
    pause_ms=st.sampled_from([300, 700, 1_500]),
    pass_frames=st.sampled_from([0, 7, 40]),
    cut_at=st.floats(0, 1),
)
def test_another_goes_on_wherever_one_is_cut_off_and_no_word_is_lost_or_doubled(
    counts: list[int], pause_ms: int, pass_frames: int, cut_at: float
) -> None:
    """With the sound from where the words are told; committed words stay, and utterances keep their numbers."""
    lines, end_ms = [], 1_000
    for number, count in enumerate(counts):
        lines.append(line(end_ms, " ".join(f"w{number}x{i}" for i in range(count))))
        end_ms = lines[-1].end_ms + pause_ms
    end_ms += 2_000
    first = Played(lines, pass_frames)
    first.hear(round(cut_at * end_ms) // 20 * 20)
    settled = first.transcriber.settled
    second = Played(lines, pass_frames, settled).play(end_ms)
    assert settled.to_ms % 20 == 0
    known = {w.utterance: w for w in (*first.told, *second.told) if isinstance(w, Words)}
    said = [word.text for _, words in sorted(known.items()) for word in words.all]
    assert said == [word for one in lines for word in one.text.split()]
    assert all(words.is_final for words in known.values())
    went_on = known.get(settled.utterance)
    assert went_on is None or went_on.committed[: len(settled.committed)] == settled.committed

"""One call from frame to event: clock, lag, lost sound and the end, with a recogniser that answers when it should."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from assist import advising, call, settings
from assist.call import LiveCall
from assist.call_log import Entry
from assist.call_parts import Parts
from assist.handover import Handover, Past
from assist.lateness import LATE_MS
from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallStarted,
    ChannelChanged,
    CueHeard,
    Envelope,
    Lagging,
    OverlayEvent,
    SuggestionShown,
    TranscriptChanged,
    TranscriptWord,
    encode,
)
from assist.playbook_rules import CallRules
from assist.stall import STALLED_S
from assist.tape import Tape
from streaming.engines.contract import Hypothesis, Request
from streaming.engines.scripted import Line, ScriptedEngine
from streaming.errors import EngineFailed
from streaming.protocols.contract import Accepted, Flushed, Metadata
from streaming.recogniser import Recogniser
from streaming.tiers import Tiers
from streaming.types import FRAME_MS, AudioFrame, Gap, Settled, Speaker, Words, text_of
from tests.bench.damage import leaked, room

PATIENCE_S = 10.0
SAID = "I just don't know if we can justify the cost right now."
LINES = (Line("prospect", 1_700, 4_500, SAID), Line("rep", 1_700, 4_500, SAID))


class Listening:
    """Answers from a script, once it is let."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.delay_s = 0.0
        self.fault: Exception | None = None
        self.expected: set[tuple[str, ...]] = set()
        self._engine = ScriptedEngine(lines)

    async def recognise(self, request: Request) -> Hypothesis:
        await self.may_answer.wait()
        await asyncio.sleep(self.delay_s)
        self.expected.add(request.expected)
        if self.fault:
            raise self.fault
        return self._engine.transcribe(request)


class Held:
    """A call and all it told."""

    def __init__(
        self,
        speakers: tuple[Speaker, ...] = ("prospect",),
        lines: tuple[Line, ...] = LINES,
        tape: Tape | None = None,
        past: Past | None = None,
    ) -> None:
        self.told: list[tuple[int, OverlayEvent]] = []
        self.listening = Listening(lines)
        self.ends = 0
        self.words: list[Words] = []
        loaded = advising.load(settings.load())
        tiers = Tiers(cast(Recogniser, self.listening))
        playbook = msgspec.structs.replace(loaded.playbook, call=CallRules(("Flowdesk",)))
        parts = Parts(*loaded.for_call("c"), playbook, tiers, self._count, self.words.append, past, tape)
        accepted = Accepted("c", speakers, Metadata({"rep": "Dana"}, "Northwind"))
        begun_s = time.thread_time()
        self.call = LiveCall("c", accepted, "browser", parts, lambda at_ms, event: self.told.append((at_ms, event)))
        self.made_in_s = time.thread_time() - begun_s

    def _count(self) -> None:
        self.ends += 1

    async def hear(self, pcm: bytes, start_ms: int = 0) -> None:
        """Frames of the prospect, as fast as they are heard."""
        for first in range(0, len(pcm) - 639, 640):
            self.call.hear(AudioFrame("prospect", start_ms + first // 32, pcm[first : first + 640]))
            await asyncio.sleep(0)

    async def end(self) -> None:
        """Ends it in good order."""
        await asyncio.wait_for(self.call.end("stopped"), PATIENCE_S)

    def all(self, kind: type[Any]) -> list[Any]:
        """The events of a kind."""
        return [event for _, event in self.told if isinstance(event, kind)]

    @property
    def finals(self) -> list[str]:
        """The utterances as they ended."""
        return [event.committed for event in self.all(TranscriptChanged) if event.is_final]


async def test_a_call_begins_and_ends_with_its_own_events(said: bytes) -> None:
    """Who speaks, through what, their names; at the end its length, and then nothing more."""
    held = Held()
    await held.hear(said)
    await held.end()
    at_ms, started = held.told[0]
    assert isinstance(started, CallStarted) and started.started_at
    age = datetime.now(UTC) - datetime.fromisoformat(started.started_at)
    assert timedelta(0) <= age < timedelta(minutes=1)
    bare = msgspec.structs.replace(started, started_at=None)
    assert (at_ms, bare) == (0, CallStarted(("prospect",), "browser", "Northwind", {"rep": "Dana"}))
    length_ms = len(said) // 640 * FRAME_MS
    assert held.told[-1] == (length_ms, CallEnded(length_ms, "stopped"))
    assert held.finals == [SAID] and held.ends == 1


async def test_what_source_and_playbook_know_is_expected(said: bytes) -> None:
    """By the recogniser, in every pass."""
    held = Held()
    await held.hear(said)
    await held.end()
    assert held.listening.expected == {("Northwind", "Dana", "Flowdesk")}


async def test_words_that_leak_onto_the_others_channel_are_told_once(said: bytes) -> None:
    """Of the one who said them; no event, and nobody who listens to the words, has them twice."""
    held = Held(("rep", "prospect"))
    samples = np.frombuffer(said, "<i2").astype(np.int16)
    echo = leaked(samples, room(seed=4), -18, 100).astype("<i2").tobytes()
    for first in range(0, len(said) - 639, 640):
        held.call.hear(AudioFrame("rep", first // 32, said[first : first + 640]))
        held.call.hear(AudioFrame("prospect", first // 32, echo[first : first + 640]))
        await asyncio.sleep(0)
    await held.end()
    assert held.finals == [SAID]
    assert (
        {event.speaker for event in held.all(TranscriptChanged)} == {"rep"} == {words.speaker for words in held.words}
    )


async def test_a_card_number_reaches_nobody(said: bytes) -> None:
    """No event and nobody who listens to the words has a group of it, in tentative words either."""
    number = "4539 1488 0343 6467"
    held = Held(lines=(Line("prospect", 1_700, 3_800, f"My card is {number}"), Line("prospect", 3_900, 4_500, "okay?")))
    await held.hear(said)
    await held.end()
    assert held.finals == ["My card is [number] okay?"] and len(held.all(TranscriptChanged)) > 1
    told = repr([event for _, event in held.told]) + repr(held.words)
    assert not [group for group in number.split() if group in told]


async def test_digits_of_which_nothing_more_comes_are_told_at_the_end(said: bytes) -> None:
    """They were held back, for they could have been the beginning of a number."""
    held = Held(lines=(Line("prospect", 1_700, 4_500, "It was order 48213"),))
    await held.hear(said)
    assert held.finals == []
    await held.end()
    assert held.finals == ["It was order 48213"]


async def test_lag_is_measured_from_the_arrival_of_the_last_word(said: bytes) -> None:
    """A recogniser that takes a fifth of a second makes every suggestion at least so late, and not by seconds."""
    held = Held()
    held.listening.delay_s = 0.2
    await held.hear(said)
    await held.end()
    (shown,) = held.all(SuggestionShown)
    assert 200 <= shown.lag_ms < 5_000


async def test_words_that_wait_long_are_told_as_late_and_then_on_time(said: bytes) -> None:
    """Once each way."""
    held = Held()
    held.listening.may_answer.clear()
    long = said[32_000:-32_000] * 2
    await held.hear(long)
    assert [event.is_late for event in held.all(Lagging)] == [True]
    assert held.all(Lagging)[0].lag_ms > LATE_MS
    assert held.call.heard_ms < held.call.received_ms - LATE_MS
    held.listening.may_answer.set()
    for number in range(200):
        await held.hear(bytes(640), len(long) // 32 + number * FRAME_MS)
    assert [event.is_late for event in held.all(Lagging)] == [True, False]
    assert held.call.heard_ms == held.call.received_ms
    await held.end()


async def test_missing_sound_is_told() -> None:
    """With whose it was, where and how much."""
    held = Held()
    held.call.hear(Gap("prospect", 0, 400))
    await held.end()
    assert held.all(AudioLost) == [AudioLost("prospect", 0, 400)]


async def test_of_missing_sound_that_another_node_had_heard_in_part_the_rest_is_told() -> None:
    """It begins before the words that are told, for the voice detector's sake; what ends there is missed by nobody."""
    handover = Handover("browser", "{}", b"", 10_000, {"prospect": Settled(8_000, 2)})
    held = Held(past=Past(handover, ()))
    held.call.hear(Gap("prospect", 0, 2_000))
    held.call.hear(Gap("prospect", 2_000, 7_000))
    await held.end()
    assert held.all(AudioLost) == [AudioLost("prospect", 8_000, 1_000)]


async def test_what_another_node_has_told_is_heard_by_the_voice_detector_alone(said: bytes) -> None:
    """The sentence lies before what is told there: it is not told again."""
    told_ms = len(said) // 640 * FRAME_MS
    held = Held(past=Past(Handover("browser", "{}", b"", told_ms, {"prospect": Settled(told_ms, 1)}), ()))
    await held.hear(said)
    assert held.call.received_ms == told_ms
    await held.hear(bytes(64_000), told_ms)
    await held.end()
    assert held.finals == [] and held.all(AudioLost) == []


def long_past(count: int) -> Past:
    """So many sentences of the prospect's, all different, and that all sound is wanted from here on."""
    entries = list[Entry]()
    for number in range(count):
        text = f"We looked at {number} other tools and {number + 7} of them cost far too much for a team like ours."
        spoken = [TranscriptWord(word, 4_000 * number, 4_000 * number + 3_000, 0.9, True) for word in text.split()]
        start_ms, end_ms = 4_000 * number, 4_000 * number + 3_000
        event = TranscriptChanged("prospect", number, text, "", True, start_ms, end_ms, tuple(spoken))
        entries.append(Entry(number, event, encode(Envelope("c", number, end_ms, event))))
    settled = {"prospect": Settled(0, count)}
    return Past(Handover("browser", "{}", b"", 4_000 * count, cast(dict[Speaker, Settled], settled)), tuple(entries))


async def test_a_long_past_stands_in_nobodys_way(said: bytes) -> None:
    """All else that the node does goes on while it is heard again, and then the call does."""
    count = 150
    held, gaps = Held(past=long_past(count)), list[float]()

    async def tick() -> None:
        while True:
            begun_s = time.thread_time()
            await asyncio.sleep(0)
            gaps.append(time.thread_time() - begun_s)

    ticking = asyncio.create_task(tick())
    await held.hear(said)
    await asyncio.wait_for(held.call.end("stopped"), 3 * PATIENCE_S)
    ticking.cancel()
    assert held.finals == [SAID] and "price" in [event.cue for event in held.all(CueHeard)]
    assert held.made_in_s < 0.2 and sorted(gaps)[-3] < 0.2


async def test_a_call_that_is_lost_while_it_ends_does_not_end_here(said: bytes) -> None:
    """Another node has it: its end is told there, and whoever ended it here goes on."""
    held = Held()
    held.listening.may_answer.clear()
    await held.hear(said)
    ending = asyncio.create_task(held.call.end("connection_lost"))
    await asyncio.sleep(0.05)
    held.call.let_go()
    await asyncio.wait_for(ending, PATIENCE_S)
    assert held.all(CallEnded) == [] and held.ends == 1


async def test_sound_that_the_recogniser_died_of_is_told_as_lost(said: bytes) -> None:
    """And the call goes on."""
    held = Held()
    held.listening.fault = EngineFailed("twice")
    await held.hear(said)
    held.listening.fault = None
    await held.end()
    assert held.all(AudioLost)
    assert held.all(CallEnded)[0].reason == "stopped"


async def test_a_channel_without_sound_is_told_and_told_back(said: bytes) -> None:
    """Each change once."""
    held = Held()
    await held.hear(bytes(32 * 16_000))
    await held.hear(said[64_000:96_000], 16_000)
    await held.end()
    assert held.all(ChannelChanged) == [ChannelChanged("prospect", False), ChannelChanged("prospect", True)]


async def test_the_clock_is_that_of_the_sound(said: bytes) -> None:
    """Two speakers' frames of one time count once, and no event's time goes back."""
    held = Held(("rep", "prospect"))
    for first in range(0, len(said) - 639, 640):
        held.call.hear(AudioFrame("rep", first // 32, bytes(640)))
        held.call.hear(AudioFrame("prospect", first // 32, said[first : first + 640]))
        await asyncio.sleep(0)
    assert held.call.received_ms == len(said) // 640 * FRAME_MS
    await held.end()
    times = [at_ms for at_ms, _ in held.told]
    assert times == sorted(times) and held.finals == [SAID]


async def test_last_words_are_waited_for_but_not_for_ever(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recogniser that never answers holds up no end."""
    monkeypatch.setattr(call, "LAST_WORDS_S", 0.1)
    held = Held()
    held.listening.may_answer.clear()
    await held.hear(said)
    await held.end()
    assert held.finals == [] and held.all(CallEnded)[0].reason == "stopped" and held.ends == 1


async def test_a_fault_within_still_tells_the_end(said: bytes) -> None:
    """A call that broke must not count as running for ever."""
    held = Held()
    held.listening.fault = RuntimeError("a fault of ours")
    with pytest.raises(ExceptionGroup):
        await held.hear(said)  # rather than going on deaf
    with pytest.raises(ExceptionGroup):
        await asyncio.wait_for(held.call.end("failed"), PATIENCE_S)
    assert held.all(CallEnded)[0].reason == "failed" and held.ends == 1


async def test_noise_without_voice_says_nothing() -> None:
    """Hiss is no word."""
    held = Held()
    noise = np.random.default_rng(1).normal(0, 300, 16_000 * 5).astype("<i2").tobytes()
    await held.hear(noise)
    await held.end()
    assert held.all(TranscriptChanged) == []


async def test_a_source_that_stops_sending_is_told_and_so_is_its_return(said: bytes) -> None:
    """A line that is open but silent as a grave must not look like listening."""
    held = Held()

    def changes() -> list[OverlayEvent]:
        return [event for _, event in held.told if isinstance(event, ChannelChanged)]

    await held.hear(bytes(640 * 5))
    now_s = time.monotonic()
    held.call.beat(now_s + 1)
    assert changes() == []
    held.call.beat(now_s + STALLED_S + 1)
    held.call.beat(now_s + STALLED_S + 6)
    assert changes() == [ChannelChanged("prospect", False)]
    await held.hear(bytes(640), start_ms=100)
    assert changes()[1:] == [ChannelChanged("prospect", True)]
    await held.call.end("stopped")


async def test_a_flush_brings_the_last_word_before_any_pause(said: bytes) -> None:
    """What is being said ends there, its words are final, and they went to whoever wants words as well."""
    held = Held()
    spoken = said[: 32 * 4_560]
    await held.hear(spoken)
    assert held.finals == []
    held.call.hear(Flushed("prospect"))
    await held.hear(bytes(640 * 10), len(spoken) // 32)  # 200 ms: too short for the end of an utterance
    assert held.finals == [SAID]
    assert [text_of(words.committed) for words in held.words if words.is_final] == [SAID]
    await held.end()


async def test_single_packets_lost_are_told_in_sums_and_end_nothing(said: bytes) -> None:
    """One frame in twenty: the utterance is one, the first loss is told at once, the others together."""
    held = Held()
    lost = range(1_600, 5_000, 400)
    for start_ms in range(0, len(said) // 32 // 20 * 20, 20):
        if start_ms in lost:
            held.call.hear(Gap("prospect", start_ms, 20))
        else:
            await held.hear(said[start_ms * 32 : start_ms * 32 + 640], start_ms)
    await held.end()
    assert held.finals == [SAID]
    assert held.all(AudioLost) == [
        AudioLost("prospect", 1_600, 20),
        AudioLost("prospect", 2_000, 20 * (len(lost) - 1)),
    ]

"""A past is heard again a little at a time, with the cues that were told; then a call goes on as it would have."""

import asyncio
import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from assist import advising, settings
from assist.advising import Advising
from assist.call_log import CallLog, Entry
from assist.conversation import Conversation
from assist.handover import Handover, Past
from assist.overlay_events import (
    CueHeard,
    CueWithdrawn,
    Envelope,
    OverlayEvent,
    SuggestionShown,
    SuggestionWithdrawn,
    TranscriptChanged,
    TranscriptWord,
    encode,
)
from assist.overlay_messages import Dismiss
from assist.rehearing import SLICE_S, Resumed, Turns, cues_of
from detectors.contract import Cue
from streaming.types import Speaker, Word, Words

PATIENCE_S = 20.0
LEFT = Handover("browser", "{}", b"", 0, {})
BEFORE = (
    ("prospect", "It is too expensive for us."),
    ("rep", "It sounds like the price worries you."),
    ("prospect", "That's right, and we already work with another vendor."),
)
AFTER = (("rep", "What would have to change?"), ("prospect", "We do not have the budget before January."))


def entry(seq: int, event: OverlayEvent, at_ms: int = 0) -> Entry:
    """One of a log."""
    return Entry(seq, event, encode(Envelope("c", seq, at_ms, event)))


class Talk:
    """A conversation and the log of what it told."""

    def __init__(self, loaded: Advising) -> None:
        self.log = CallLog(1)
        self.conversation = Conversation(*loaded.for_call("c"), loaded.playbook, self._publish, lambda at_ms: 42)

    def _publish(self, at_ms: int, event: OverlayEvent) -> None:
        self.log.append(entry(self.log.last_seq + 1, event, at_ms))

    def since(self, seq: int) -> list[tuple[int, OverlayEvent]]:
        """What was told behind a number, and when; which number it had does not matter."""
        return [(one.at_ms, one.event) for one in self.log.all() if one.seq > seq]


def said(text: str, speaker: Speaker, number: int, is_final: bool = True) -> Words:
    """The utterance that begins at that many times five seconds."""
    at_ms = 5_000 * number
    spoken = tuple(Word(word, at_ms + 200 * i, at_ms + 200 * i + 190, 0.9) for i, word in enumerate(text.split()))
    return Words(speaker, number, spoken if is_final else (), () if is_final else spoken, is_final)


def talk(to: Conversation | Resumed, *turns: tuple[str, str], first: int = 0) -> None:
    """Says them, each at its time, and lets time pass."""
    for number, (speaker, text) in enumerate(turns, first):
        words = said(text, "rep" if speaker == "rep" else "prospect", number)
        to.hear(words, words.all[-1].end_ms + 300)
        to.tick(words.all[-1].end_ms + 1_500)


def all_of(steps: Iterator[None]) -> int:
    """Takes them; how many there were."""
    return sum(1 for _ in steps)


def test_who_takes_a_talk_over_tells_what_the_one_before_would_have_told() -> None:
    """Of what was said before nothing, and of what is said then the same."""
    loaded = advising.load(settings.load())
    first, second = Talk(loaded), Talk(loaded)
    talk(first.conversation, *BEFORE)
    left, now_ms = first.log.last_seq, first.log.clock_ms
    assert any(isinstance(one.event, SuggestionShown) for one in first.log.all())
    past = Past(LEFT, first.log.all())
    resumed = Resumed(second.conversation, past, lambda: now_ms)
    assert all_of(resumed.steps()) == len(past.entries) and second.log.all() == ()
    talk(first.conversation, *AFTER, first=len(BEFORE))
    talk(resumed, *AFTER, first=len(BEFORE))
    assert second.since(-1) == first.since(left)
    assert any(isinstance(event, CueHeard) for _, event in second.since(-1))


def test_what_is_said_meanwhile_is_told_at_once_and_weighed_in_its_turn() -> None:
    """In order, an utterance as it was told last; and what the rep makes of the suggestion on screen before that."""
    loaded = advising.load(settings.load())
    first, second = Talk(loaded), Talk(loaded)
    talk(first.conversation, *BEFORE[:1])
    (shown,) = [one.event.id for one in first.log.all() if isinstance(one.event, SuggestionShown)]
    now_ms = first.log.clock_ms
    resumed = Resumed(second.conversation, Past(LEFT, first.log.all()), lambda: now_ms)
    steps = resumed.steps()
    next(steps)
    early, whole = "We already work", "We already work with another vendor and like them."
    for text in (early, whole):
        resumed.hear(said(text, "prospect", 1, is_final=text == whole), now_ms)
    resumed.hear(said("I see.", "rep", 2), now_ms)
    resumed.tick(now_ms)
    resumed.take(Dismiss("c", shown), now_ms)
    told = [event.committed for _, event in second.since(-1) if isinstance(event, TranscriptChanged)]
    assert told == [whole, "I see."] and len(second.since(-1)) == 2
    all_of(steps)
    rest = [event for _, event in second.since(-1) if not isinstance(event, TranscriptChanged)]
    assert rest[0] == SuggestionWithdrawn(shown, "dismissed")
    assert [event.cue for event in rest if isinstance(event, CueHeard)] == ["competitor"]
    resumed.hear(said("Tell me more.", "rep", 3), now_ms)
    resumed.take(Dismiss("c", shown), now_ms)
    assert isinstance(second.since(-1)[-1][1], TranscriptChanged)


def transcript(speaker: Speaker, utterance: int, start_ms: int, end_ms: int) -> TranscriptChanged:
    """An utterance of one word."""
    word = TranscriptWord("x", start_ms, end_ms, 0.9, True)
    return TranscriptChanged(speaker, utterance, "x", "", True, start_ms, end_ms, (word,))


def heard(name: str, start_ms: int, speaker: Speaker = "prospect", firm: bool = True) -> CueHeard:
    """A cue."""
    return CueHeard(name, "objection", speaker, "x", start_ms, start_ms + 100, 0.4, firm)


def test_cues_belong_to_the_utterance_that_they_were_heard_in() -> None:
    """However late that was told, firm ones in place of early ones; such as were withdrawn are not heard."""
    told: tuple[OverlayEvent, ...] = (
        heard("price", 1_200, firm=False),
        heard("price", 1_200),
        heard("timing", 1_300),
        CueWithdrawn("timing", "objection", "prospect", "x"),
        transcript("prospect", 0, 1_000, 2_000),
        transcript("rep", 0, 2_000, 3_000),
        heard("price", 4_080),
        transcript("prospect", 1, 4_100, 5_000),
        CueWithdrawn("trust", "objection", "prospect", "x"),
    )
    cues = cues_of(entry(seq, event) for seq, event in enumerate(told))
    assert dict(cues) == {
        ("prospect", 0): (Cue("objection", "price", "prospect", "x", 1_200, 1_300, 0.4, True),),
        ("prospect", 1): (Cue("objection", "price", "prospect", "x", 4_080, 4_180, 0.4, True),),
    }


def test_cues_of_both_on_one_channel_are_those_that_the_detector_heard() -> None:
    """As if they were the prospect's, with the confidence that it had."""
    cues = cues_of([entry(0, transcript("mixed", 0, 0, 900)), entry(1, heard("price", 100, "mixed"))])
    assert cues["mixed", 0] == (Cue("objection", "price", "prospect", "x", 100, 200, 0.8, True),)


EVENTS = st.one_of(
    st.builds(transcript, st.sampled_from(["rep", "prospect"]), st.integers(0, 4), st.integers(0, 99), st.just(100)),
    st.builds(heard, st.sampled_from(["price", "trust"]), st.integers(0, 99), st.sampled_from(["rep", "prospect"])),
    st.builds(CueWithdrawn, st.sampled_from(["price"]), st.just("objection"), st.just("prospect"), st.just("x")),
)


@given(st.lists(EVENTS, max_size=20))
def test_any_log_has_its_cues(told: list[OverlayEvent]) -> None:
    """Each by an utterance that was told of its speaker, one of a class."""
    utterances = {(e.speaker, e.utterance) for e in told if isinstance(e, TranscriptChanged)}
    for (speaker, utterance), cues in cues_of(entry(seq, event) for seq, event in enumerate(told)).items():
        assert (speaker, utterance) in utterances and {cue.speaker for cue in cues} == {speaker}
        assert len({cue.name for cue in cues}) == len(cues)


async def test_pasts_are_heard_in_turn_and_all_else_goes_on() -> None:
    """However many there are, no other task waits for more than a slice at a time."""
    turns, order = Turns(), list[int]()

    def steps(number: int) -> Iterator[None]:
        for _ in range(30):
            begun_s = time.monotonic()
            while time.monotonic() - begun_s < 0.002:
                pass
            order.append(number)
            yield

    gaps, last_s = list[float](), time.thread_time()
    hearing = [asyncio.create_task(turns.go_through(steps(number))) for number in range(3)]
    async with asyncio.timeout(PATIENCE_S):
        while not all(task.done() for task in hearing):
            await asyncio.sleep(0)
            gaps.append(time.thread_time() - last_s)
            last_s = time.thread_time()
    assert sorted(order) == [number for number in range(3) for _ in range(30)]
    assert set(order[:30]) == {0, 1, 2}
    assert sorted(gaps)[-3] < 3 * SLICE_S

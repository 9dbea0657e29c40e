"""A call's log: whoever was cut gets what it missed or all anew, is told which, and knows what one who stayed knows."""

from hypothesis import given
from hypothesis import strategies as st

from assist.call_log import EVENTS_KEPT, CallLog, Entry
from assist.overlay_events import (
    CallStarted,
    ChannelChanged,
    Lagging,
    OverlayEvent,
    PulseChanged,
    RecordingChanged,
    SuggestionWithdrawn,
    TranscriptChanged,
)
from streaming.bus.contract import Place
from streaming.types import Speaker

STARTED = CallStarted(("rep", "prospect"), "browser")


def words(speaker: Speaker, utterance: int, text: str, is_final: bool = False) -> TranscriptChanged:
    """An utterance as it stands."""
    return TranscriptChanged(speaker, utterance, "", text, is_final, 0, 1, ())


def add(log: CallLog, *events: OverlayEvent) -> None:
    """Appends events, numbered."""
    for event in events:
        log.append(Entry(log.last_seq + 1, event, b""))


def seqs(log: CallLog, place: Place | None = None) -> list[int]:
    """The numbers of what is told to a reader there."""
    return [entry.seq for entry in log.after(place).entries]


def test_an_utterance_is_told_as_it_stands_and_none_of_its_earlier_versions() -> None:
    """Not even where the other party spoke in between, and whether or not the reader had one of them."""
    log = CallLog(1)
    add(log, STARTED, words("rep", 0, "I"), words("prospect", 0, "yes"), words("rep", 0, "I see"))
    assert seqs(log) == [0, 2, 3]
    assert seqs(log, Place(1, 1)) == [2, 3]


def test_what_replaces_another_is_told() -> None:
    """So that a copy elsewhere can let it go as well."""
    log = CallLog(1)
    add(log, STARTED)
    assert log.append(Entry(1, words("rep", 0, "I"), b"")) is None
    assert log.append(Entry(2, words("rep", 0, "I see"), b"")) == 1


def test_a_place_in_another_epoch_or_beyond_the_end_is_not_known() -> None:
    """Then all is told anew."""
    log = CallLog(2)
    add(log, STARTED, Lagging(True, 1), Lagging(False, 0))
    for place in (None, Place(1, 1), Place(3, 1), Place(2, 3)):
        assert not log.after(place).recovered and seqs(log, place) == [0, 2]
    assert log.after(Place(2, 2)).recovered and seqs(log, Place(2, 2)) == []


def test_of_a_log_that_changed_hands_only_what_was_in_it_counts() -> None:
    """What its owner before told beyond that is told otherwise now, under the same numbers. So it is the next time."""
    log = CallLog(2)
    add(log, STARTED, words("rep", 0, "I"))
    log.pass_on(7)
    add(log, words("rep", 1, "you"), words("rep", 2, "they"))
    assert (log.root, log.turn, log.epoch) == (2, 7, 7)
    assert log.after(Place(2, 1)).recovered and seqs(log, Place(2, 1)) == [2, 3]
    assert log.after(Place(7, 2)).recovered and seqs(log, Place(7, 2)) == [3]
    assert not log.after(Place(2, 2)).recovered and seqs(log, Place(2, 2)) == [0, 1, 2, 3]
    log.pass_on(9)
    assert log.after(Place(7, 3)).recovered and not log.after(Place(7, 4)).recovered
    assert not log.after(Place(2, 1)).recovered


def test_a_log_that_is_told_anew_has_a_later_epoch() -> None:
    """Later than any turn that was told of it."""
    log = CallLog(2)
    log.pass_on(7)
    log.begin_epoch()
    assert (log.root, log.turn, log.epoch) == (8, 0, 8)


def test_who_was_away_for_longer_than_is_kept_begins_anew() -> None:
    """And is told so; whoever missed only what is kept is not. What still stands outlives the bound."""
    log = CallLog(1)
    add(log, STARTED, ChannelChanged("rep", False), RecordingChanged(True))
    add(log, *(words("prospect", number, "x", is_final=True) for number in range(EVENTS_KEPT + 10)))
    assert len(seqs(log)) == EVENTS_KEPT + 3 and seqs(log)[:3] == [0, 1, 2]
    assert not log.after(Place(1, 11)).recovered
    assert log.after(Place(1, 12)).recovered and len(seqs(log, Place(1, 12))) == EVENTS_KEPT


Told = dict[object, OverlayEvent]


def known_after(known: Told, entries: tuple[Entry, ...]) -> Told:
    """What a reader knows: each utterance, channel and reading as it was told last, and all that passed."""
    known = dict(known)
    for entry in entries:
        event = entry.event
        key: object = entry.seq
        if isinstance(event, TranscriptChanged):
            key = (event.speaker, event.utterance)
        elif isinstance(event, ChannelChanged):
            key = event.speaker
        elif isinstance(event, PulseChanged | Lagging | CallStarted):
            key = type(event)
        known[key] = event
    return known


EVENTS = st.one_of(
    st.builds(words, st.sampled_from(["rep", "prospect"]), st.integers(0, 3), st.text("ab", max_size=3)),
    st.builds(ChannelChanged, st.sampled_from(["rep", "prospect"]), st.booleans()),
    st.builds(Lagging, st.booleans(), st.integers(0, 5)),
    st.builds(PulseChanged, st.just(0.5), st.integers(1, 3), st.none(), st.none(), st.just(4_000)),
    st.builds(SuggestionWithdrawn, st.sampled_from(["s1", "s2"]), st.just("expired")),
)


@given(st.lists(EVENTS, max_size=40), st.lists(st.booleans(), min_size=41, max_size=41))
def test_whoever_comes_back_knows_what_one_who_stayed_knows(events: list[OverlayEvent], is_there: list[bool]) -> None:
    """However often it was cut, and wherever."""
    log, here, knows, stayed = CallLog(5), Place(5, -1), Told(), Told()
    for event, reads in zip([STARTED, *events], is_there, strict=False):
        add(log, event)
        stayed = known_after(stayed, (Entry(log.last_seq, event, b""),))
        if reads:
            missed = log.after(here)
            assert missed.recovered
            knows, here = known_after(knows, missed.entries), Place(5, log.last_seq)
    assert known_after(knows, log.after(here).entries) == stayed
    assert known_after({}, log.after(None).entries) == stayed

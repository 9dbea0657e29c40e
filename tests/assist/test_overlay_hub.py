"""Each event reaches the journal and every overlay of its call, and those who join late get what matters."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from assist.call_log import EVENTS_KEPT, CallLog, Entry
from assist.handover import Claimed, Handover, Past
from assist.overlay_events import (
    CallEnded,
    CallPrepared,
    CallStarted,
    ChannelChanged,
    ConsentChanged,
    Envelope,
    Lagging,
    OverlayEvent,
    PulseChanged,
    TranscriptChanged,
    encode,
)
from assist.overlay_hub import CALLS_KEPT, OverlayHub
from assist.overlay_messages import Dismiss, Less, Next, Reply, Watch
from assist.preparation import Preparation
from assist.watched_call import NOBODYS, Voice
from streaming.outbox import CAPACITY
from streaming.types import Speaker
from tests.assist.nowhere import apart

STARTED = CallStarted(("rep", "prospect"), "browser")
ENDED = CallEnded(0, "stopped")


class Inbox:
    """An overlay that remembers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.places: list[dict[str, Any]] = []

    def put(self, message: str | bytes) -> None:
        told = msgspec.json.decode(message)
        (self.places if told["kind"] == "following" else self.told).append(told)

    @property
    def seen(self) -> list[tuple[str, int]]:
        """Call and number of each event."""
        return [(event["call"], event["seq"]) for event in self.told if "seq" in event]


def words(speaker: Speaker, utterance: int, text: str, is_final: bool = False) -> TranscriptChanged:
    """An utterance as it stands."""
    return TranscriptChanged(speaker, utterance, "", text, is_final, 0, 1, ())


def let_go(reply: Reply) -> None:
    """What a call does with what the rep makes of a suggestion, where that does not matter."""


def voice(
    write: Callable[[bytes], object] = lambda line: None,
    reply: Callable[[Reply], None] = let_go,
    grown: Callable[[int | None], None] = lambda replaced: None,
) -> Voice:
    """A call's, of which only that matters."""
    return Voice(lambda event, line: write(line), grown, reply)


def opened(*calls: str) -> OverlayHub:
    """A hub with these calls running."""
    hub, _ = apart()
    for call in calls:
        hub.open(call, voice())
    return hub


def watch(hub: OverlayHub, call: str | None = None, **place: int) -> Inbox:
    """An overlay that has just joined, or come back to a place."""
    inbox = Inbox()
    hub.watch(Watch(call, place.get("epoch"), place.get("after_seq")), inbox)
    return inbox


def tell(hub: OverlayHub, call: str, *events: OverlayEvent) -> None:
    """Publishes events."""
    for event in events:
        hub.publish(call, 0, event)


def test_journal_and_overlays_get_the_same_lines() -> None:
    """In order, numbered from 0."""
    (hub, _), lines = apart(), list[bytes]()
    hub.open("a", voice(lines.append))
    inbox = watch(hub, "a")
    tell(hub, "a", STARTED, words("rep", 0, "hi"), ENDED)
    assert inbox.told == [msgspec.json.decode(line) for line in lines]
    assert inbox.seen == [("a", 0), ("a", 1), ("a", 2)]


def test_calls_do_not_mix() -> None:
    """An overlay of one call learns nothing of another."""
    hub = opened("a", "b")
    inbox = watch(hub, "a")
    tell(hub, "b", STARTED, words("rep", 0, "secret"))
    tell(hub, "a", STARTED)
    assert inbox.seen == [("a", 0)]


def test_who_comes_back_gets_what_it_missed_and_is_told_so() -> None:
    """Whoever has no place in this call's log, or one in another's, gets all of it."""
    hub = opened("a")
    tell(hub, "a", STARTED, Lagging(True, 1), words("rep", 0, "hi"))
    new = watch(hub, "a")
    (place,) = new.places
    assert (place["call"], place["recovered"], new.seen) == ("a", False, [("a", 0), ("a", 1), ("a", 2)])
    back = watch(hub, "a", epoch=place["epoch"], after_seq=1)
    assert (back.places[0]["recovered"], back.seen) == (True, [("a", 2)])
    astray = watch(hub, "a", epoch=place["epoch"] - 1, after_seq=1)
    assert (astray.places, astray.seen) == (new.places, new.seen)


def test_a_later_call_by_the_same_id_has_a_later_epoch() -> None:
    """Even where the clock was set back meanwhile."""
    times = iter([2.0, 1.0])
    hub, _ = apart(lambda: next(times))
    inbox = watch(hub)
    for _ in range(2):
        hub.open("a", voice())
        tell(hub, "a", STARTED, ENDED)
    assert [place["epoch"] for place in inbox.places] == [2_000, 2_001]


def test_without_a_wish_the_latest_running_call_is_followed_to_its_end() -> None:
    """A call that begins meanwhile waits until this one is over; only then each next one is followed."""
    hub = opened("a", "b")
    inbox = watch(hub)
    tell(hub, "b", STARTED)
    hub.open("c", voice())
    tell(hub, "c", STARTED)
    tell(hub, "b", ENDED)
    hub.open("d", voice())
    tell(hub, "d", STARTED)
    tell(hub, "c", ENDED)
    assert inbox.seen == [("b", 0), ("b", 1), ("d", 0)]


def test_a_call_may_be_waited_for_by_name() -> None:
    """Nothing is told of others, and the call from its first event."""
    hub, _ = apart()
    inbox = watch(hub, "mine")
    assert inbox.told == [{"kind": "waiting"}]
    for call in ("other", "mine"):
        hub.open(call, voice())
        tell(hub, call, STARTED)
    assert inbox.seen == [("mine", 0)]


def test_each_view_of_a_call_is_noted() -> None:
    """When an overlay begins to see it, not while it waits."""
    viewed: list[str] = []
    hub, _ = apart(on_view=viewed.append)
    watch(hub, "a")
    assert viewed == []
    hub.open("a", voice())
    watch(hub, "a")
    assert viewed == ["a", "a"]


def test_an_overlay_that_left_is_told_nothing() -> None:
    """Neither events nor heartbeats."""
    hub, inbox = opened("a"), Inbox()
    hub.watch(Watch(), inbox).end()
    tell(hub, "a", STARTED)
    hub.beat()
    assert inbox.told == []


def test_heartbeats_reach_everybody() -> None:
    """Those who wait and those who watch."""
    hub = opened("a")
    inboxes = [watch(hub), watch(hub, "a"), watch(hub, "none yet")]
    hub.beat()
    assert all(inbox.told[-1] == {"kind": "heartbeat"} for inbox in inboxes)


def test_running_means_opened_and_not_ended() -> None:
    """Ids of ended calls are free again, and their numbers begin anew."""
    hub = opened("a")
    assert hub.is_running("a") and not hub.is_running("b")
    tell(hub, "a", STARTED, ENDED)
    assert not hub.is_running("a")
    hub.open("a", voice())
    tell(hub, "a", STARTED)
    assert watch(hub, "a").seen == [("a", 0)]


def test_ended_calls_are_forgotten_in_time() -> None:
    """A server that runs for weeks keeps the last few."""
    hub, _ = apart()
    for number in range(CALLS_KEPT + 2):
        hub.open(f"c{number}", voice())
        tell(hub, f"c{number}", ENDED)
    hub.open("now", voice())
    assert watch(hub, "c0").told == watch(hub, "c1").told == [{"kind": "waiting"}]
    assert watch(hub, "c2").seen == [("c2", 0)]


def test_what_may_not_be_kept_is_told_to_nobody_who_comes_late() -> None:
    """Who was there is told the end and may follow another call; a call that runs is not forgotten."""
    hub = opened("a")
    there = watch(hub, "a")
    hub.forget("a")
    tell(hub, "a", STARTED, words("rep", 0, "hi", is_final=True), ENDED)
    hub.forget("a")
    assert there.seen == [("a", 0), ("a", 1), ("a", 2)]
    assert watch(hub, "a").told == watch(hub).told == [{"kind": "waiting"}]
    assert watch(hub, "a", epoch=there.places[0]["epoch"], after_seq=0).told == [{"kind": "waiting"}]
    hub.open("a", voice())
    tell(hub, "a", STARTED)
    assert there.seen[3:] == [("a", 0)]


def pulse(share: float) -> PulseChanged:
    """A reading."""
    return PulseChanged(share, None, None, None, 4_000)


def test_what_is_forgotten_is_held_by_nobody() -> None:
    """An overlay that watched it waits for the next call."""
    hub, _ = apart()
    inbox = Inbox()
    hub.open("a", voice())
    watcher = hub.watch(Watch(None), inbox)
    hub.publish("a", 0, ENDED)
    hub.forget("a")
    assert watcher.call is None and not watcher.is_of("a")
    hub.open("b", voice())
    hub.publish("b", 0, STARTED)
    assert inbox.seen == [("a", 0), ("b", 0)]
    watcher.end()


def test_who_joins_late_gets_the_pulse_as_it_is_and_no_older_one() -> None:
    """However long ago it was told, and it takes no room from what was said."""
    hub = opened("a")
    tell(hub, "a", STARTED, pulse(0.4), words("rep", 0, "hi"), pulse(0.5), words("rep", 0, "hi there"))
    assert [seq for _, seq in watch(hub, "a").seen] == [0, 3, 4]
    tell(hub, "a", *(words("rep", n, "x", is_final=True) for n in range(EVENTS_KEPT + 5)))
    told = watch(hub, "a").told
    assert [event["rep_share"] for event in told if event["kind"] == "pulse_changed"] == [0.5]


def test_what_still_holds_outlives_the_history() -> None:
    """After a long call a late overlay still learns that it began, and which channel is dead."""
    hub = opened("c1")
    prepared, asked = CallPrepared(Preparation("Dana"), ()), ConsentChanged("not_asked", True, "May I?")
    tell(hub, "c1", STARTED, prepared, asked, ChannelChanged("rep", False), ChannelChanged("prospect", False))
    tell(hub, "c1", ChannelChanged("rep", True))
    tell(hub, "c1", *(words("prospect", n, "x", is_final=True) for n in range(EVENTS_KEPT + 5)))
    late = watch(hub, "c1")
    assert [event["kind"] for event in late.told[:6]] == [
        "call_started",
        "call_prepared",
        "consent_changed",
        "channel_changed",
        "channel_changed",
        "transcript_changed",
    ]
    assert [(event["speaker"], event["has_sound"]) for event in late.told[3:5]] == [("prospect", False), ("rep", True)]
    assert [seq for _, seq in late.seen] == sorted({seq for _, seq in late.seen})


def test_an_overlay_that_wishes_nothing_sees_what_runs() -> None:
    """Listening needs no message."""
    hub = opened("c1")
    tell(hub, "c1", STARTED)
    inbox = Inbox()
    hub.watch(Watch(), inbox)
    assert inbox.seen == [("c1", 0)]


def test_what_the_rep_makes_of_a_suggestion_reaches_its_call() -> None:
    """From an overlay that watches it, while it runs."""
    (hub, _), taken = apart(), list[Reply]()
    hub.open("a", voice(reply=taken.append))
    tell(hub, "a", STARTED)
    overlay = hub.watch(Watch(), Inbox())
    for said in (Dismiss("a", "s1"), Dismiss("b", "s2"), Less("a", "s3"), Next("a", "s4")):
        overlay.hear(said)
    tell(hub, "a", ENDED)
    overlay.hear(Dismiss("a", "s5"))
    assert taken == [Dismiss("a", "s1"), Less("a", "s3"), Next("a", "s4")]


def test_an_overlay_that_waits_for_a_call_can_wave_nothing_away() -> None:
    """There is nothing."""
    apart()[0].watch(Watch(), Inbox()).hear(Dismiss("a", "s1"))


def entries(*events: OverlayEvent, first: int = 0) -> tuple[Entry, ...]:
    """As another node wrote them."""
    return tuple(Entry(n, e, encode(Envelope("far", n, 0, e))) for n, e in enumerate(events, first))


def test_a_call_of_another_node_is_followed_while_somebody_watches_it() -> None:
    """Whoever comes from that node gets what it missed; what is read twice is told once."""
    hub, nowhere = apart()
    back, new = Inbox(), Inbox()
    watching = hub.watch(Watch("far", 7, 1), back)
    assert back.told == [{"kind": "waiting"}] and nowhere.followed == ["far"]
    hub.mirror("far", 7, 0, entries(STARTED, words("rep", 0, "hi"), words("rep", 1, "so")))
    hub.mirror("far", 7, 0, entries(words("rep", 1, "so"), words("rep", 2, "well"), first=2))
    other = hub.watch(Watch("far"), new)
    assert back.places[0] == {"kind": "following", "call": "far", "epoch": 7, "recovered": True}
    assert [seq for _, seq in back.seen] == [2, 3] and [seq for _, seq in new.seen] == [0, 1, 2, 3]
    watching.hear(Dismiss("far", "s1"))
    assert nowhere.replies == [("far", Dismiss("far", "s1"))] and not hub.is_running("far")
    watching.end()
    assert nowhere.followed
    other.end()
    assert not nowhere.followed


def test_in_a_later_epoch_all_is_told_anew() -> None:
    """The log there was lost, and written again."""
    hub, _ = apart()
    inbox = watch(hub, "far")
    hub.mirror("far", 7, 0, entries(STARTED, words("rep", 0, "hi")))
    hub.mirror("far", 8, 0, entries(STARTED, words("rep", 0, "hi")))
    assert [(place["epoch"], place["recovered"]) for place in inbox.places] == [(7, False), (8, False)]
    assert [seq for _, seq in inbox.seen] == [0, 1, 0, 1]


def test_whoever_watches_what_there_is_sees_no_call_of_another_node() -> None:
    """That is somebody else's."""
    hub, _ = apart()
    watch(hub, "far")
    anybody = watch(hub)
    hub.mirror("far", 7, 0, entries(STARTED))
    assert anybody.seen == []


def claimed(*told: OverlayEvent, turn: int = 0, fence: int = 9) -> Claimed:
    """A call with that log, as the claim of it gives it."""
    return Claimed(fence, Past(Handover("browser", "{}", b"", 0, {}), entries(*told), 7, turn))


def test_a_call_that_goes_on_here_is_told_on_without_a_break() -> None:
    """Numbers go on, its overlays stay, and those that came from its node get what they missed."""
    hub, _ = apart()
    stayed, lines, grown = watch(hub, "far"), list[bytes](), list[int | None]()
    hub.mirror("far", 7, 0, entries(STARTED))
    mine = voice(lines.append, grown=grown.append)
    log = hub.take_over("far", claimed(STARTED, words("rep", 0, "hi")), mine)
    tell(hub, "far", words("rep", 0, "hi there"), ENDED)
    assert isinstance(log, CallLog) and (log.root, log.turn, log.last_seq) == (7, 9, 3)
    assert [seq for _, seq in stayed.seen] == [0, 1, 2, 3]
    assert [(place["epoch"], place["recovered"]) for place in stayed.places] == [(7, False), (9, True)]
    assert [msgspec.json.decode(line)["seq"] for line in lines] == [2, 3] and grown == [1, None]
    assert watch(hub, "far", epoch=7, after_seq=1).seen == watch(hub, "far", epoch=9, after_seq=1).seen
    assert watch(hub, "far", epoch=7, after_seq=1).seen == [("far", 2), ("far", 3)]


def test_a_call_that_begins_here_by_the_id_of_one_that_was_another_nodes_has_its_overlays() -> None:
    """Its node died, and its source could only begin anew: they are told all of that one, and of each event once."""
    hub, _ = apart()
    inbox, other = Inbox(), watch(hub, "other")
    watching = hub.watch(Watch("far"), inbox)
    hub.mirror("far", 7, 0, entries(STARTED, words("rep", 0, "hi")))
    hub.mirror("other", 7, 0, entries(STARTED))
    hub.open("far", voice())
    tell(hub, "far", STARTED, words("rep", 0, "again"))
    assert inbox.seen == [("far", 0), ("far", 1), ("far", 0), ("far", 1)]
    assert [place["recovered"] for place in inbox.places] == [False, False] and len(other.told) == 2
    watching.end()
    tell(hub, "far", ENDED)
    assert len(inbox.seen) == 4


def test_an_overlay_that_was_ahead_of_the_bus_is_told_all_anew() -> None:
    """Its node died before it had written what it told: under those numbers other things are told now."""
    hub, _ = apart()
    hub.take_over("far", claimed(STARTED), voice())
    tell(hub, "far", words("rep", 0, "I see"), words("rep", 1, "so"))
    ahead = watch(hub, "far", epoch=7, after_seq=2)
    assert [place["recovered"] for place in ahead.places] == [False]
    assert [seq for _, seq in ahead.seen] == [0, 1, 2]


def test_overlays_of_a_third_node_go_on_when_a_call_changes_hands() -> None:
    """They know what the bus had, in the epoch before; whoever is ahead of it is told all anew there too."""
    hub, _ = apart()
    stayed = watch(hub, "far")
    hub.mirror("far", 7, 0, entries(STARTED, words("rep", 0, "hi")))
    hub.mirror("far", 7, 9, entries(words("rep", 1, "so"), words("rep", 2, "well"), first=2))
    assert [(place["epoch"], place["recovered"]) for place in stayed.places] == [(7, False), (9, True)]
    assert [seq for _, seq in stayed.seen] == [0, 1, 2, 3]
    assert watch(hub, "far", epoch=7, after_seq=1).places[0]["recovered"]
    assert not watch(hub, "far", epoch=7, after_seq=3).places[0]["recovered"]


def test_however_long_a_call_is_its_overlays_elsewhere_are_not_overrun() -> None:
    """At first sight and after the bus was away for long; they know the end of it, and what still holds."""
    hub, _ = apart()
    inbox = watch(hub, "far")
    count = 3 * CAPACITY
    finals = [words("rep", n, "x", is_final=True) for n in range(2 * count)]
    hub.mirror("far", 7, 0, entries(STARTED, *finals[:count]))
    assert len(inbox.told) + len(inbox.places) < CAPACITY and inbox.seen[-1] == ("far", count)
    before = len(inbox.told)
    hub.mirror("far", 7, 0, entries(*finals[count:], first=count + 1))
    assert len(inbox.told) - before + 1 < CAPACITY and inbox.seen[-1] == ("far", 2 * count)
    assert [place["recovered"] for place in inbox.places] == [False, False]
    assert inbox.told[before]["kind"] == "call_started"


def test_what_is_replaced_further_on_is_not_told() -> None:
    """Of many readings at once the last."""
    hub, _ = apart()
    inbox = watch(hub, "far")
    hub.mirror("far", 7, 0, entries(STARTED))
    hub.mirror("far", 7, 0, entries(words("rep", 0, "I"), words("rep", 0, "I see"), first=1))
    assert [seq for _, seq in inbox.seen] == [0, 2] and len(inbox.places) == 1


def test_a_call_that_went_to_another_node_is_told_anew_from_there() -> None:
    """To those who watch it: what was told here may never have come there. Without them it is forgotten."""
    hub, nowhere = apart()
    for call in ("a", "b"):
        hub.open(call, voice())
        tell(hub, call, STARTED)
    inbox = watch(hub, "a")
    hub.give_up("a")
    hub.give_up("b")
    tell(hub, "a", words("rep", 0, "stale"))
    tell(hub, "b", words("rep", 0, "stale"))
    assert nowhere.followed == ["a"] and not hub.is_running("a")
    hub.mirror("a", inbox.places[0]["epoch"], 9, entries(STARTED, words("rep", 0, "hi")))
    assert [event["kind"] for event in inbox.told] == ["call_started", "call_started", "transcript_changed"]
    assert [place["recovered"] for place in inbox.places] == [False, False]


def test_a_call_that_no_node_has_any_more_ends_for_its_overlays() -> None:
    """Once; those who come later are told too, and nobody may come back to that end."""
    hub, _ = apart()
    inbox = watch(hub, "far")
    hub.gone("far")
    hub.mirror("far", 7, 0, (Entry(0, STARTED, encode(Envelope("far", 0, 4_000, STARTED))),))
    hub.gone("far")
    hub.gone("far")
    late = watch(hub, "far")
    for told in (inbox, late):
        end = {"call": "far", "seq": 1, "at_ms": 4_000, "kind": "call_ended", "duration_ms": 4_000}
        assert [event for event in told.told if event["kind"] == "call_ended"] == [end | {"reason": "connection_lost"}]
        assert [(place["epoch"], place["recovered"]) for place in told.places] == [(7, False), (NOBODYS, True)]
    assert not watch(hub, "far", epoch=NOBODYS, after_seq=1).places[0]["recovered"]


@pytest.mark.parametrize("is_here", [False, True])
def test_a_call_that_a_node_has_again_after_all_is_told_anew(is_here: bool) -> None:
    """It was cut off from the bus alone, or the source came back very late."""
    hub, _ = apart()
    inbox = watch(hub, "far")
    hub.mirror("far", 7, 0, entries(STARTED))
    hub.gone("far")
    if is_here:
        hub.take_over("far", claimed(STARTED), voice())
        tell(hub, "far", words("rep", 0, "hi"))
    else:
        hub.mirror("far", 7, 0, entries(words("rep", 0, "hi"), first=1))
    assert [event["kind"] for event in inbox.told[3:]] == ["call_started", "transcript_changed"]
    assert inbox.places[-1]["recovered"] is False


def test_a_call_elsewhere_is_left_with_its_last_overlay() -> None:
    """Though that had no wish, and watched it because it was this node's; and not while such a one watches it."""
    hub, nowhere = apart()
    hub.open("a", voice())
    tell(hub, "a", STARTED)
    anybody, named = hub.watch(Watch(), Inbox()), hub.watch(Watch("a"), Inbox())
    hub.give_up("a")
    named.end()
    assert nowhere.followed == ["a"]
    hub.open("b", voice())
    anybody.end()
    assert nowhere.followed == []

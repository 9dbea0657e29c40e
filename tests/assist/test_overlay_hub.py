"""Each event reaches the journal and every overlay of its call, and those who join late get what matters."""

from typing import Any

import msgspec

from assist.overlay_events import (
    CallEnded,
    CallPrepared,
    CallStarted,
    ChannelChanged,
    ConsentChanged,
    Lagging,
    OverlayEvent,
    PulseChanged,
    TranscriptChanged,
)
from assist.overlay_hub import CALLS_KEPT, HISTORY_EVENTS, OverlayHub
from assist.overlay_messages import Dismiss, Less, Next, Reply, Watch
from assist.preparation import Preparation
from streaming.types import Speaker

STARTED = CallStarted(("rep", "prospect"), "browser")
ENDED = CallEnded(0, "stopped")


class Inbox:
    """An overlay that remembers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def put(self, message: str | bytes) -> None:
        self.told.append(msgspec.json.decode(message))

    @property
    def seen(self) -> list[tuple[str, int]]:
        """Call and number of each event."""
        return [(event["call"], event["seq"]) for event in self.told if "seq" in event]


def words(speaker: Speaker, utterance: int, text: str, is_final: bool = False) -> TranscriptChanged:
    """An utterance as it stands."""
    return TranscriptChanged(speaker, utterance, "", text, is_final, 0, 1, ())


def let_go(reply: Reply) -> None:
    """What a call does with what the rep makes of a suggestion, where that does not matter."""


def opened(*calls: str) -> OverlayHub:
    """A hub with these calls running."""
    hub = OverlayHub()
    for call in calls:
        hub.open(call, lambda event, line: None, let_go)
    return hub


def watch(hub: OverlayHub, call: str | None = None, after_seq: int | None = None) -> Inbox:
    """An overlay that has just joined."""
    inbox = Inbox()
    hub.watch(Watch(call, after_seq), inbox)
    return inbox


def tell(hub: OverlayHub, call: str, *events: OverlayEvent) -> None:
    """Publishes events."""
    for event in events:
        hub.publish(call, 0, event)


def test_journal_and_overlays_get_the_same_lines() -> None:
    """In order, numbered from 0."""
    hub, lines = OverlayHub(), list[bytes]()
    hub.open("a", lambda event, line: lines.append(line), let_go)
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


def test_who_joins_late_gets_each_utterance_as_it_stands() -> None:
    """Earlier versions in a row are left out, everything else is there."""
    hub = opened("a")
    tell(hub, "a", STARTED, *(words("rep", 0, "word " * n) for n in range(5)), words("prospect", 0, "yes"))
    tell(hub, "a", words("prospect", 1, "no"), Lagging(True, 9))
    assert [seq for _, seq in watch(hub, "a").seen] == [0, 5, 6, 7, 8]


def test_history_is_bounded() -> None:
    """A call of hours keeps its last events only."""
    hub = opened("a")
    for number in range(HISTORY_EVENTS + 50):
        tell(hub, "a", words("rep", number, "word", is_final=True))
    seen = watch(hub, "a").seen
    assert len(seen) == HISTORY_EVENTS and seen[-1] == ("a", HISTORY_EVENTS + 49)


def test_resuming_tells_only_what_is_missed() -> None:
    """After a number, what follows it."""
    hub = opened("a")
    tell(hub, "a", STARTED, Lagging(True, 1), Lagging(False, 0))
    assert watch(hub, "a", after_seq=1).seen == [("a", 2)]
    assert watch(hub, "a", after_seq=2).told == []


def test_without_a_wish_the_latest_running_call_is_followed_to_its_end() -> None:
    """A call that begins meanwhile waits until this one is over; only then each next one is followed."""
    hub = opened("a", "b")
    inbox = watch(hub)
    tell(hub, "b", STARTED)
    hub.open("c", lambda event, line: None, let_go)
    tell(hub, "c", STARTED)
    tell(hub, "b", ENDED)
    hub.open("d", lambda event, line: None, let_go)
    tell(hub, "d", STARTED)
    tell(hub, "c", ENDED)
    assert inbox.seen == [("b", 0), ("b", 1), ("d", 0)]


def test_a_call_may_be_waited_for_by_name() -> None:
    """Nothing is told of others, and the call from its first event."""
    hub = OverlayHub()
    inbox = watch(hub, "mine")
    assert inbox.told == [{"kind": "waiting"}]
    for call in ("other", "mine"):
        hub.open(call, lambda event, line: None, let_go)
        tell(hub, call, STARTED)
    assert inbox.seen == [("mine", 0)]


def test_each_view_of_a_call_is_noted() -> None:
    """When an overlay begins to see it, not while it waits."""
    viewed: list[str] = []
    hub = OverlayHub(viewed.append)
    watch(hub, "a")
    assert viewed == []
    hub.open("a", lambda event, line: None, let_go)
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
    hub.open("a", lambda event, line: None, let_go)
    tell(hub, "a", STARTED)
    assert watch(hub, "a").seen == [("a", 0)]


def test_ended_calls_are_forgotten_in_time() -> None:
    """A server that runs for weeks keeps the last few."""
    hub = OverlayHub()
    for number in range(CALLS_KEPT + 2):
        hub.open(f"c{number}", lambda event, line: None, let_go)
        tell(hub, f"c{number}", ENDED)
    hub.open("now", lambda event, line: None, let_go)
    assert watch(hub, "c0").told == watch(hub, "c1").told == [{"kind": "waiting"}]
    assert watch(hub, "c2").seen == [("c2", 0)]


def pulse(share: float) -> PulseChanged:
    """A reading."""
    return PulseChanged(share, None, None, None, 4_000)


def test_who_joins_late_gets_the_pulse_as_it_is_and_no_older_one() -> None:
    """However long ago it was told, and it takes no room from what was said."""
    hub = opened("a")
    tell(hub, "a", STARTED, pulse(0.4), words("rep", 0, "hi"), pulse(0.5), words("rep", 0, "hi there"))
    assert [seq for _, seq in watch(hub, "a").seen] == [0, 3, 4]
    assert watch(hub, "a", after_seq=3).seen == [("a", 4)]
    tell(hub, "a", *(words("rep", n, "x", is_final=True) for n in range(HISTORY_EVENTS + 5)))
    told = watch(hub, "a").told
    assert [event["rep_share"] for event in told if event["kind"] == "pulse_changed"] == [0.5]


def test_what_still_holds_outlives_the_history() -> None:
    """After a long call a late overlay still learns that it began, and which channel is dead."""
    hub = opened("c1")
    prepared, asked = CallPrepared(Preparation("Dana"), ()), ConsentChanged("not_asked", True, "May I?")
    tell(hub, "c1", STARTED, prepared, asked, ChannelChanged("rep", False), ChannelChanged("prospect", False))
    tell(hub, "c1", ChannelChanged("rep", True))
    tell(hub, "c1", *(words("prospect", n, "x", is_final=True) for n in range(HISTORY_EVENTS + 5)))
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
    hub, taken = OverlayHub(), list[Reply]()
    hub.open("a", lambda event, line: None, taken.append)
    tell(hub, "a", STARTED)
    overlay = hub.watch(Watch(), Inbox())
    for said in (Dismiss("a", "s1"), Dismiss("b", "s2"), Less("a", "s3"), Next("a", "s4")):
        overlay.hear(said)
    tell(hub, "a", ENDED)
    overlay.hear(Dismiss("a", "s5"))
    assert taken == [Dismiss("a", "s1"), Less("a", "s3"), Next("a", "s4")]


def test_an_overlay_that_waits_for_a_call_can_wave_nothing_away() -> None:
    """There is nothing."""
    OverlayHub().watch(Watch(), Inbox()).hear(Dismiss("a", "s1"))

"""What each who looks may see and say: the rep all, who came by a link one call until its time, and nothing to say."""

import asyncio
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from assist.desk import Desk, Foreseen
from assist.overlay_events import CallEnded, CallStarted, Lagging
from assist.overlay_messages import Announced, Dismiss, Reply
from assist.preparation import Preparation
from assist.rehearing import SLICE_S, Turns
from assist.visits import MOST_PREPARATIONS, Links, Visits
from assist.watched_call import Voice
from streaming.door import ALL, FEED, NONE, Leave
from streaming.errors import ProtocolViolation
from streaming.product import Watching
from streaming.tokens import Grant, sign
from tests.assist.nowhere import apart

KEY = b"k" * 32
STARTED = CallStarted(("rep", "prospect"), "browser")
LINK_S = 60.0
AUDIT = "It may seem like this could mean losing face."
PATIENCE_S = 5.0


class Inbox:
    """One who remembers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.parted: list[tuple[int, str]] = []
        self.has_come = asyncio.Event()

    def put(self, message: str | bytes) -> None:
        told = msgspec.json.decode(message)
        if told["kind"] != "following":
            self.told.append(told)
            self.has_come.set()

    def part(self, code: int, reason: str) -> None:
        self.parted.append((code, reason))

    @property
    def kinds(self) -> list[str]:
        """Which kinds were told."""
        return [one["kind"] for one in self.told]


class House:
    """A hub with calls, and a clock that is set by hand."""

    def __init__(self, *calls: str) -> None:
        self.now_s = 1_000.0
        self.hub, _ = apart()
        self.taken: list[Reply] = []
        self.linked: list[str] = []
        self.desk = Desk(None, self.foresee)
        self.visits = Visits(self.hub, self.desk, Turns(), Links(KEY, LINK_S, self.linked.append, lambda: self.now_s))
        for call in calls:
            self.hub.open(call, Voice(lambda event, line: None, lambda replaced: None, self.taken.append))
            self.hub.publish(call, 0, STARTED)

    def enter(self, **wish: Any) -> tuple[Inbox, Watching]:
        """One who has just come."""
        inbox = Inbox()
        return inbox, self.visits.watch(msgspec.json.encode({"kind": "watch"} | wish).decode(), inbox, ALL)

    def foresee(self, preparation: Preparation) -> Iterator[Foreseen]:
        """Whatever it is, this."""
        yield Foreseen(is_whole=False)
        yield Foreseen(audits=(AUDIT,))

    def link(self, call: str) -> str:
        """The token that the rep is given."""
        inbox, rep = self.enter(call=call)
        rep.hear(msgspec.json.encode({"kind": "share", "call": call}))
        rep.end()
        shared = inbox.told[-1]
        assert shared["kind"] == "shared" and shared["call"] == call
        assert shared["expires_at_s"] == self.now_s + LINK_S
        return str(shared["token"])


def test_a_rep_sees_what_runs_and_has_a_say() -> None:
    """With or without a wish."""
    house = House("a")
    inbox, rep = Inbox(), house.visits.watch("", Inbox(), ALL)
    rep.hear('{"kind":"dismiss","call":"a","id":"s1"}')
    rep.hear('{"kind":"announced","call":"a"}')
    assert house.taken == [Dismiss("a", "s1"), Announced("a")]
    house.visits.watch('{"kind":"watch","call":"a"}', inbox, ALL)
    assert inbox.kinds == ["call_started"]


@pytest.mark.parametrize("wish", ["x", '{"kind":"listen"}'])
def test_a_bad_wish_is_refused(wish: str) -> None:
    """Before anything is told."""
    inbox = Inbox()
    with pytest.raises(ProtocolViolation, match='"kind":"watch"'):
        House("a").visits.watch(wish, inbox, ALL)
    assert inbox.told == []


def test_what_nobody_may_say_is_refused() -> None:
    """A second wish, for one."""
    _, rep = House("a").enter()
    with pytest.raises(ProtocolViolation) as violation:
        rep.hear('{"kind":"watch"}')
    assert violation.value.code == "bad_message"


def test_a_link_shows_its_call_and_no_other() -> None:
    """Whatever else is wished for."""
    house = House("a", "b")
    inbox, _ = house.enter(call="b", token=house.link("a"))
    house.hub.publish("a", 0, Lagging(True, 9))
    house.hub.publish("b", 0, Lagging(True, 9))
    assert [(event["call"], event["kind"]) for event in inbox.told] == [("a", "call_started"), ("a", "lagging")]


@pytest.mark.parametrize(
    "said",
    [
        '{"kind":"dismiss","call":"a","id":"s1"}',
        '{"kind":"less","call":"a","id":"s1"}',
        '{"kind":"next","call":"a","id":"s1"}',
        '{"kind":"announced","call":"a"}',
        '{"kind":"refused","call":"a"}',
        '{"kind":"share","call":"a"}',
        '{"kind":"prepare","preparation":{"who":"Marcus"}}',
        '{"kind":"watch"}',
        b"\xff",
    ],
)
def test_who_came_by_a_link_has_no_say(said: str | bytes) -> None:
    """Nothing of it reaches the call or the desk, and nothing is answered."""
    house = House("a")
    inbox, viewer = house.enter(token=house.link("a"))
    with pytest.raises(ProtocolViolation) as violation:
        viewer.hear(said)
    assert violation.value.code == "read_only"
    assert house.taken == [] and house.desk.prepared is None and inbox.kinds == ["call_started"]


def test_a_link_ends_at_its_time() -> None:
    """With one word of it, at the first event or heartbeat after; then the socket is closed, and no event is told."""
    house = House("a")
    inbox, viewer = house.enter(token=house.link("a"))
    house.now_s += LINK_S - 0.1
    house.hub.publish("a", 0, Lagging(True, 9))
    assert inbox.parted == []
    house.now_s += 0.1
    house.hub.publish("a", 0, Lagging(False, 0))
    house.hub.beat()
    house.hub.publish("a", 0, CallEnded(0, "stopped"))
    assert inbox.kinds == ["call_started", "lagging", "expired"]
    assert inbox.parted == [(1008, "token_expired")]
    viewer.end()


def test_a_link_that_is_over_or_not_whole_shows_nothing() -> None:
    """One word, and its socket is closed: who has no link holds none."""
    house = House("a")
    whole = house.link("a")
    forged = sign(Grant("view", "a", "overlay", 2_000.0), b"j" * 32)
    others = (whole[:-1], forged, sign(Grant("feed", "a", "overlay", 2_000.0), KEY))
    house.now_s += LINK_S
    for token in (whole, *others):
        inbox = Inbox()
        with pytest.raises(ProtocolViolation) as violation:
            house.visits.watch(msgspec.json.encode({"kind": "watch", "token": token}).decode(), inbox, ALL)
        house.hub.publish("a", 0, Lagging(True, 9))
        assert violation.value.code == "token_expired"
        assert inbox.told == [{"kind": "expired"}]


def test_only_a_call_that_is_watched_can_be_shared() -> None:
    """And only while it runs."""
    house = House("a", "b")
    inbox, rep = house.enter(call="a")
    rep.hear('{"kind":"share","call":"b"}')
    house.hub.publish("a", 0, CallEnded(0, "stopped"))
    rep.hear('{"kind":"share","call":"a"}')
    assert "shared" not in inbox.kinds and house.linked == []


def test_each_link_that_is_made_is_noted() -> None:
    """With its call."""
    house = House("a", "b")
    for call in ("a", "b", "a"):
        house.link(call)
    assert house.linked == ["a", "b", "a"]


async def told(inbox: Inbox, kind: str) -> dict[str, Any]:
    """The note of that kind that comes next."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            inbox.has_come.clear()
            await inbox.has_come.wait()
            if inbox.kinds[-1] == kind:
                return inbox.told[-1]


async def test_what_is_prepared_is_told_to_all_who_may_prepare() -> None:
    """Soon, and to those who come later; not to who came by a link, nor to who left."""
    house = House("a")
    (first, rep), (other, _), (viewer, _) = house.enter(), house.enter(), house.enter(token=house.link("a"))
    (gone, leaving) = house.enter()
    leaving.end()
    rep.hear('{"kind":"prepare","preparation":{"who":"Dana","fears":["losing face"]}}')
    await told(first, "prepared")
    late, _ = house.enter()
    for inbox in (first, other, late):
        note = inbox.told[-1]
        assert note["kind"] == "prepared" and note["audits"] == [AUDIT]
        assert msgspec.convert(note["preparation"], Preparation) == Preparation("Dana", fears=("losing face",))
    assert "prepared" not in (*viewer.kinds, *gone.kinds)
    rep.hear('{"kind":"prepare","preparation":{}}')
    assert await told(first, "prepared") == {"kind": "prepared", "preparation": None, "audits": []}


async def test_what_lay_on_the_desk_is_weighed_when_somebody_comes() -> None:
    """Once for all who come: the server was started anew meanwhile, say."""
    house = House("a")
    house.desk.keep(Preparation("Dana"))
    (first, _), (other, _) = house.enter(), house.enter()
    assert "prepared" not in first.kinds
    await told(first, "prepared")
    assert first.kinds.count("prepared") == other.kinds.count("prepared") == 1
    assert other.told[-1]["audits"] == [AUDIT]


async def test_calls_go_on_while_it_is_weighed() -> None:
    """Each thought takes a while, and after each all else has its turn; of what was replaced no more is weighed."""
    house = House("a")
    turns, seen = 0, dict[str, list[int]]()

    def foresee(preparation: Preparation) -> Iterator[Foreseen]:
        for _ in range(8):
            until_s = time.monotonic() + 1.5 * SLICE_S
            while time.monotonic() < until_s:
                pass
            seen.setdefault(preparation.who, []).append(turns)
            yield Foreseen(is_whole=False)
        yield Foreseen(audits=(AUDIT,))

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    house.desk = Desk(None, foresee)
    house.visits = Visits(house.hub, house.desk, Turns(), Links(KEY, LINK_S, house.linked.append))
    going_on = asyncio.create_task(others())
    inbox, rep = house.enter()
    rep.hear('{"kind":"prepare","preparation":{"who":"Dana"}}')
    await asyncio.sleep(4 * SLICE_S)
    rep.hear('{"kind":"prepare","preparation":{"who":"Marcus"}}')
    assert (await told(inbox, "prepared"))["preparation"]["who"] == "Marcus"
    going_on.cancel()
    assert len(seen["Dana"]) < 8 == len(seen["Marcus"]) and inbox.kinds.count("prepared") == 1
    assert all(later > earlier for each in seen.values() for earlier, later in pairwise(each))


async def test_who_prepares_without_end_is_refused() -> None:
    """Each time is a file and work; a rep does not come near it."""
    _, rep = House("a").enter()
    for _ in range(int(MOST_PREPARATIONS)):
        rep.hear('{"kind":"prepare","preparation":{"who":"Dana"}}')
    with pytest.raises(ProtocolViolation) as violation:
        rep.hear('{"kind":"prepare","preparation":{"who":"Dana"}}')
    assert violation.value.code == "too_often"


VIEW_A = Leave(frozenset({"view"}), "a")


def test_with_leave_for_one_call_that_one_is_watched_and_no_other() -> None:
    """Whether or not it is named; and nothing that was prepared is told to who may only watch."""
    for wish in ("", '{"kind":"watch"}', '{"kind":"watch","call":"a"}'):
        inbox = Inbox()
        House("a", "b").visits.watch(wish, inbox, VIEW_A)
        assert {event["call"] for event in inbox.told} == {"a"}
    for leave, wish in ((VIEW_A, '{"kind":"watch","call":"b"}'), (NONE, ""), (FEED, '{"kind":"watch","call":"a"}')):
        with pytest.raises(ProtocolViolation) as violation:
            House("a", "b").visits.watch(wish, Inbox(), leave)
        assert violation.value.code == "no_leave"


@pytest.mark.parametrize(
    "said",
    ['{"kind":"dismiss","call":"a","id":"s1"}', '{"kind":"share","call":"a"}', '{"kind":"prepare","preparation":{}}'],
)
def test_who_may_only_watch_has_no_say(said: str) -> None:
    """Nor has who has a say in another call."""
    for leave in (VIEW_A, Leave(frozenset({"view"}))):
        with pytest.raises(ProtocolViolation) as violation:
            House("a", "b").visits.watch('{"kind":"watch","call":"a"}', Inbox(), leave).hear(said)
        assert violation.value.code == "no_leave"
    with pytest.raises(ProtocolViolation):
        House("a", "b").visits.watch("", Inbox(), Leave(frozenset({"view", "control"}), "b")).hear(said)

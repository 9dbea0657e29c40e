"""Connections that bring a speaker each feed one call, on one clock that never leaps back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import Overloaded, ProtocolViolation
from streaming.joining import SLACK_MS, CommonClock, Joining
from streaming.product import EndReason, Listener, Tell
from streaming.protocols.contract import Accepted, Flushed, Metadata, Part
from streaming.timeline import LATE_START_MS
from streaming.types import FRAME_BYTES, FRAME_MS, AudioFrame, Gap, Speaker

LOUD = b"\x01\x02" * (FRAME_BYTES // 2)
BOTH: tuple[Speaker, ...] = ("prospect", "rep")


class Recorder:
    """A call that keeps what it heard."""

    def __init__(self) -> None:
        self.call_id = "call-1"
        self.received_ms = 0
        self.heard: list[AudioFrame | Gap | Flushed] = []
        self.reasons: list[EndReason] = []

    @property
    def heard_ms(self) -> int:
        return self.received_ms

    @property
    def safe_ms(self) -> int:
        return 0

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        self.heard.append(event)
        if isinstance(event, AudioFrame):
            self.received_ms = max(self.received_ms, event.start_ms + FRAME_MS)

    async def end(self, reason: EndReason) -> None:
        self.reasons.append(reason)


class Product:
    """Two calls at most."""

    def __init__(self) -> None:
        self.calls: list[Recorder] = []

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Recorder:
        if len(self.calls) == 2:
            raise Overloaded("two are running", 5)
        self.calls.append(Recorder())
        return self.calls[-1]


def joined(joining: Joining, speaker: Speaker, of: str = "line") -> Listener:
    """One party's connection."""
    return joining.open_call(Accepted(None, BOTH, Metadata(), Part(of, speaker)), "audiosocket", lambda _: None)


def frame(speaker: Speaker, number: int, pcm: bytes = LOUD) -> AudioFrame:
    """One of a connection's own clock."""
    return AudioFrame(speaker, number * FRAME_MS, pcm)


async def test_two_connections_feed_one_call() -> None:
    """Both are heard from now on, and the call ends with the last of them, by its reason."""
    product = Product()
    joining = Joining(product.open_call)
    prospect, rep = joined(joining, "prospect"), joined(joining, "rep")
    (call,) = product.calls
    for number in range(3):
        prospect.hear(frame("prospect", number))
        rep.hear(frame("rep", number))
    rep.hear(Flushed("rep"))
    loud = [(e.speaker, e.start_ms) for e in call.heard if isinstance(e, AudioFrame) and e.pcm == LOUD]
    assert sorted(loud) == [*(("prospect", at) for at in (0, 20, 40)), *(("rep", at) for at in (20, 40, 60))]
    assert call.heard[-1] == Flushed("rep")
    assert (rep.call_id, rep.received_ms, rep.heard_ms) == ("call-1", 80, 80)
    await rep.end("stopped")
    assert call.reasons == []
    await prospect.end("connection_lost")
    assert call.reasons == ["connection_lost"]


async def test_a_party_that_comes_back_goes_on_where_the_call_is() -> None:
    """With its own clock at zero again; what was not heard between is a gap."""
    product = Product()
    joining = Joining(product.open_call)
    prospect, rep = joined(joining, "prospect"), joined(joining, "rep")
    prospect.hear(frame("prospect", 0))
    rep.hear(frame("rep", 0))
    await rep.end("connection_lost")
    for number in range(1, 10):
        prospect.hear(frame("prospect", number))
    joined(joining, "rep").hear(frame("rep", 0))
    (call,) = product.calls
    assert call.heard[-2:] == [Gap("rep", 40, 160), frame("rep", 10)]


def test_a_party_may_be_connected_once() -> None:
    """A second connection of the same would put its sound over that of the first."""
    joining = Joining(Product().open_call)
    joined(joining, "rep")
    with pytest.raises(ProtocolViolation) as caught:
        joined(joining, "rep")
    assert caught.value.code == "call_exists"


async def test_calls_are_kept_apart_and_begin_anew() -> None:
    """By what they are of; once the last has left the next begins another; one that cannot begin leaves nothing."""
    product = Product()
    joining = Joining(product.open_call)
    first = joined(joining, "prospect", "a")
    joined(joining, "rep", "b")
    with pytest.raises(Overloaded):
        joined(joining, "rep", "c")
    product.calls.clear()
    joined(joining, "rep", "c")
    await first.end("stopped")
    joined(joining, "prospect", "a")
    assert len(product.calls) == 2


def test_a_connection_that_is_a_whole_call_is_left_alone() -> None:
    """It is the product's own."""
    product = Product()
    call = Joining(product.open_call).open_call(Accepted("c1", ("prospect",), Metadata()), "browser", lambda _: None)
    assert call is product.calls[0]


def test_who_comes_late_was_silent_before() -> None:
    """Up to half a minute as silence, beyond that as a gap: so long a call without a party is worth a word."""
    for late_ms, kind in ((LATE_START_MS, AudioFrame), (LATE_START_MS + 20, Gap)):
        clock = CommonClock()
        for number in range(late_ms // FRAME_MS):
            clock.place(frame("prospect", number), 0)
        *before, last = clock.place(frame("rep", 0), 0)
        assert last.start_ms == late_ms
        assert {type(event) for event in before} == {kind}
        assert all(event.pcm == bytes(FRAME_BYTES) for event in before if isinstance(event, AudioFrame))


def test_who_sends_nothing_for_a_while_goes_on_where_the_other_is() -> None:
    """Half a second apart is jitter, more is not."""
    for behind_ms, is_moved in ((SLACK_MS, False), (SLACK_MS + 20, True)):
        clock = CommonClock()
        clock.place(frame("rep", 0), 0)
        for number in range(behind_ms // FRAME_MS):
            clock.place(frame("prospect", number), 0)
        told = clock.place(frame("rep", 1), SLACK_MS)
        moved = [Gap("rep", 20, behind_ms), frame("rep", 1 + behind_ms // FRAME_MS)]
        assert told == (moved if is_moved else [frame("rep", 1)])


@given(st.lists(st.tuples(st.sampled_from(BOTH), st.integers(0, 3), st.booleans()), max_size=300))
def test_no_speakers_clock_has_holes(steps: list[tuple[Speaker, int, bool]]) -> None:
    """Whatever comes when: each event begins where the speaker's last one ended."""
    clock = CommonClock()
    now_ms: dict[Speaker, int] = {}
    for speaker, gap_frames, is_first in steps:
        event = Gap(speaker, 0, gap_frames * FRAME_MS) if gap_frames else frame(speaker, 0)
        for told in clock.place(event, 0 if is_first else SLACK_MS):
            assert told.start_ms == now_ms.get(speaker, 0)
            now_ms[speaker] = told.start_ms + (FRAME_MS if isinstance(told, AudioFrame) else told.duration_ms)

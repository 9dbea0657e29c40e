"""Packets in any order give the sound in order: late ones are waited for, missing ones are gaps, double ones go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.pcm import Encoding
from streaming.timeline import LATE_START_MS, REORDER_MS, Timeline
from streaming.types import FRAME_BYTES, AudioFrame, Gap

Told = list[AudioFrame | Gap]
PACKET_MS = 20


def packet(number: int, rate_hz: int = 16_000, length_ms: int = PACKET_MS) -> bytes:
    """A packet of 16-bit sound that holds its own number."""
    return np.full(rate_hz * length_ms // 1000, number + 1, "<i2").tobytes()


def timeline(rate_hz: int = 16_000) -> Timeline:
    """Of the prospect, in 16-bit PCM."""
    return Timeline("prospect", "pcm_s16le", rate_hz)


def played(line: Timeline, packets: list[tuple[int, bytes]]) -> Told:
    """What these packets give, each with its time, and then the end."""
    told: Told = []
    newest_ms = 0.0
    for at_ms, sound in packets:
        newest_ms = max(newest_ms, at_ms + line.duration_ms(sound))
        line.take(at_ms, sound)
        told += line.settle(newest_ms)
    return told + line.finish()


def heard(told: Told) -> dict[int, int]:
    """The numbers of the packets heard, by time."""
    return {e.start_ms: int(np.frombuffer(e.pcm, "<i2")[0]) - 1 for e in told if isinstance(e, AudioFrame)}


def gaps(told: Told) -> list[tuple[int, int]]:
    """Where sound is missing: from, how long."""
    return [(event.start_ms, event.duration_ms) for event in told if isinstance(event, Gap)]


def is_whole(told: Told) -> bool:
    """Whether frames and gaps follow one another from 0 on."""
    now_ms = 0
    for event in told:
        if event.start_ms != now_ms:
            return False
        now_ms += PACKET_MS if isinstance(event, AudioFrame) else event.duration_ms
    return True


def in_order(count: int) -> list[tuple[int, bytes]]:
    """Packets as they were made."""
    return [(number * PACKET_MS, packet(number)) for number in range(count)]


def test_a_packet_in_order_is_heard_at_once() -> None:
    """Waiting is for those that have others missing before them."""
    line = timeline()
    for at_ms, sound in in_order(5):
        line.take(at_ms, sound)
        assert [event.start_ms for event in line.settle(at_ms + PACKET_MS)] == [at_ms]


@given(st.lists(st.integers(0, REORDER_MS - PACKET_MS - 1), min_size=40, max_size=40), st.lists(st.integers(0, 39)))
def test_packets_late_by_less_than_200_ms_lose_nothing(delays_ms: list[int], doubled: list[int]) -> None:
    """Whatever the order that their delays give, and though some come twice."""
    packets = in_order(40)
    arrivals = [(at_ms + delay, (at_ms, sound)) for (at_ms, sound), delay in zip(packets, delays_ms, strict=True)]
    arrivals += [arrivals[number] for number in doubled]
    told = played(timeline(), [arrived for _, arrived in sorted(arrivals)])
    assert heard(told) == {number * PACKET_MS: number for number in range(40)}
    assert gaps(told) == []


@given(lost=st.sets(st.integers(1, 39)), rate_hz=st.sampled_from([8_000, 16_000, 24_000, 48_000]))
def test_each_lost_packet_is_a_gap_in_its_own_place(lost: set[int], rate_hz: int) -> None:
    """And every other is where it was said: the clock at the end is right, whatever was lost."""
    told = played(timeline(rate_hz), [(n * PACKET_MS, packet(n, rate_hz)) for n in range(41) if n not in lost])
    missing = {
        at_ms for start_ms, length_ms in gaps(told) for at_ms in range(start_ms, start_ms + length_ms, PACKET_MS)
    }
    assert missing == {number * PACKET_MS for number in lost}
    assert is_whole(told)
    assert told[-1].start_ms == 800 if rate_hz <= 16_000 else told[-1].start_ms in (800, 820)


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 60)), max_size=30), st.sampled_from(["mulaw", "alaw"]))
def test_whatever_the_times_the_clock_goes_on_without_a_hole(wild: list[tuple[int, int]], encoding: Encoding) -> None:
    """Overlapping, odd, far apart, out of order: frames and gaps follow one another."""
    told = played(Timeline("rep", encoding, 8_000), [(at_ms, bytes(8 * length)) for at_ms, length in wild])
    assert is_whole(told)


def test_times_that_waver_are_no_gaps_and_do_not_drift() -> None:
    """A vendor's times are rounded and jitter by some milliseconds; the sound is whole all the same."""
    packets = [(number * PACKET_MS + (number * 7) % 10, packet(number)) for number in range(500)]
    told = played(timeline(), packets)
    assert heard(told) == {number * PACKET_MS: number for number in range(500)}


def test_a_clock_that_runs_slow_is_held_within_a_frame() -> None:
    """The source's times count, not the number of samples: 1 % of sound too few is made up for in time."""
    told = played(timeline(), [(number * 101 // 5, packet(number)) for number in range(1_000)])
    assert abs(told[-1].start_ms - 20_200) <= 2 * PACKET_MS


def test_an_overlap_is_heard_once() -> None:
    """Two packets that share 30 ms: the first has them."""
    told = played(timeline(), [(0, packet(0, length_ms=40)), (10, packet(1, length_ms=40))])
    assert heard(told) == {0: 0, 20: 0, 40: 1}


def test_a_packet_beyond_its_time_is_let_go() -> None:
    """It was a gap already."""
    packets = in_order(30)
    told = played(timeline(), [*packets[:5], *packets[6:], packets[5]])
    assert gaps(told) == [(100, 20)]
    assert 5 not in heard(told).values()


def test_a_speaker_who_comes_late_was_silent_before() -> None:
    """Up to half a minute is silence; nobody lost anything. Later than that it is told as a gap."""
    told = played(timeline(), [(LATE_START_MS, packet(7))])
    assert gaps(told) == [] and is_whole(told)
    assert heard(told)[LATE_START_MS] == 7
    assert all(e.pcm == bytes(FRAME_BYTES) for e in told[:-1] if isinstance(e, AudioFrame))
    assert gaps(played(timeline(), [(LATE_START_MS + 40, packet(7))])) == [(0, LATE_START_MS + 40)]


@pytest.mark.parametrize("encoding", ["mulaw", "alaw", "pcm_s16be"])
def test_what_fills_is_silence(encoding: Encoding) -> None:
    """In the source's own encoding."""
    line = Timeline("rep", encoding, 16_000)
    told = played(line, [(0, b""), (200, line._silence * 320)])
    assert max(int(np.abs(np.frombuffer(e.pcm, "<i2")).max()) for e in told if isinstance(e, AudioFrame)) <= 8

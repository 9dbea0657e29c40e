"""What the bench of peers computes, and the peers' protocols as their documents have them."""

import json
import struct

import numpy as np
import pytest

from streaming.recording import Recording
from tests.bench.peers import realtimestt, whisper_live
from tests.bench.peers.__main__ import cut, ratios, tellings
from tests.bench.told import Telling


def test_a_call_is_cut_where_sound_and_text_agree() -> None:
    """After the last turn that ends in time."""
    sound = Recording(np.ones((16_000 * 10, 2), np.int16))
    turns = {"rep": [(2_000, "hello"), (6_000, "bye")], "prospect": [(7_000, "late")]}
    call = cut({"name": "x", "sound": sound, "turns": turns, "texts": {}}, 5)
    assert call["texts"] == {"rep": "hello", "prospect": ""}
    assert [int(np.count_nonzero(channel)) for channel in call["sound"].samples.T] == [32_000, 0]
    assert call["sound"].duration_ms == 5_000


def test_our_events_are_told_as_a_text_that_grows() -> None:
    """Finished utterances stand before the one being spoken."""

    def event(utterance: int, committed: str, tentative: str) -> dict[str, object]:
        words = [{"text": w, "committed": True} for w in committed.split()]
        words += [{"text": w, "committed": False} for w in tentative.split()]
        shape = {"kind": "transcript_changed", "speaker": "rep", "utterance": utterance}
        return {**shape, "committed": committed, "words": words}

    told = [(1.0, event(0, "good", "mor")), (2.0, event(0, "good morning", "")), (3.0, event(1, "", "so"))]
    other: tuple[float, dict[str, object]] = (2.5, {"kind": "cue_heard"})
    assert tellings([*told[:2], other, told[2]], "rep") == (
        Telling(1.0, "good", "mor"),
        Telling(2.0, "good morning", ""),
        Telling(3.0, "good morning", "so"),
    )
    assert tellings(told, "prospect") == ()


def test_ratios_say_how_many_times_ours() -> None:
    """And nothing where ours is zero or a figure is missing."""
    lag = {"median": 0.5, "p95": 1.0}
    shares = {"never_committed": 0.0, "taken_back": 0.1, "word_error_rate": None, "cpu_s_per_channel_s": 0.2}
    ours = {"shown_lag_s": lag, "committed_lag_s": lag, **shares}
    theirs = {**ours, "shown_lag_s": {"median": 2.0, "p95": 3.0}, "taken_back": 0.3}
    found = ratios(theirs, ours)
    assert (found["shown_lag_s_median"], found["shown_lag_s_p95"], found["taken_back"]) == (4.0, 3.0, 3.0)
    assert (found["never_committed"], found["word_error_rate"]) == (None, None)


def test_whisper_live_closes_segments_once() -> None:
    """It repeats the last ten closed ones in each message."""
    one = whisper_live.create()
    closed = {"start": "0.000", "end": "1.000", "text": " Hello.", "completed": True}
    one.take(json.dumps({"segments": [{**closed, "completed": False}]}))
    assert (one.committed, one.tentative.strip()) == ("", "Hello.")
    one.take(json.dumps({"segments": [closed, {**closed, "start": "1.000", "text": " How", "completed": False}]}))
    one.take(json.dumps({"segments": [closed]}))
    one.take(json.dumps({"message": "DISCONNECT"}))
    assert (one.committed.strip(), one.tentative) == ("Hello.", "")
    assert np.frombuffer(one.packet(np.array([-32768, 16384], np.int16)), "<f4") == pytest.approx([-1.0, 0.5])


def test_realtimestt_finishes_segments() -> None:
    """A later segment may be under way when an earlier one is final."""
    one = realtimestt.create()
    for told in (
        {"type": "realtime", "segmentId": "a", "text": "hell"},
        {"type": "realtime", "segmentId": "b", "text": "how"},
        {"type": "final", "segmentId": "a", "text": "Hello."},
        {"type": "realtime", "segmentId": "a", "text": "late"},
        {"type": "status", "state": "listening"},
    ):
        one.take(json.dumps(told))
    assert (one.committed, one.tentative) == ("Hello.", "how")
    packet = one.packet(np.array([1, -2], np.int16))
    length = struct.unpack("<I", packet[:4])[0]
    assert json.loads(packet[4 : 4 + length])["sampleRate"] == 16_000
    assert packet[4 + length :] == b"\x01\x00\xfe\xff"

"""What is counted of calls is right, and says nothing of what was said, nor by whom."""

import asyncio
import re

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist.metrics import CallMeter, page
from assist.overlay_events import (
    AudioLost,
    CallEnded,
    CallStarted,
    Lagging,
    OverlayEvent,
    SuggestionShown,
    SuggestionUsed,
    SuggestionWithdrawn,
    TranscriptChanged,
    TranscriptWord,
)
from tests.assist.conftest import SAID, House

KNOWN_LABELS = {
    "stage": {"shown", "committed", "suggestion"},
    "protocol": {"asterisk", "audiohook", "audiosocket", "browser", "deepgram", "fork", "twilio"},
    "speaker": {"rep", "prospect", "mixed"},
    "kind": {"objection", "emotion", "agreement"},
    "technique": {"label", "mirror", "summary", "question"},
    "outcome": {
        *("shown", "said", "own_words"),
        *("words_changed", "expired", "replaced", "used", "moved_on", "dismissed"),
        *("delivered", "retried", "given_up", "dropped", "nothing"),
    },
    "reason": {"stopped", "connection_lost", "refused", "shutdown", "failed"},
    "model": {"live", "final"},
    "why": {"crowd", "origin", "token"},
    "step": {"longer_interval", "no_tentative", "narrow_context", "no_new_calls"},
}
FIXED_WORD = re.compile(r"[a-z_]{1,40}")


def value(name: str, **labels: str) -> float:
    """What is counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def ours() -> list[tuple[str, dict[str, str]]]:
    """Every sample of ours on the page: its name and its labels."""
    families = text_string_to_metric_families(page().body.decode())
    return [(s.name, dict(s.labels)) for family in families for s in family.samples if s.name.startswith("assist_")]


def transcript(*ends_ms: tuple[int, bool]) -> TranscriptChanged:
    """The prospect's only utterance, with words that end at these times, committed or not."""
    words = tuple(TranscriptWord("x", end_ms - 100, end_ms, 1.0, is_committed) for end_ms, is_committed in ends_ms)
    return TranscriptChanged("prospect", 0, "", "", False, 0, ends_ms[-1][0], words)


def test_the_lag_of_each_newest_word_is_counted_once_in_each_form() -> None:
    """Not again while the same words are told anew."""
    meter = CallMeter(lambda at_ms: 3_000 - at_ms)
    before = {
        (stage, what): value(f"assist_lag_seconds_{what}", stage=stage)
        for stage in ("shown", "committed")
        for what in ("count", "sum")
    }
    for told in (transcript((1_000, False)), transcript((1_000, False)), transcript((1_000, True), (2_000, False))):
        meter.told(told)
    counted = {key: value(f"assist_lag_seconds_{key[1]}", stage=key[0]) - was for key, was in before.items()}
    assert counted == {
        ("shown", "count"): 2,
        ("shown", "sum"): pytest.approx(2.0 + 1.0),
        ("committed", "count"): 1,
        ("committed", "sum"): pytest.approx(2.0),
    }


def test_a_suggestion_is_counted_by_technique_and_what_became_of_it() -> None:
    """One that nobody was shown is not counted."""
    meter = CallMeter(lambda at_ms: 0)
    outcomes = ("shown", "said", "expired", "dismissed")
    before = [value("assist_suggestions_total", technique="mirror", outcome=outcome) for outcome in outcomes]
    expired = tuple(SuggestionWithdrawn(id_, "expired") for id_ in ("s1", "s2"))
    came: tuple[OverlayEvent, ...] = (SuggestionUsed("s0", "said", "", 0), *expired)
    for number, event in enumerate(came):
        meter.told(SuggestionShown(f"s{number}", "mirror", "Afraid?", "afraid", "fear", 250, 9_000))
        meter.told(event)
    meter.told(SuggestionWithdrawn("unknown", "dismissed"))
    after = [value("assist_suggestions_total", technique="mirror", outcome=outcome) for outcome in outcomes]
    assert [now - was for now, was in zip(after, before, strict=True)] == [3, 1, 2, 0]


def test_calls_losses_and_lateness_are_counted() -> None:
    """A call that has ended runs no more."""
    meter = CallMeter(lambda at_ms: 0)
    names: dict[str, dict[str, str]] = {
        "assist_calls_total": {"protocol": "fork"},
        "assist_calls_running": {},
        "assist_calls_ended_total": {"reason": "stopped"},
        "assist_gaps_total": {"speaker": "rep"},
        "assist_sound_lost_seconds_total": {"speaker": "rep"},
        "assist_late_total": {},
    }
    before = {name: value(name, **labels) for name, labels in names.items()}
    end = meter.until(lambda: None)
    meter.told(CallStarted(("rep",), "fork"))
    assert value("assist_calls_running") == before["assist_calls_running"] + 1
    late = (Lagging(True, 4_000), Lagging(True, 4_100, 2), Lagging(False, 900, 2))
    for event in (AudioLost("rep", 0, 1_500), *late, CallEnded(9_000, "stopped")):
        meter.told(event)
    end()
    counted = [value(name, **labels) - before[name] for name, labels in names.items()]
    assert counted == [1, 0, 1, 1, 1.5, 1]


async def test_after_a_call_the_page_has_its_figures_and_nothing_of_it(house: House, said: bytes) -> None:
    """Neither its id, nor a name, nor a word; every label is one of few words known beforehand."""
    metadata = {"company": "Secretive", "names": {"prospect": "Hidden"}}
    passes = value("assist_pass_seconds_count", model="live")
    async with house.call(call="call-under-seal", metadata=metadata) as call:
        await call.sound(said)
        await call.stop()
    async with connect(f"{house.ws}/call/browser") as socket:
        await socket.send("{")
        with pytest.raises(ConnectionClosed):
            while True:
                await asyncio.wait_for(socket.recv(), 10)
    told = (await text(house, "/metrics")).decode()
    assert value("assist_pass_seconds_count", model="live") > passes
    assert value("assist_calls_refused_total", protocol="browser", code="not_json") >= 1
    for secret in ("under-seal", "Secretive", "Hidden", *SAID.strip(".").split()):
        if len(secret) > 3:
            assert not re.search(rf"(?<![A-Za-z_]){secret}(?![A-Za-z_])", told)
    for name, labels in ours():
        for label, found in labels.items():
            if label in ("le", "code"):
                assert label == "le" or FIXED_WORD.fullmatch(found), (name, found)
            else:
                assert found in KNOWN_LABELS[label], (name, label, found)
    for stage in KNOWN_LABELS["stage"]:
        assert value("assist_lag_seconds_count", stage=stage) > 0


async def text(house: House, path: str) -> bytes:
    """A page's body."""
    reader, writer = await asyncio.open_connection(*house.url.removeprefix("http://").split(":"))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {house.url.removeprefix('http://')}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"200 OK" in head, head
    return body

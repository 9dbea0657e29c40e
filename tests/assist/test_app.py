"""Whole calls through the real server: what goes in as sound comes out as events, and nobody disturbs a neighbour."""

import asyncio
import json
import os
import signal
import socket
import stat
import struct
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist import app, audit, journal, loading, running_call
from assist.archive import Archive
from assist.node import Node
from assist.running_calls import RunningCalls
from assist.settings import load
from streaming import call_socket, easing, overload, recogniser, recording
from streaming.errors import EngineFailed, PortTaken
from streaming.recording import Recording

PATIENCE_S = 20.0
SAID = "I just don't know if we can justify the cost right now."

Event = dict[str, Any]
README = (Path(__file__).parents[2] / "overlay" / "README.md").read_text()
POLICY = " ".join(README.split("```\n")[1].split())  # the one that the page is documented to work under
House = Any  # conftest's; what a fixture gives cannot be imported under importlib mode
Opening = Any


def finals(events: list[Event]) -> list[str]:
    """The utterances as they ended."""
    return [event["committed"] for event in events if event["kind"] == "transcript_changed" and event["is_final"]]


def kinds(events: list[Event]) -> set[str]:
    """Which kinds were told."""
    return {event["kind"] for event in events}


@asynccontextmanager
async def neighbour(house: House, said: bytes) -> AsyncIterator[None]:
    """A call that runs before, during and after; it must be heard whole, on time and to its end."""
    async with house.call(call="neighbour") as call, house.overlay("neighbour") as overlay:
        half = len(said) // 2 // 640 * 640
        await call.sound(said[:half])
        await overlay.until("transcript_changed")
        yield
        await call.sound(said[half:])
        await call.stop()
        events = await overlay.until("call_ended")
    assert finals(events) == [SAID]
    assert events[-1]["reason"] == "stopped"
    assert not kinds(events) & {"audio_lost", "lagging"}


async def test_sound_becomes_words_cue_and_suggestion(house: House, said: bytes) -> None:
    """A price objection is written, told as a cue with its words, and answered by a sentence with its measured lag."""
    async with house.call(call="one", metadata={"company": "Northwind", "names": {"rep": "Dana"}}) as call:
        await call.sound(said)
        assert (await call.stop())["unread_bytes"] == 0
    events = await house.events("one")
    assert events[0]["company"] == "Northwind" and events[0]["names"] == {"rep": "Dana"}
    assert events[0]["speakers"] == ["prospect"] and events[0]["protocol"] == "browser"
    assert finals(events) == [SAID]
    cue = next(event for event in events if event["kind"] == "cue_heard" and event["firm"])
    assert (cue["cue"], cue["cue_kind"], cue["speaker"]) == ("price", "objection", "prospect")
    assert cue["quote"] in SAID and 1_700 <= cue["start_ms"] < cue["end_ms"] <= 4_500
    shown = next(event for event in events if event["kind"] == "suggestion_shown")
    assert {"id", "technique", "text", "quote", "cue", "lag_ms", "expires_ms"} <= shown.keys()
    assert (shown["technique"], shown["cue"]) == ("label", "price") and shown["quote"] in SAID
    assert 0 < shown["lag_ms"] < 10_000
    assert shown["expires_ms"] > shown["at_ms"]
    assert events[-1]["duration_ms"] == len(said) // 32 // 20 * 20 + 20 * bool(len(said) % 640)


async def test_an_overlay_sees_every_event_once_and_the_journal_keeps_them(house: House, said: bytes) -> None:
    """Sequence numbers have no holes, and the file holds the same lines, for its owner's eyes alone."""
    async with house.overlay() as overlay:
        assert await overlay.told() == {"kind": "waiting"}
        async with house.call(call="kept") as call:
            await call.sound(said)
            await call.stop()
        events = await overlay.until("call_ended")
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert {event["call"] for event in events} == {"kept"}
    assert [event["at_ms"] for event in events] == sorted(event["at_ms"] for event in events)
    assert journal.read(house.journals / "kept.jsonl", Archive(house.journals)) == (events, 0)
    assert [stat.S_IMODE(os.stat(path).st_mode) for path in (house.journals / "kept.jsonl", house.journals)] == [
        0o600,
        0o700,
    ]


async def test_an_overlay_that_joins_late_gets_what_was_said(house: House, said: bytes) -> None:
    """From the first event on, with each utterance as it now stands; the rest follows live."""
    async with house.call(call="late") as call:
        async with house.overlay("late") as early:
            await call.sound(said)
            before = await early.until("transcript_changed", is_final=True)
        async with house.overlay("late") as late:
            history = await late.until("transcript_changed", is_final=True)
            assert history[0]["kind"] == "call_started"
            assert [e for e in history if e["kind"] != "transcript_changed"] == [
                e for e in before if e["kind"] != "transcript_changed"
            ]
            await call.stop()
            assert (await late.until("call_ended"))[-1]["reason"] == "stopped"


async def test_an_overlay_resumes_after_what_it_has(house: House, said: bytes) -> None:
    """Nothing is told twice, nothing later is left out; an ended call can still be asked for."""
    async with house.call(call="resumed") as call:
        await call.sound(said)
        await call.stop()
    async with house.overlay("resumed") as overlay:
        following = await overlay.told()
        whole = await overlay.until("call_ended")
    assert following["recovered"] is False
    has, epoch = whole[2]["seq"], following["epoch"]
    async with house.overlay("resumed", epoch=epoch, after_seq=has) as overlay:
        assert await overlay.told() == following | {"recovered": True}
        assert await overlay.until("call_ended") == [event for event in whole if event["seq"] > has]
    async with house.overlay("resumed", epoch=epoch - 1, after_seq=has) as overlay:
        assert await overlay.told() == following
        assert await overlay.until("call_ended") == whole


async def test_an_overlay_without_a_wish_follows_each_next_call(house: House) -> None:
    """It waits, follows the one that begins, and the next when that one is over."""
    async with house.overlay() as overlay:
        assert await overlay.told() == {"kind": "waiting"}
        for name in ("first", "second"):
            async with house.call(call=name) as call:
                await call.stop()
            events = await overlay.until("call_ended")
            assert {event["call"] for event in events} == {name}
            assert events[0]["seq"] == 0


async def test_an_overlay_may_wait_for_a_call_by_its_name(house: House) -> None:
    """A page opened before its call begins shows it when it does, and no other."""
    async with house.overlay("mine") as overlay:
        assert await overlay.told() == {"kind": "waiting"}
        for name in ("other", "mine"):
            async with house.call(call=name) as call:
                await call.stop()
        assert {event["call"] for event in await overlay.until("call_ended")} == {"mine"}


async def wrong_message(house: House) -> None:
    """Something else first."""
    async with connect(f"{house.ws}/call/browser", compression=None) as client:
        await client.send('{"kind":"hello"}')
        assert json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))["code"] == "bad_message"


async def wrong_rate(house: House) -> None:
    """A rate that no sound card has."""
    async with connect(f"{house.ws}/call/browser", compression=None) as client:
        await client.send('{"kind":"start","channels":["rep"],"encoding":"mulaw","sample_rate_hz":1}')
        answer = json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))
        assert answer["code"] == "bad_message" and "sample_rate_hz" in answer["message"]


async def huge_frame(house: House) -> None:
    """More than a message may hold."""
    async with house.call(call="bad") as call:
        await call.socket.send(bytes(300_000))
        with pytest.raises(ConnectionClosed) as end:
            await call.until("never")
        assert end.value.rcvd is not None and end.value.rcvd.code == 1009
    assert (await house.events("bad"))[-1]["reason"] == "refused"


async def same_id(house: House) -> None:
    """The neighbour's own."""
    with pytest.raises(AssertionError, match="error"):
        async with house.call(call="neighbour"):
            pass


async def vanishing(house: House) -> None:
    """A reset in mid-call."""
    async with house.call(call="bad") as call:
        await call.sound(bytes(32_000))
        raw = call.socket.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        call.socket.transport.abort()
    assert (await house.events("bad"))[-1]["reason"] == "connection_lost"


async def bad_watch(house: House) -> None:
    """Wishes that cannot be."""
    for wish in ('{"kind":"watch","call":7}', '{"kind":"watch","after_seq":-1}', "[]", "{", b"\x00"):
        async with connect(f"{house.ws}/overlay", compression=None) as client:
            await client.send(wish)
            with pytest.raises(ConnectionClosed) as end:
                while True:  # it is told why first
                    await asyncio.wait_for(client.recv(), PATIENCE_S)
            assert end.value.rcvd is not None and (end.value.rcvd.code, end.value.rcvd.reason) == (1008, "bad_watch")


@pytest.mark.parametrize("misbehave", [wrong_message, wrong_rate, huge_frame, same_id, vanishing, bad_watch])
async def test_a_bad_client_disturbs_no_neighbour(
    house: House, said: bytes, misbehave: Callable[[House], Awaitable[None]]
) -> None:
    """Each gets its typed answer or a clean end, and the call beside it is heard whole and on time."""
    async with neighbour(house, said):
        await misbehave(house)


async def test_what_a_vanished_client_said_stands(house: House, said: bytes) -> None:
    """Its words so far are finished, and its call ends as one whose connection was lost."""
    async with house.call(call="gone") as call, house.overlay("gone") as overlay:
        await call.sound(said[: 32 * 4_800])
        events = await overlay.until("transcript_changed")
        await call.until("ack", received_ms=4_800)
        call.socket.transport.abort()
        events += await overlay.until("call_ended")
    assert finals(events) == [SAID]
    assert (events[-1]["reason"], events[-1]["duration_ms"]) == ("connection_lost", 4_800)


async def test_odd_bytes_are_heard_as_well(house: House, said: bytes) -> None:
    """Any split gives the same words; what is left over is told."""
    async with house.call(call="odd") as call:
        for first in range(0, len(said), 999):
            await call.socket.send(said[first : first + 999])
        await call.socket.send(b"\x00")
        assert (await call.stop())["unread_bytes"] == 1
    assert finals(await house.events("odd")) == [SAID]


async def test_ten_minutes_of_silence_say_nothing(house: House) -> None:
    """No word, no cue, no suggestion: only that the channel carries no sound, once."""
    async with house.call(call="silent") as call:
        await call.sound(bytes(32_000 * 600))
        assert (await call.stop())["duration_ms"] == 600_000
    events = await house.events("silent")
    assert [event["kind"] for event in events] == [
        "call_started",
        "consent_changed",
        "channel_changed",
        "call_ended",
    ]


async def test_one_call_too_many_is_shed(opened: Opening) -> None:
    """It is told `overloaded`, as is whoever asks for /readyz; when a call has ended there is room again."""
    async with opened(max_calls=1) as house:
        async with house.call(call="a") as call:
            with pytest.raises(AssertionError, match="error"):
                async with house.call(call="b"):
                    pass
            status, why = await get(house, "/readyz")
            assert status == 503 and why.endswith("1 calls are running of the 1 of max_calls\n")
            await call.stop()
        assert (await get(house, "/readyz"))[0] == 200
        async with house.call(call="b") as call:
            await call.stop()


async def test_a_busy_recogniser_is_given_no_more_calls(
    opened: Opening, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its calls are told step by step what is left out; then new ones are refused, and those under way lose no word."""
    monkeypatch.setattr(easing, "LOOK_S", 0.05)
    async with opened() as house, house.call(call="held") as call, house.overlay("held") as overlay:
        monkeypatch.setattr(overload, "ENTERED_S", dict.fromkeys(overload.ENTERED_S, -1.0))  # any wait is too long now
        talking = asyncio.create_task(_talk(call, said))
        monkeypatch.setattr(overload, "RISE_S", 0.0)
        told = await overlay.until("lagging", step=4)
        assert [event["step"] for event in told if event["kind"] == "lagging"][-1] == 4
        status, why = await get(house, "/readyz")
        assert status == 503 and "the recogniser is waited for" in why
        with pytest.raises(AssertionError, match="overloaded"):
            async with house.call(call="another"):
                pass
        await talking
        await call.stop()
        assert finals(await house.events("held")) == [SAID]


async def _talk(call: Any, said: bytes) -> None:
    """Says it, and then nothing for a while."""
    await call.sound(said)
    for _ in range(50):
        await call.sound(bytes(32 * 40))
        await asyncio.sleep(0.02)


async def test_that_a_recogniser_is_started_no_more_is_told_at_once(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a fault of ours, which would else be known when the server goes down."""

    async def fail(process: asyncio.subprocess.Process) -> None:
        await process.wait()
        raise ZeroDivisionError

    async with opened() as house:
        monkeypatch.setattr(recogniser, "end", fail)
        with capture_logs() as logs:
            os.kill(house.recogniser.pid, signal.SIGKILL)
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    if logs:
                        break
                    await asyncio.sleep(0.01)
    assert [(entry["event"], type(entry["exc_info"])) for entry in logs] == [("task_failed", ZeroDivisionError)]


async def test_shutdown_tells_the_end_once(opened: Opening, said: bytes) -> None:
    """Last words, one `call_ended` with the reason, and a closed journal."""
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as clients:
        async with opened() as house:
            call = await clients.enter_async_context(house.call(call="cut"))
            overlay = await clients.enter_async_context(house.overlay("cut"))
            await call.sound(said[: 32 * 4_800])
            await overlay.until("transcript_changed")
            await call.until("ack", received_ms=4_800)
            begun = clock()
        assert clock() - begun < 5
        assert (await call.until("ended"))[-1]["duration_ms"] == 4_800
    events, torn = journal.read(house.journals / "cut.jsonl", Archive(house.journals))
    assert torn == 0 and finals(events) == [SAID]
    assert [event["reason"] for event in events if event["kind"] == "call_ended"] == ["shutdown"]
    assert events[-1]["kind"] == "call_ended"


async def test_a_client_that_never_starts_is_let_go(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told `no_start`."""
    monkeypatch.setattr(call_socket, "BEGIN_S", 0.2)
    async with opened() as house, connect(f"{house.ws}/call/browser", compression=None) as client:
        assert json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))["code"] == "no_start"


async def test_twilios_settings_reach_its_streams(opened: Opening) -> None:
    """Unsigned ones are refused where a token is set; the prospect's track is the one that is set."""
    address = "wss://assist.example.com/call/twilio"
    async with opened(twilio_url=address, twilio_auth_token="12345") as house:
        async with connect(f"{house.ws}/call/twilio", compression=None) as client:
            with pytest.raises(ConnectionClosed) as end:
                await asyncio.wait_for(client.recv(), PATIENCE_S)
            assert end.value.rcvd is not None and end.value.rcvd.reason == "bad_signature"
    async with opened(twilio_prospect="outbound") as house:
        async with connect(f"{house.ws}/call/twilio", compression=None) as client:
            await client.send('{"event":"start","start":{"callSid":"CA1","tracks":["inbound"]}}')
            await client.send('{"event":"stop"}')
            await client.wait_closed()
        assert (await house.events("CA1"))[0]["speakers"] == ["rep"]


async def test_pages_health_and_policy(house: House) -> None:
    """The overlay's files come under a policy that lets nothing foreign run; health is told; nothing else is there."""
    status, page = await get(house, "/")
    assert status == 200 and "<html" in page and f"Content-Security-Policy: {POLICY}\r\n" in page
    assert "text/html; charset=utf-8" in page
    status, script = await get(house, "/app.js")
    assert status == 200 and "javascript" in script and "Content-Security-Policy" in script
    assert (await get(house, "/livez"))[0] == 200
    assert (await get(house, "/readyz"))[0] == 200
    for path in ("/unknown", "/README.md", "/package.json", "/../pyproject.toml", "/%2e%2e/pyproject.toml"):
        assert (await get(house, path))[0] == 404


async def test_a_call_has_its_debrief_when_it_is_over(house: House, said: bytes) -> None:
    """In the list and on a page of its own, under a policy by which nothing on it can run; what is none is none."""
    async with house.call(call="told", metadata={"company": "<b>Northwind</b>"}) as call:
        await call.sound(said)
        await call.stop()
    await house.events("told")
    status, calls = await get(house, "/calls")
    assert status == 200 and '<a href="/calls/told">&lt;b&gt;Northwind&lt;/b&gt;</a>' in calls
    status, page = await get(house, "/calls/told")
    assert status == 200 and SAID.replace("'", "&#x27;") in page and "<b>Northwind" not in page
    policy = next(line for line in page.splitlines() if line.startswith("Content-Security-Policy: "))
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    for path in ("/calls/absent", "/calls/../told", "/callsign"):
        assert (await get(house, path))[0] == 404


@pytest.mark.parametrize(
    ("setting", "asked", "is_kept"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, False)],
)
async def test_the_sound_of_a_call_is_kept_where_that_is_wanted(
    opened: Opening, said: bytes, setting: bool, asked: bool | None, is_kept: bool
) -> None:
    """By its source, or else by the setting; an earlier call's never stands for it, and overlays are told."""
    async with opened(record_sound=setting) as house:
        house.journals.mkdir()
        (house.journals / "c.ogg").write_bytes(b"of an earlier call")
        async with house.call(call="c", metadata={"record": asked}) as client:
            await client.sound(said)
            await client.stop()
        told = [event["is_on"] for event in await house.events("c") if event["kind"] == "recording_changed"]
        assert told == ([True] if is_kept else [])
        if is_kept:
            kept = await asyncio.to_thread(sound_at, house.journals / "c.ogg")
            assert abs(kept.duration_ms - len(said) // 32) < 100
        assert (house.journals / "c.ogg").exists() is is_kept


async def test_nothing_of_the_sound_is_kept_once_consent_is_refused(house: House, said: bytes) -> None:
    """In the middle of a call; and the overlay is told that it is not recorded any more."""
    async with house.call(call="c", metadata={"record": True}) as client, house.overlay("c") as overlay:
        await client.sound(said[: len(said) // 2])
        await overlay.until("recording_changed", is_on=True)
        await overlay.socket.send('{"kind":"refused","call":"c"}')
        await overlay.until("consent_changed", consent="refused")
        await client.sound(said[len(said) // 2 :])
        await client.stop()
        await overlay.until("recording_changed", is_on=False)
    assert [path.name for path in house.journals.iterdir()] == ["audit.log"]


def sound_at(path: Path) -> Recording:
    """What is kept there, once it is."""
    until_s = time.monotonic() + PATIENCE_S
    while not path.exists() and time.monotonic() < until_s:
        time.sleep(0.05)
    return recording.read((path,), 1)


async def test_what_one_overlay_waves_away_leaves_every_screen(house: House, said: bytes) -> None:
    """With its reason, and from the journal too; who watches another call, or says what none may, changes nothing."""
    async with house.call(call="waved") as call, house.overlay("waved") as one, house.overlay("waved") as two:
        await call.sound(said)
        shown = (await one.until("suggestion_shown"))[-1]
        await one.socket.send(json.dumps({"kind": "dismiss", "call": "waved", "id": shown["id"]}))
        for overlay in (one, two):
            withdrawn = (await overlay.until("suggestion_withdrawn"))[-1]
            assert (withdrawn["id"], withdrawn["reason"]) == (shown["id"], "dismissed")
        await two.socket.send("Thank you.")
        with pytest.raises(ConnectionClosed) as closed:
            await two.until("call_ended")
        assert closed.value.rcvd is not None and closed.value.rcvd.reason == "bad_message"
        await call.stop()
    told = [event["kind"] for event in await house.events("waved")]
    assert told.count("suggestion_withdrawn") == 1


async def test_foreign_pages_are_refused(house: House) -> None:
    """By origin or by a host name made to point here."""
    assert (await get(house, "/", "Origin: http://evil.example"))[0] == 403
    assert (await get(house, "/livez", host="evil.example"))[0] == 403


@pytest.mark.parametrize("where", [(running_call, "LiveCall"), (Node, "begin")])
async def test_a_call_that_cannot_begin_does_not_run_for_ever(
    opened: Opening, said: bytes, monkeypatch: pytest.MonkeyPatch, where: tuple[object, str]
) -> None:
    """Whatever the fault of ours: its source and its overlay are told, the one place that there is is free, and no
    thread waits for its sound."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    async with opened(max_calls=1, record_sound=True) as house, house.overlay("c") as overlay:
        with monkeypatch.context() as patched:
            patched.setattr(*where, broken)
            with pytest.raises(ConnectionClosed) as closed:
                async with house.call(call="c"):
                    pass
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1011
        assert (await overlay.until("call_ended"))[-1]["reason"] == "failed"
        for thread in threading.enumerate():
            if thread.name == "tape c":
                await asyncio.to_thread(thread.join, PATIENCE_S)
                assert not thread.is_alive()
        async with house.call(call="c") as call:
            await call.sound(said)
            await call.stop()
        assert finals(await overlay.until("call_ended")) == [SAID]


async def test_overlays_hear_a_heartbeat(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a page can tell a quiet call from a dead server."""
    monkeypatch.setattr(app, "HEARTBEAT_S", 0.05)
    async with opened() as house, house.overlay() as overlay:
        assert (await overlay.told())["kind"] == "waiting"
        assert (await overlay.told())["kind"] == "heartbeat"


async def test_a_fault_in_one_beat_costs_no_other(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every overlay of the server would take it for dead, again and again."""

    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(app, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(RunningCalls, "beat", fail)
    with capture_logs() as logs:
        async with opened() as house, house.overlay() as overlay:
            assert [(await overlay.told())["kind"] for _ in range(4)] == ["waiting", *3 * ["heartbeat"]]
    assert {line["event"] for line in logs if line["log_level"] == "error"} == {"task_failed"}


async def test_an_engine_that_cannot_load_refuses_to_start(opened: Opening, tmp_path: Path) -> None:
    """The operator learns it at the start."""
    with pytest.raises(EngineFailed, match="FileNotFoundError"):
        async with opened(script=tmp_path / "absent.json"):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
async def test_every_allowed_host_gives_an_address_that_works(opened: Opening, host: str) -> None:
    """An IPv6 address stands in brackets."""
    try:
        async with opened(host=host) as house, house.call() as call:
            await call.stop()
    except OSError as error:
        if host != "::1":
            raise
        pytest.skip(f"no IPv6 on this machine: {error.strerror}")


def test_what_to_load_is_the_script_or_the_model() -> None:
    """The engine and its source go together."""
    (chosen,) = loading.what_to_load(load(engine="scripted", script=Path("s.json")))
    assert (chosen.engine, chosen.options.source) == ("scripted", "s.json")


def test_a_model_for_the_final_words_gives_way_to_the_live_one(tmp_path: Path) -> None:
    """It has one worker, and a lower share of the processors."""
    live, final = loading.what_to_load(load(model="tiny.en", final_model="tiny.en", cache_dir=tmp_path, workers=2))
    assert (live.options.workers, live.gives_way) == (2, False)
    assert (final.options.workers, final.gives_way) == (1, True)


async def get(house: House, path: str, *headers: str, host: str = "") -> tuple[int, str]:
    """Status and the whole answer of a plain GET."""
    address = house.url.removeprefix("http://")
    name, port = address.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host or address}", *headers, "", ""]).encode())
    answer = (await asyncio.wait_for(reader.read(), PATIENCE_S)).decode()
    writer.close()
    return int(answer.split()[1]), answer


async def test_a_taken_port_is_named_with_what_to_do(opened: Opening) -> None:
    """Most often it is another assist."""
    async with opened() as house:
        port = int(house.url.rsplit(":", 1)[1])
        with pytest.raises(PortTaken, match=rf"port {port} of 127\.0\.0\.1 is taken.*another port"):
            async with opened(port=port):
                pass


async def test_a_page_of_another_site_cannot_fetch_what_is_of_calls_nor_fill_the_audit_log(house: House) -> None:
    """Whoever follows a link may see it; only what was seen is noted."""
    cross = "Sec-Fetch-Site: cross-site"
    assert (await get(house, "/calls", cross, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: audio"))[0] == 403
    assert (await get(house, "/calls", cross, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"))[0] == 403
    assert (await get(house, "/calls/absent/sound"))[0] == 404
    assert audit.verify(house.journals)[0] == 0
    assert (await get(house, "/calls", cross, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"))[0] == 200
    assert [entry.action for entry in audit.entries(house.journals)] == ["calls_listed"]

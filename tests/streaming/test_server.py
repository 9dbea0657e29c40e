"""The port keeps its promises to good and bad clients alike, whatever product it serves."""

import asyncio
import base64
import json
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from streaming import call_socket
from streaming import server as module
from streaming.call_socket import CallSocket
from streaming.door import Door, Leave, Need
from streaming.errors import Overloaded, ProtocolViolation
from streaming.fed_call import NOBODY, FedCalls
from streaming.outbox import Outbox
from streaming.product import EndReason, Left, Page, Tell, Watching
from streaming.protocols import audiohook, browser
from streaming.protocols.contract import Accepted, Flushed, Opening, Returned
from streaming.server import Server
from streaming.types import FRAME_MS, AudioFrame, Gap, Word, Words
from tests.bench.chaos.raw_socket import taken_bytes
from tests.streaming.protocols.test_http_signature import CREATED_S, HEADERS, KEY, PARAMETERS, URL, resigned

PATIENCE_S = 10.0
SECOND = bytes(range(250)) * 128
START: dict[str, Any] = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}


class Recorder:
    """A call that keeps what it heard."""

    def __init__(self, call_id: str, flushed: asyncio.Queue[str]) -> None:
        self.call_id = call_id
        self.frames: list[AudioFrame] = []
        self.flushed = flushed
        self.reasons: list[EndReason] = []
        self.ended = asyncio.Event()
        self.has_last_words = asyncio.Event()
        self.has_last_words.set()

    @property
    def received_ms(self) -> int:
        return len(self.frames) * FRAME_MS

    @property
    def heard_ms(self) -> int:
        return self.received_ms

    @property
    def safe_ms(self) -> int:
        return 0

    def hear(self, event: AudioFrame | Gap | Flushed) -> None:
        if isinstance(event, Flushed):
            self.flushed.put_nowait(event.speaker)
            return
        assert isinstance(event, AudioFrame)
        if event.pcm[:4] == b"oops":
            raise RuntimeError("a fault of ours")
        self.frames.append(event)

    async def end(self, reason: EndReason) -> None:
        await self.has_last_words.wait()
        self.reasons.append(reason)
        self.ended.set()


class Product:
    """Two calls at most, one page, and overlays that are told whatever the test tells them."""

    def __init__(self) -> None:
        self.calls: dict[str, Recorder] = {}
        self.tell: dict[str, Tell] = {}
        self.flushed: asyncio.Queue[str] = asyncio.Queue()
        self.overlays: list[Outbox] = []
        self.left = asyncio.Event()
        self.said: list[str | bytes] = []

    def open_call(self, accepted: Accepted, protocol: str, tell: Tell) -> Recorder:
        if accepted.call_id in self.calls:
            raise ProtocolViolation("call_exists", "that id is taken")
        if (full := self.no_room()) is not None:
            raise full
        call = Recorder(accepted.call_id or f"made-{protocol}", self.flushed)
        self.calls[call.call_id] = call
        self.tell[call.call_id] = tell
        return call

    def no_room(self) -> Overloaded | None:
        return Overloaded("two are running", 7) if len(self.calls) >= 2 else None

    async def claim(self, returned: Returned) -> Left | None:
        return None

    def take_over(self, left: Left, accepted: Accepted, tell: Tell) -> Recorder:
        raise AssertionError("there are no other nodes")

    def watch(self, wish: str, outbox: Outbox, leave: Leave) -> Watching:
        if wish != "watch":
            raise ProtocolViolation("bad_watch", "say watch")
        self.overlays.append(outbox)
        outbox.put("hello")
        return self

    def hear(self, message: str | bytes) -> None:
        if message == "nonsense":
            raise ProtocolViolation("bad_message", "say something else")
        self.said.append(message)

    def end(self) -> None:
        self.left.set()

    def needs(self, path: str) -> Need | None:
        return None

    async def page(self, path: str, query: str) -> Page | None:
        return Page("text/plain", b"here\n", headers=(("X-Own", "yes"),)) if path == "/" else None


class Served:
    """A product that is up, and clients of it."""

    def __init__(self, product: Product, port: int) -> None:
        self.product = product
        self.port = port

    def socket(self, path: str = "/call/browser", **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}{path}", compression=None, **options)

    async def get(self, path: str, *headers: str) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            headers if any(line.startswith("Host:") for line in headers) else (f"Host: 127.0.0.1:{self.port}", *headers)
        )
        writer.write("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode())
        answer = (await asyncio.wait_for(reader.read(), PATIENCE_S)).decode()
        writer.close()
        return int(answer.split()[1]), answer


@asynccontextmanager
async def serving(**options: dict[str, object]) -> AsyncIterator[Served]:
    product = Product()
    async with Server(product, Door(), options).running() as port:
        yield Served(product, port)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server for one test."""
    async with serving() as up:
        yield up


def start(**changes: Any) -> str:
    """A start message."""
    return json.dumps(START | changes)


async def told(client: ClientConnection) -> dict[str, Any]:
    """Its next message."""
    message: dict[str, Any] = json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))
    return message


async def told_until(client: ClientConnection, kind: str) -> dict[str, Any]:
    """Its next message of a kind."""
    while (message := await told(client))["kind"] != kind:
        pass
    return message


async def closed(client: ClientConnection) -> int | None:
    """The code that the server closed with, once all its messages are read."""
    try:
        while True:
            await asyncio.wait_for(client.recv(), PATIENCE_S)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else None


@asynccontextmanager
async def neighbour(served: Served) -> AsyncIterator[None]:
    """A call that runs before, during and after, and hears every one of its frames."""
    async with served.socket() as client:
        await client.send(start(call="neighbour"))
        await told_until(client, "started")
        await client.send(SECOND)
        yield
        await client.send(SECOND)
        await client.send('{"kind":"stop"}')
        assert (await told_until(client, "ended"))["duration_ms"] == 2_000
    call = served.product.calls["neighbour"]
    assert b"".join(frame.pcm for frame in call.frames) == SECOND * 2
    assert call.reasons == ["stopped"]


async def test_a_call_is_started_acknowledged_and_ended(served: Served) -> None:
    """The client learns its id, how far it was heard and that its last words are out; then 1000."""
    async with served.socket() as client:
        await client.send(start())
        assert await told(client) == {"kind": "started", "call": "made-browser", "received_samples": 0}
        await client.send(SECOND)
        while (ack := await told(client))["received_ms"] < 1_000:
            assert ack["kind"] == "ack"  # it came while the second was heard
        assert ack == {"kind": "ack", "received_ms": 1_000, "heard_ms": 1_000, "safe_ms": 0}
        await client.send('{"kind":"stop"}')
        assert await told(client) == {"kind": "ended", "duration_ms": 1_000, "unread_bytes": 0}
        assert await closed(client) == 1000
    assert served.product.calls["made-browser"].reasons == ["stopped"]


BAD_STARTS: dict[str, str | bytes] = {
    "not_json": "hello",
    "bad_message": '{"kind":"begin"}',
    "wrong_rate": start(sample_rate_hz=96_000),
    "no_rate": start(sample_rate_hz="fast"),
    "unknown_field": start(speed=2),
    "unknown_metadata": start(metadata={"colour": "red"}),
    "unknown_speaker": start(channels=["boss"]),
    "one_speaker_twice": start(channels=["rep", "rep"]),
    "wrong_encoding": start(encoding="opus"),
    "bad_id": start(call="../../etc"),
    "stop_first": '{"kind":"stop"}',
    "sound_first": SECOND,
    "too_deep": "[" * 60_000,
}


@pytest.mark.parametrize("name", BAD_STARTS)
async def test_a_bad_first_message_gets_a_typed_answer(served: Served, name: str) -> None:
    """It is told a code and what to do, then 1008; no call begins, and the one beside it notices nothing."""
    async with neighbour(served):
        async with served.socket() as client:
            await client.send(BAD_STARTS[name])
            answer = await told(client)
            assert answer["kind"] == "error"
            assert answer["code"] in ("not_json", "bad_message", "not_started")
            assert len(answer["message"]) > 20
            assert await closed(client) == 1008
    assert list(served.product.calls) == ["neighbour"]


async def test_a_violation_within_a_call_ends_only_that_call(served: Served) -> None:
    """A second start is refused with its code, without a goodbye that says all is well, and the call is told why."""
    async with neighbour(served):
        async with served.socket() as client:
            await client.send(start(call="bad"))
            await told_until(client, "started")
            await client.send(start(call="other"))
            assert (await told(client))["code"] == "already_started"
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(client.recv(), PATIENCE_S)
    assert served.product.calls["bad"].reasons == ["refused"]


async def test_odd_bytes_are_put_together_again(served: Served) -> None:
    """Messages may end in mid-sample; the frames are those of the whole, and what is left over is told."""
    async with served.socket() as client:
        await client.send(start(call="odd"))
        for first in range(0, len(SECOND), 333):
            await client.send(SECOND[first : first + 333])
        await client.send(b"x")
        await client.send('{"kind":"stop"}')
        assert (await told_until(client, "ended"))["unread_bytes"] == 1
    assert b"".join(frame.pcm for frame in served.product.calls["odd"].frames) == SECOND


async def test_a_huge_message_closes_with_1009(served: Served) -> None:
    """Nobody makes the server hold more than 256 KiB; exactly that much is taken."""
    async with neighbour(served):
        async with served.socket() as client:
            await client.send(start(call="huge"))
            await client.send(bytes(module.MAX_MESSAGE_BYTES))
            await told_until(client, "ack")
            await client.send(bytes(module.MAX_MESSAGE_BYTES + 1))
            assert await closed(client) == 1009
        await asyncio.wait_for(served.product.calls["huge"].ended.wait(), PATIENCE_S)
    assert served.product.calls["huge"].reasons == ["refused"]


async def test_text_that_is_no_utf8_closes_with_1007(served: Served) -> None:
    """A text message of broken bytes ends that connection alone."""
    async with neighbour(served):
        async with served.socket() as client:
            await client.send(start(call="garbled"))
            await told_until(client, "started")
            await client.send(b"\xff\xfe", text=True)
            assert await closed(client) == 1007
    assert served.product.calls["garbled"].reasons == ["refused"]


async def test_an_unknown_protocol_is_refused(served: Served) -> None:
    """`/call/` of a file that is not there, or that is no plug-in, is closed with 1008."""
    for path in ("/call/telegraph", "/call/contract", "/call/", "/call/browser/x"):
        async with served.socket(path) as client:
            assert await closed(client) == 1008


async def test_a_client_that_wants_words_is_told_them(served: Served) -> None:
    """At the path that it has built in, as its query asks; what it wants finalised reaches the call."""
    async with served.socket("/v1/listen?encoding=linear16&sample_rate=16000&model=nova-3") as client:
        await client.send(SECOND)
        await client.send('{"type":"Finalize"}')
        await client.send('{"type":"KeepAlive"}')
        assert await asyncio.wait_for(served.product.flushed.get(), PATIENCE_S) == "prospect"
        served.product.tell["made-deepgram"](Words("prospect", 0, (Word("Yes.", 100, 300, 1.0),), (), True))
        results = await told(client)
        assert (results["type"], results["channel"]["alternatives"][0]["transcript"]) == ("Results", "Yes.")
        await client.send('{"type":"CloseStream"}')
        assert (await told(client))["duration"] == 1.0
        assert await closed(client) == 1000
    assert served.product.calls["made-deepgram"].reasons == ["stopped"]


async def test_a_source_whose_close_is_its_end_has_stopped(served: Served) -> None:
    """Where no message ends a call; and a subprotocol that a client names is in the answer."""
    offer: Any = "audio.jambonz.org"
    async with served.socket("/call/fork", subprotocols=[offer]) as client:
        assert client.subprotocol == offer
        await client.send('{"callSid":"c1","sampleRate":16000}')
        await client.send(SECOND)
    await asyncio.wait_for(served.product.calls["c1"].ended.wait(), PATIENCE_S)
    assert served.product.calls["c1"].reasons == ["stopped"]
    assert served.product.calls["c1"].received_ms == 1_000


async def test_a_protocol_may_refuse_a_connection(served: Served) -> None:
    """By what the handshake says: closed with the code as the reason, and the operator can see why."""
    with capture_logs() as logs:
        async with served.socket("/v1/listen?encoding=opus&sample_rate=16000") as client:
            assert await closed(client) == 1008
            assert client.close_reason == "bad_encoding"
    assert [(entry["event"], entry["protocol"], entry["code"]) for entry in logs] == [
        ("call_refused", "deepgram", "bad_encoding")
    ]


async def test_a_protocol_has_the_operators_options_and_the_headers() -> None:
    """A stream that Twilio did not sign is refused where its token is set."""
    url = "wss://assist.example.com/call/twilio"
    async with serving(twilio={"url": url, "auth_token": "12345"}) as served:
        async with served.socket("/call/twilio") as client:
            assert await closed(client) == 1008
            assert client.close_reason == "bad_signature"
        signature = RequestValidator("12345").compute_signature(url, {})
        async with served.socket("/call/twilio", additional_headers={"X-Twilio-Signature": signature}) as client:
            await client.send('{"event":"start","start":{"callSid":"CA1"}}')
            await client.send('{"event":"stop"}')
            assert await closed(client) == 1000
    assert served.product.calls["CA1"].reasons == ["stopped"]


async def test_a_taken_id_and_a_full_house_are_told_apart(served: Served) -> None:
    """`call_exists` is the client's to mend, `overloaded` asks it to come back."""
    async with neighbour(served):
        async with served.socket() as second:
            await second.send(start(call="neighbour"))
            assert (await told(second))["code"] == "call_exists"
            assert await closed(second) == 1008
        async with served.socket() as third, served.socket() as fourth:
            await third.send(start(call="third"))
            await told_until(third, "started")
            await fourth.send(start(call="fourth"))
            refused = {"kind": "error", "code": "overloaded", "message": "two are running; try again in 7 s"}
            assert await told(fourth) == refused | {"retry_after_s": 7}
            assert await closed(fourth) == 1013
            assert fourth.close_reason == "overloaded: try again in 7 s"


@pytest.mark.parametrize("path", ["/call/twilio", "/call/fork", "/v1/listen"])
async def test_a_source_that_knows_no_refusal_is_refused_before_it_is_connected(served: Served, path: str) -> None:
    """By HTTP, with the time after which to come again; one that may go on with a call is let in to say so."""
    async with neighbour(served), served.socket() as third:
        async with served.socket(path):
            pass
        await third.send(start(call="third"))
        await told_until(third, "started")
        with capture_logs() as logs, pytest.raises(InvalidStatus) as refused:
            async with served.socket(path):
                pass
        response = refused.value.response
        assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
        assert response.body == b"two are running; try again in 7 s\n"
        assert [(entry["event"], entry["code"]) for entry in logs] == [("call_refused", "overloaded")]
        for others in ("/call/asterisk?call=1", "/call/audiohook", "/call/browser", "/overlay"):
            async with served.socket(others):
                pass
        assert (await served.get("/call/nobody"))[0] == 426


async def test_a_time_out_of_the_network_is_no_call_that_never_began() -> None:
    """The system tells of a peer that has vanished by the same error as a patience that is over."""

    async def messages() -> AsyncIterator[str | bytes]:
        yield start(call="gone")
        raise TimeoutError

    product = Product()
    calling = CallSocket(product.open_call, browser.create(Opening()), "browser", NOBODY, FedCalls(0))
    assert await calling.serve(messages()) == (1000, "")
    assert product.calls["gone"].reasons == ["connection_lost"]


async def test_a_client_that_vanishes_ends_its_call(served: Served) -> None:
    """Without a close, by a reset: the call ends as one whose connection was lost, and keeps its sound."""
    async with neighbour(served):
        async with served.socket() as client:
            await client.send(start(call="gone"))
            await client.send(SECOND)
            await told_until(client, "ack")
            client.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            client.transport.abort()
        await asyncio.wait_for(served.product.calls["gone"].ended.wait(), PATIENCE_S)
    assert served.product.calls["gone"].reasons == ["connection_lost"]
    assert served.product.calls["gone"].received_ms == 1_000


async def test_a_client_that_closes_without_stop_ends_its_call(served: Served) -> None:
    """In good order, but in mid-call: that is a lost connection as well."""
    async with served.socket() as client:
        await client.send(start(call="left"))
        await told_until(client, "started")
    await asyncio.wait_for(served.product.calls["left"].ended.wait(), PATIENCE_S)
    assert served.product.calls["left"].reasons == ["connection_lost"]


async def test_a_call_that_never_starts_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing came for a while: a typed answer, and a close with the reason."""
    monkeypatch.setattr(call_socket, "BEGIN_S", 0.2)
    async with serving() as served, served.socket("/call/browser") as client:
        assert (await told(client))["code"] == "no_start"
        assert await closed(client) == 1008
        assert client.close_reason == "no_start"


async def test_a_client_that_talks_and_begins_no_call_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would keep its place for ever; one that began its call may take its time."""
    monkeypatch.setattr(call_socket, "BEGIN_S", 1.0)
    async with serving() as served, served.socket() as patient:
        await patient.send(start(call="patient"))
        await told_until(patient, "started")
        async with served.socket("/call/twilio") as client:
            with suppress(ConnectionClosed):
                async with asyncio.timeout(PATIENCE_S):
                    while True:
                        await client.send('{"event":"connected"}')
                        await asyncio.sleep(0.02)
            assert (client.close_code, client.close_reason) == (1008, "no_start")
        await patient.send(SECOND)
        await patient.send('{"kind":"stop"}')
        assert (await told_until(patient, "ended"))["duration_ms"] == 1_000


async def test_our_own_fault_ends_one_connection(served: Served) -> None:
    """An unforeseen error closes with 1011, is logged without what was said, and the call is told that it failed."""
    with capture_logs() as logs:
        async with neighbour(served):
            async with served.socket() as client:
                await client.send(start(call="unlucky"))
                await client.send(b"oops" + SECOND)
                assert await closed(client) == 1011
    assert served.product.calls["unlucky"].reasons == ["failed"]
    assert [entry["event"] for entry in logs] == ["connection_failed"]


@pytest.mark.parametrize("wish", ["nonsense", b"watch"])
async def test_an_overlay_with_a_bad_wish_is_refused(served: Served, wish: str | bytes) -> None:
    """It is closed with 1008 and the code as the reason."""
    async with neighbour(served), served.socket("/overlay") as client:
        await client.send(wish)
        assert await closed(client) == 1008
        assert client.close_reason == "bad_watch"


async def test_an_overlay_is_told_and_unwatched(served: Served) -> None:
    """What is put reaches it as text, what it says reaches the product, and when it leaves nobody tells it any more."""
    async with served.socket("/overlay") as client:
        await client.send("watch")
        assert await asyncio.wait_for(client.recv(), PATIENCE_S) == "hello"
        await client.send("thank you")
        served.product.overlays[0].put(b"next")
        assert await asyncio.wait_for(client.recv(), PATIENCE_S) == "next"
        assert not served.product.left.is_set()
    await asyncio.wait_for(served.product.left.wait(), PATIENCE_S)
    assert served.product.said == ["thank you"]


async def test_an_overlay_that_says_what_it_may_not_is_refused(served: Served) -> None:
    """With the reason, and it is unwatched."""
    async with neighbour(served), served.socket("/overlay") as client:
        await client.send("watch")
        await client.send("nonsense")
        assert await closed(client) == 1008
        assert client.close_reason == "bad_message"
    await asyncio.wait_for(served.product.left.wait(), PATIENCE_S)


async def test_pages_and_what_is_none(served: Served) -> None:
    """Pages carry their own headers and ours; what is not there is 404; a socket's path asks for an upgrade."""
    status, page = await served.get("/?call=x")
    assert status == 200 and page.endswith("\r\n\r\nhere\n")
    for header in ("X-Own: yes", "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "Content-Length: 5"):
        assert header in page
    assert (await served.get("/nothing"))[0] == 404
    assert (await served.get("/overlay"))[0] == 426


@pytest.mark.parametrize(
    "headers",
    [
        ("Origin: http://evil.example",),
        ("Origin: null",),
        ("Host: evil.example",),
        ("Host: evil.example", "Origin: http://evil.example"),
        ("Host: 127.0.0.1.evil.example:80",),
        ("Host: [broken",),
        ("Host: 127.0.0.1", "Host: evil.example"),
    ],
)
async def test_foreign_pages_may_not_connect(served: Served, headers: tuple[str, ...]) -> None:
    """Neither by their own name nor by a name that was made to point here."""
    status, answer = await served.get("/", *headers)
    assert status == 403
    assert "here" not in answer.split("\r\n\r\n")[1].split()[0]


async def test_a_foreign_page_gets_no_socket(served: Served) -> None:
    """The check comes before the upgrade; our own page passes it."""
    for path in ("/overlay", "/call/browser"):
        with pytest.raises(InvalidStatus) as refusal:
            async with served.socket(path, origin="http://evil.example"):
                pass
        assert refusal.value.response.status_code == 403
    async with served.socket("/overlay", origin=f"http://127.0.0.1:{served.port}") as client:
        await client.send("watch")
        assert await asyncio.wait_for(client.recv(), PATIENCE_S) == "hello"


async def test_shutdown_ends_calls_once_and_says_goodbye() -> None:
    """A running call gets its last words and its end, then 1012."""
    async with serving() as served:
        client = await served.socket()
        await client.send(start(call="open"))
        await told_until(client, "started")
    assert (await told_until(client, "ended"))["duration_ms"] == 0
    assert await closed(client) == 1012
    assert served.product.calls["open"].reasons == ["shutdown"]


SESSION = "30b0e395-84d3-4570-ac13-9a62d8f514c0"
NO_CALL = "00000000-0000-0000-0000-000000000000"


def hook(kind: str, seq: int, **parameters: Any) -> str:
    """A message of Genesys' client."""
    return json.dumps({"version": "2", "id": SESSION, "type": kind, "seq": seq, "parameters": parameters})


def hook_open(conversation: str = SESSION) -> str:
    """Its first one, of the prospect."""
    media = {"type": "audio", "format": "PCMU", "channels": ["external"], "rate": 8000}
    return hook("open", 1, conversationId=conversation, media=[media])


async def parted(client: ClientConnection, seq: int) -> list[str]:
    """It closes as it should, and is answered; the kinds of message that it was told."""
    await client.send(hook("close", seq, reason="end"))
    kinds = [(await told(client))["type"]]
    await client.close()
    return kinds


async def test_a_client_that_is_to_close_first_may(served: Served) -> None:
    """It is opened, pinged and answered `closed` at once; the server leaves the closing to it."""
    async with served.socket("/call/audiohook") as client:
        await client.send(hook_open())
        assert (await told(client))["type"] == "opened"
        await client.send(bytes(1600))
        await client.send(hook("ping", 2))
        assert (await told(client))["type"] == "pong"
        await client.send(hook("close", 3, reason="end"))
        assert (await told(client))["type"] == "closed"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.recv(), 0.3)
    await asyncio.wait_for(served.product.calls[SESSION].ended.wait(), PATIENCE_S)
    assert served.product.calls[SESSION].reasons == ["stopped"]
    assert served.product.calls[SESSION].received_ms == 200


async def test_a_signed_request_counts_once() -> None:
    """Whoever has recorded one opens no session by it, though its signature holds for some seconds more."""
    created_s = int(time.time())
    times = {str(CREATED_S): str(created_s), str(CREATED_S + 30): str(created_s + 30)}
    parameters = PARAMETERS
    for old, new in times.items():
        parameters = parameters.replace(f"={old}", f"={new}")
    headers = {name: value for name, value in resigned(parameters=parameters).items() if name != "host"}
    key: dict[str, object] = {"url": URL, "key": KEY.id, "secret": base64.b64encode(KEY.secret).decode()}
    opening = hook("open", 1, organizationId=HEADERS["audiohook-organization-id"], conversationId=NO_CALL, media=[])
    answers = []
    async with serving(audiohook=key) as served:
        for _ in range(2):
            async with served.socket("/call/audiohook", additional_headers=headers) as client:
                await client.send(opening)
                answers.append((await told(client))["type"])
                await parted(client, 2)
    assert answers == ["opened", "disconnect"]


async def test_a_client_that_is_to_close_first_and_does_not_is_closed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time; a connection that was only tried is no call."""
    monkeypatch.setattr(audiohook.AudioHookProtocol, "parting_s", 0.2)
    async with served.socket("/call/audiohook") as client:
        await client.send(hook_open(NO_CALL))
        await client.send(hook("close", 2, reason="end"))
        assert [(await told(client))["type"] for _ in range(2)] == ["opened", "closed"]
        assert await closed(client) == 1000
    assert served.product.calls == {}


async def test_a_client_that_is_to_close_first_is_asked_to(served: Served) -> None:
    """By the protocol's own message, at a fault of its and where there is no room; its call is over by then."""
    async with neighbour(served), served.socket("/call/audiohook") as client:
        await client.send(hook_open())
        assert (await told(client))["type"] == "opened"
        await client.send("nonsense")
        assert (await told(client))["parameters"]["reason"] == "error"
        await client.send(bytes(1600))
        assert await parted(client, 2) == ["closed"]
        assert served.product.calls[SESSION].reasons == ["refused"]
        assert served.product.calls[SESSION].received_ms == 0
        async with served.socket("/call/audiohook") as late:
            await late.send(hook_open("one-too-many"))
            assert "two are running" in (await told(late))["parameters"]["info"]
            assert await parted(late, 2) == ["closed"]


async def test_a_client_that_is_to_close_first_need_not_wait_for_last_words(served: Served) -> None:
    """Whatever the call ends by, its `close` is answered at once: a busy recogniser is no fault of the protocol."""
    async with served.socket("/call/audiohook") as client:
        await client.send(hook_open())
        assert (await told(client))["type"] == "opened"
        call = served.product.calls[SESSION]
        call.has_last_words.clear()
        try:
            await client.send("nonsense")
            assert (await told(client))["parameters"]["reason"] == "error"
            assert await parted(client, 2) == ["closed"]
            assert call.reasons == []
        finally:
            call.has_last_words.set()
        await asyncio.wait_for(call.ended.wait(), PATIENCE_S)


async def test_shutdown_asks_a_client_to_close_first() -> None:
    """And waits for it; what it still sends belongs to no call."""
    async with AsyncExitStack() as house:
        served = await house.enter_async_context(serving())
        client = await served.socket("/call/audiohook")
        await client.send(hook_open())
        assert (await told(client))["type"] == "opened"
        going = asyncio.create_task(house.aclose())
        assert (await told(client))["parameters"]["reason"] == "completed"
        await client.send(bytes(1600))
        assert await parted(client, 2) == ["closed"]
        await asyncio.wait_for(going, 1)
    assert served.product.calls[SESSION].reasons == ["shutdown"]
    assert served.product.calls[SESSION].received_ms == 0


async def test_shutdown_waits_for_no_stuck_client() -> None:
    """One that reads nothing, one that never finished its handshake and one that answers no close: under 5 s in all."""
    clock = asyncio.get_running_loop().time
    async with serving() as served:
        silent = await asyncio.open_connection("127.0.0.1", served.port)
        stuck = await stuck_overlay(served)
        idle = await served.socket("/overlay")
        idle.transport.pause_reading()
        begun = clock()
    assert clock() - begun < 5
    for writer in (silent[1], stuck[1]):
        writer.close()
    idle.transport.abort()


async def test_an_overlay_that_stops_reading_is_cut(served: Served) -> None:
    """Within 2 s of the first message that stays here, while another overlay and a call go on."""
    clock = asyncio.get_running_loop().time
    _, writer = await stuck_overlay(served)
    stuck, stuck_s = served.product.overlays[0], float("inf")
    left_s = asyncio.create_task(left_at(served))
    async with neighbour(served), served.socket("/overlay") as other:
        await other.send("watch")
        assert await asyncio.wait_for(other.recv(), PATIENCE_S) == "hello"
        for number in range(200):
            for overlay in served.product.overlays:
                overlay.put(f"{number}" + " " * 100_000)
            assert int(await asyncio.wait_for(other.recv(), PATIENCE_S)) == number
            if stuck._connection.transport.get_write_buffer_size():
                stuck_s = min(stuck_s, clock())
        assert 0 <= await asyncio.wait_for(left_s, PATIENCE_S) - stuck_s < 2
        await other.send("still here")
        served.product.overlays[1].put("so am I")
        assert await asyncio.wait_for(other.recv(), PATIENCE_S) == "so am I"
    writer.close()


async def test_an_overlay_that_stops_reading_is_cut_though_little_is_said(served: Served) -> None:
    """Soon after the first message that the machine no longer takes from us, not after some 30 KB more."""
    _, writer = await stuck_overlay(served)
    (overlay,) = served.product.overlays
    async with asyncio.timeout(PATIENCE_S):
        while not overlay._connection.transport.get_write_buffer_size():
            overlay.put(" " * 20_000)
            await asyncio.sleep(0.001)
    async with asyncio.timeout(3):
        while not served.product.left.is_set():
            overlay.put("little")
            await asyncio.sleep(0.02)
    writer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
async def test_an_overlay_that_stops_reading_is_cut_though_the_machine_takes_all(served: Served) -> None:
    """Within 2 s of the last that its own system took, however little there is to tell; one that reads is left."""
    clock = asyncio.get_running_loop().time
    _, writer = await stuck_overlay(served, room_bytes=2_048)
    (overlay,) = served.product.overlays
    client = writer.get_extra_info("socket")
    left_s = asyncio.create_task(left_at(served))
    taken, taken_s = 0, clock()
    async with served.socket("/overlay") as other, asyncio.timeout(PATIENCE_S):
        await other.send("watch")
        while not left_s.done():
            overlay.put(" " * 200)
            assert not overlay._connection.transport.get_write_buffer_size()
            if (now := taken_bytes(client)) != taken:
                taken, taken_s = now, clock()
            await asyncio.sleep(0.05)
        assert 1 < await left_s - taken_s < 2
        with pytest.raises(OSError):
            client.getpeername()  # it was reset: our system waits for it no more
        assert await other.recv() == "hello"
    writer.close()


async def left_at(served: Served) -> float:
    """When an overlay has left, by the loop's clock."""
    await served.product.left.wait()
    return asyncio.get_running_loop().time()


async def stuck_overlay(
    served: Served, room_bytes: int | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An overlay that is watching and reads nothing more; its system has that much room for it."""
    client = socket.socket()
    if room_bytes is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room_bytes)
    client.connect(("127.0.0.1", served.port))
    client.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=client, limit=1024)
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key)
    writer.write("\r\n".join(["GET /overlay HTTP/1.1", f"Host: 127.0.0.1:{served.port}", *upgrade, "", ""]).encode())
    writer.write(b"\x81\x85\x00\x00\x00\x00watch")
    await asyncio.wait_for(reader.readuntil(b"hello"), PATIENCE_S)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer


async def test_a_flood_after_a_fault_still_gets_its_answer(served: Served) -> None:
    """A client that goes on sending is told why all the same, and is closed with 1008."""
    async with neighbour(served), served.socket() as client:
        await client.send(start(call="flood"))
        await client.send(start())
        flooding = asyncio.create_task(flood(client))
        assert (await told_until(client, "error"))["code"] == "already_started"
        assert await closed(client) == 1008
        await asyncio.wait_for(flooding, PATIENCE_S)


async def flood(client: ClientConnection) -> None:
    """Sends until it cannot."""
    with suppress(ConnectionClosed):
        while True:
            await client.send(SECOND * 2)

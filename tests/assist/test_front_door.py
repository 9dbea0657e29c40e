"""Behind an address that others reach, the real server lets nobody do anything without a token for it."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from assist import api, app
from assist.front_door import door_of, token_for
from assist.settings import Settings, load
from assist.settings_places import SettingsError
from streaming import server as streaming_server
from streaming.outbox import SEND_TIMEOUT_S
from streaming.tokens import Grant, Role, sign
from tests.assist.certified import certified
from tests.assist.conftest import set_apart

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 20.0
OURS = "https://assist.example.com"
KEY = "0123456789abcdef0123456789abcdef"
TWILIO_URL, TWILIO_TOKEN = "wss://assist.example.com/call/twilio", "a" * 32
START = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}
PRACTICE = {"practice": {"scenario": "price", "speaks": False}}
ORIGINS = (OURS, None, "https://evil.example", "https://assist.example.com.evil.example", "null")


def made(role: Role, call: str | None, ends_in_s: float = 7_200, key: str = KEY, audience: str = "assist") -> str:
    """A token."""
    return sign(Grant(role, call, audience, time.time() + ends_in_s), key.encode())


TOKENS: dict[str, tuple[str | None, Role | None, str | None]] = {
    "none": (None, None, None),
    "garbage": ("x.y", None, None),
    "no signature": (made("control", None).partition(".")[0] + ".", None, None),
    "of another key": (made("control", None, key="f" * 32), None, None),
    "for another server": (made("control", None, audience="other"), None, None),
    "expired": (made("control", None, ends_in_s=-1), None, None),
    **{
        f"{role} {call or 'any'}": (made(role, call), role, call)
        for role in ("feed", "view", "control")
        for call in (None, "mine", "other")
    },
}
"""By name: the token, and what it grants, if anything."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    """A server behind a proxy, at which the call `mine` runs for as long as the tests."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "script.json").write_text("[]")
    with pytest.MonkeyPatch.context() as patch:
        set_apart(folder, patch)
        settings = load(
            **{"port": 0, "engine": "scripted", "script": folder / "script.json", "journal_dir": folder / "calls"},
            **{"behind_proxy": True, "token_key": KEY, "origins": (OURS,), "max_calls": 1_000},
            **{"twilio_url": TWILIO_URL, "twilio_auth_token": TWILIO_TOKEN},
        )
    async with app.running(settings) as running:
        at = int(running.url.rpartition(":")[2])
        async with socket(at, "/call/browser", OURS, made("feed", "mine")) as feeding:
            await feeding.send(json.dumps(START | {"call": "mine"}))
            assert json.loads(await feeding.recv())["kind"] == "started"
            yield at


def socket(port: int, path: str, origin: str | None, token: str | None, **headers: str) -> connect:
    """As a page opens it."""
    offered: Any = [] if token is None else ["assist", f"assist.token.{token}"]
    return connect(
        f"ws://127.0.0.1:{port}{path}",
        compression=None,
        additional_headers=({"Origin": origin} if origin else {}) | headers,
        subprotocols=offered or None,
    )


async def told(port: int, path: str, origin: str | None, token: str | None, *messages: dict[str, Any]) -> str:
    """What becomes of it: the kind of what is told, or why it was closed, or the status of a refused handshake."""
    try:
        async with socket(port, path, origin, token) as client:
            for message in messages:
                await client.send(json.dumps(message))
            while True:
                event: dict[str, Any] = json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))
                if event["kind"] in ("error", "following"):
                    continue  # the reason for closing says the one too, the first event the other
                if len(messages) < 2 or "call" not in event:
                    return str(event["kind"])
    except InvalidStatus as refused:
        return str(refused.response.status_code)
    except ConnectionClosed as closed:
        return closed.rcvd.reason if closed.rcvd else "cut"


def expected(needed: Role, origin: str | None, token: str, good: str) -> str:
    """By the rules, said once more: the origin to the letter, then the token, then its role and call."""
    text, role, call = TOKENS[token]
    if origin != OURS:
        return "403"
    if text is not None and role is None:
        return "token_expired" if token == "expired" else "bad_token"
    may = role == needed or (role, needed) == ("control", "view")
    return good if may and call in (None, "mine") else "no_leave"


@pytest.mark.parametrize(("origin", "token"), list(product(ORIGINS, TOKENS)))
async def test_the_matrix_of_origins_tokens_roles_and_expiries_has_no_hole(
    port: int, origin: str | None, token: str
) -> None:
    """To watch a call, to have a say in it, and to feed one: each with each."""
    text = TOKENS[token][0]
    watch = {"kind": "watch", "call": "mine"}
    assert await told(port, "/overlay", origin, text, watch) == expected("view", origin, token, "call_started")
    dismiss = {"kind": "dismiss", "call": "mine", "id": "s1"}
    if (refusal := expected("control", origin, token, "")) != "":
        assert await told(port, "/overlay", origin, text, watch, dismiss) == refusal
    start = START | {"call": "mine"}
    # The call runs already, and only who may feed it is told so.
    assert await told(port, "/call/browser", origin, text, start) == expected("feed", origin, token, "call_exists")


@pytest.mark.parametrize("token", TOKENS)
async def test_who_may_have_a_say_may_practise(port: int, token: str) -> None:
    """It feeds both sides of its call and tells the overlay what was played: a source's token is not for that."""
    start = START | {"call": "mine", "metadata": PRACTICE}
    wanted = expected("control", OURS, token, "call_exists")
    assert await told(port, "/call/browser", OURS, TOKENS[token][0], start) == wanted


async def test_a_practice_goes_on_after_a_cut_and_writes_over_no_call(port: int) -> None:
    """The token that began it is good for that, and for no call that a source feeds."""
    start = {"channels": ["rep", "prospect"], "call": "own", "token": "s" * 32, "metadata": PRACTICE}
    back = {"kind": "resume", "call": "own", "token": "s" * 32}
    async with socket(port, "/call/browser", OURS, made("control", "own")) as client:
        await client.send(json.dumps(START | start))
        assert json.loads(await client.recv())["kind"] == "started"
        client.transport.abort()
    async with socket(port, "/call/browser", OURS, made("control", "own")) as client:
        await client.send(json.dumps(back))
        assert json.loads(await client.recv())["kind"] == "started"
        await client.send('{"kind":"stop"}')
        assert await ending(client, PATIENCE_S) == ""
    assert await told(port, "/call/browser", OURS, made("control", "own"), START | start) == "call_exists"
    async with socket(port, "/call/browser", OURS, made("feed", "fed")) as client:
        await client.send(json.dumps(START | {"call": "fed", "token": "s" * 32}))
        assert json.loads(await client.recv())["kind"] == "started"
        client.transport.abort()
    assert await told(port, "/call/browser", OURS, made("control", "fed"), back | {"call": "fed"}) == "no_leave"


@pytest.mark.parametrize(("role", "ends_in_s"), [("view", 60), ("view", -1), ("control", 60), ("feed", 60)])
async def test_a_link_that_another_server_made_is_good_here(port: int, role: Role, ends_in_s: float) -> None:
    """Servers that share `token_key` know each other's links; a link watches and is nothing else, and opens no door."""
    link = made(role, "mine", ends_in_s, audience="overlay")
    wanted = "call_started" if role == "view" and ends_in_s > 0 else "expired"
    assert await told(port, "/overlay", OURS, None, {"kind": "watch", "token": link}) == wanted
    assert await told(port, "/overlay", OURS, link, {"kind": "watch"}) == "bad_token"
    assert await told(port, "/overlay", OURS, None, {"kind": "watch", "token": made(role, "mine")}) == "expired"


@pytest.mark.parametrize("token", TOKENS)
async def test_whichever_call_runs_is_the_one_that_the_token_is_for(port: int, token: str) -> None:
    """An overlay that names none is not shown another's."""
    good = "waiting" if TOKENS[token][2] == "other" else "call_started"
    got = await told(port, "/overlay", OURS, TOKENS[token][0], {"kind": "watch", "call": None})
    wanted = expected("view", OURS, token, good)
    assert got == ("waiting" if TOKENS[token][1:] in (("view", "other"), ("control", "other")) else wanted)


@pytest.mark.parametrize(
    "path", ["/call/fork", "/call/asterisk?call=mine&speaker=rep", "/v1/listen?encoding=mulaw&sample_rate=8000"]
)
@pytest.mark.parametrize("token", TOKENS)
async def test_a_telephone_line_that_signs_nothing_needs_a_token_to_feed(port: int, path: str, token: str) -> None:
    """It comes without an origin; one of a stranger's page is refused all the same."""
    text, role, call = TOKENS[token]
    first = json.dumps({"sampleRate": 8_000, "callSid": "mine"}) if "fork" in path else bytes(160)
    if "asterisk" in path:
        first = "MEDIA_START connection_id:1 channel:x format:ulaw optimal_frame_size:160 ptime:20"
    headers = {} if text is None else {"Authorization": f"Bearer {text}"}
    assert await told(port, path, "https://evil.example", None) == "403"
    async with socket(port, path, None, None, **headers) as client:
        await client.send(first)
        is_let_in = (role, call) == ("feed", None) and "listen" in path
        reason = await ending(client, 0.3 if is_let_in else PATIENCE_S)
    if role is None and text is not None:
        assert reason == ("token_expired" if token == "expired" else "bad_token")
    elif role == "feed" and call in (None, "mine") and "listen" not in path:
        assert reason == "call_exists"
    else:
        assert reason == ("open" if is_let_in else "no_leave")


async def ending(client: ClientConnection, patience_s: float) -> str:
    """Why it was closed, or that it is open still after so long."""
    try:
        async with asyncio.timeout(patience_s):
            while True:
                await client.recv()
    except TimeoutError:
        return "open"
    except ConnectionClosed as closed:
        return closed.rcvd.reason if closed.rcvd else "cut"


@pytest.mark.parametrize(("is_right", "token"), list(product((True, False), TOKENS)))
async def test_a_source_that_signs_needs_no_token_and_no_token_spares_it_the_signature(
    port: int, is_right: bool, token: str
) -> None:
    """Twilio's, by its own computation."""
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(TWILIO_URL, {})
    headers = {"X-Twilio-Signature": signature if is_right else "AAAA"}
    start = {"event": "start", "start": {"tracks": ["inbound"], "customParameters": {}}}
    async with socket(port, "/call/twilio", None, None, **headers) as client:
        await client.send(json.dumps(start))
        reason = await ending(client, 0.1 if is_right else PATIENCE_S)
    assert reason == ("open" if is_right else "bad_signature")


@pytest.mark.parametrize(("path", "token"), list(product(("/", "/calls", "/calls/mine", "/calls/other"), TOKENS)))
async def test_pages_about_calls_need_a_token_to_view_them(port: int, path: str, token: str) -> None:
    """The overlay's own files are for all: nothing of a call is in them. A cookie does as well as a token."""
    text, role, call = TOKENS[token]
    status, _ = await get(port, path, {"Authorization": f"Bearer {text}"} if text else {})
    about = path.removeprefix("/calls").strip("/") or None
    may = role in ("view", "control") and call in (None, about)
    wanted = 200 if path == "/" else 401 if not may else 404 if path == "/calls/other" else 200
    assert status == wanted
    if role is not None:
        status, cookie = await get(port, "/session", {"Authorization": f"Bearer {text}"})
        assert status == 204
        by_cookie, _ = await get(port, path, {"Cookie": cookie.partition(";")[0]})
        assert by_cookie == wanted


async def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status, and the cookie that is set."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", "Host: assist.example.com", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = (await asyncio.wait_for(reader.read(), PATIENCE_S)).decode(errors="replace")
    writer.close()
    cookies = [line.partition(": ")[2] for line in answer.split("\r\n") if line.lower().startswith("set-cookie")]
    return int(answer.split()[1]), "".join(cookies)


async def test_a_cookie_opens_no_socket(port: int) -> None:
    """Any page that somebody opens could make use of it."""
    _, cookie = await get(port, "/session", {"Authorization": f"Bearer {made('control', None)}"})
    async with socket(port, "/overlay", OURS, None, Cookie=cookie.partition(";")[0]) as client:
        assert await ending(client, PATIENCE_S) == "no_leave"


async def test_media_is_never_compressed(port: int) -> None:
    """Though the client offers it: a few bytes would become many here."""
    text = made("feed", None)
    offers = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    async with socket(port, "/call/browser", OURS, text, **offers) as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        assert client.response.headers["Sec-WebSocket-Protocol"] == "assist"


@asynccontextmanager
async def encrypted(tmp_path: Path) -> AsyncIterator[tuple[Settings, ssl.SSLContext]]:
    """Settings with a certificate for this machine, and what trusts it."""
    cert, key = await asyncio.to_thread(certified, tmp_path)
    (tmp_path / "script.json").write_text("[]")
    settings = load(
        **{"port": 0, "engine": "scripted", "script": tmp_path / "script.json", "journal_dir": tmp_path / "calls"},
        **{"host": "0.0.0.0", "tls_cert": cert, "tls_key": key, "token_key": KEY, "origins": (OURS,)},
    )
    yield settings, ssl.create_default_context(cafile=str(cert))


async def test_with_a_certificate_it_speaks_tls_and_nothing_else(tmp_path: Path) -> None:
    """With a token a call is taken there, and an overlay stays; a request in the clear is answered nothing."""
    async with encrypted(tmp_path) as (settings, trusting), app.running(settings) as running:
        assert running.url.startswith("https://")
        at = int(running.url.rpartition(":")[2])
        token = token_for(settings, "feed", "c", 60, 60)
        offered: Any = ["assist", f"assist.token.{token}"]
        async with connect(
            f"wss://localhost:{at}/call/browser",
            ssl=trusting,
            origin=Origin(OURS),
            subprotocols=offered,
            compression=None,
        ) as client:
            await client.send(json.dumps(START | {"call": "c"}))
            assert json.loads(await asyncio.wait_for(client.recv(), PATIENCE_S))["kind"] == "started"
        offered = ["assist", f"assist.token.{token_for(settings, 'view', None, 60, 60)}"]
        async with connect(
            f"wss://localhost:{at}/overlay", ssl=trusting, origin=Origin(OURS), subprotocols=offered, compression=None
        ) as overlay:
            assert await ending(overlay, 2 * SEND_TIMEOUT_S) == "open"
        reader, writer = await asyncio.open_connection("127.0.0.1", at)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            assert b"alive" not in await asyncio.wait_for(reader.read(), PATIENCE_S)
        except ConnectionError:
            pass
        writer.close()


async def test_who_never_finishes_the_handshake_of_tls_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Soon: nobody counts them before."""
    monkeypatch.setattr(streaming_server, "HANDSHAKE_S", 0.3)
    async with encrypted(tmp_path) as (settings, _), app.running(settings) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(running.url.rpartition(":")[2]))
        try:
            assert await asyncio.wait_for(reader.read(), 2) == b""
        except ConnectionError:
            pass
        writer.close()


async def test_a_key_that_is_not_the_certificates_is_named(tmp_path: Path) -> None:
    """Before anything listens, with what both must be."""
    (tmp_path / "a.pem").write_text("no certificate")
    settings = load(
        **{"host": "0.0.0.0", "tls_cert": tmp_path / "a.pem", "tls_key": tmp_path / "b.pem"},
        **{"token_key": KEY, "origins": (OURS,)},
    )
    with pytest.raises(SettingsError, match=r"tls_cert .*a\.pem with tls_key .*b\.pem cannot be used: .*PEM"):
        door_of(settings)


async def test_on_this_machine_no_token_is_asked_for_and_without_a_key_none_is_made() -> None:
    """And it says how to have one."""
    assert door_of(load()).key is None
    with pytest.raises(SettingsError, match=r"token_key is not set.*openssl rand"):
        token_for(load(), "feed", None, 60, 60)


@pytest.mark.parametrize("path", [*api.openapi()["paths"], "/app.js", "/style.css", "/nowhere"])
async def test_every_answer_has_a_strict_content_policy(port: int, path: str) -> None:
    """Nothing but our own files is loaded, nothing is framed, and text cannot become markup by a script."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    token = made("view", None)
    lines = [f"GET {path.replace('{call}', 'mine')} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", "", ""]
    writer.write("\r\n".join(lines).encode())
    head = (await asyncio.wait_for(reader.read(), PATIENCE_S)).partition(b"\r\n\r\n")[0].decode()
    writer.close()
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
    policy = [rule.strip() for rule in headers["content-security-policy"].split(";")]
    assert policy[0] == "default-src 'none'"
    assert "frame-ancestors 'none'" in policy
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule or "http" in rule or "data:" in rule]
    if "html" in headers.get("content-type", ""):
        assert {"base-uri 'none'", "require-trusted-types-for 'script'"} <= set(policy)
        assert {"form-action 'none'", "form-action 'self'"} & set(policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"

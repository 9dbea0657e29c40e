"""The proxy, for real: Caddy with our file before nodes that say how they are."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request, Response

from tests.bench.served import HOST, free_port
from tests.docker.tools import DOCKER, run, tool

PATIENCE_S = 20.0


class Stub:
    """A node as the proxy sees one: it says whether it lives and whether it takes calls, and tells its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = free_port()
        self.is_ready = True
        self.asked = 0
        """How often whether it takes calls."""
        self.forwarded_for = ""
        self.full = ""
        """after which time it tells those to come again whom it refuses before they are connected"""

    @asynccontextmanager
    async def up(self) -> AsyncIterator["Stub"]:
        """Serves inside the context."""
        async with serve(self._say, HOST, self.port, process_request=self._answer):
            yield self

    async def _say(self, connection: ServerConnection) -> None:
        await connection.send(self.name)
        await connection.wait_closed()

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            self.forwarded_for = request.headers["X-Forwarded-For"]
            headers = Headers([("Retry-After", self.full), ("Content-Length", "0"), ("Connection", "close")])
            return Response(503, "", headers, b"") if self.full else None
        self.asked += request.path == "/readyz"
        status = 503 if request.path == "/readyz" and not self.is_ready else 200
        return Response(status, "", Headers([("Content-Length", "0"), ("Connection", "close")]), b"")


@asynccontextmanager
async def proxied(tmp_path: Path, *nodes: Stub) -> AsyncIterator[int]:
    """Caddy before them, as compose starts it; its port. TLS is Caddy's own certificate for localhost."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "SITE": f"localhost:{port}",
        "NODES": " ".join(f"{HOST}:{node.port}" for node in nodes),
        "CALLS": " ".join(f"localhost:{node.port}" for node in nodes),
    }
    # Two Caddys of two tests share no port for their administration, and no certificate goes into the system's store.
    config = tmp_path / "Caddyfile"
    config.write_text(f"{{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}}\n{_site()}")
    command = (tool("caddy"), "run", "--adapter", "caddyfile", "--config", str(config))
    quiet = asyncio.subprocess.DEVNULL
    caddy = await asyncio.create_subprocess_exec(*command, env=environment, stderr=quiet)
    try:
        yield port
    finally:
        caddy.terminate()
        await caddy.wait()


def _site() -> str:
    return (DOCKER / "Caddyfile").read_text()


def trusting() -> ssl.SSLContext:
    """Any certificate: this one is made anew each time."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def reached(port: int, path: str) -> str:
    """Which node answers there; tries until one does."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                async with connect(f"wss://localhost:{port}{path}", ssl=trusting(), proxy=None) as socket:
                    return str(await socket.recv())
            except (OSError, InvalidStatus):
                await asyncio.sleep(0.2)


async def takes_no_calls(node: Stub) -> None:
    """From now on, and the proxy knows: when it asks a second time it has the answer to the first."""
    node.is_ready, asked = False, node.asked
    async with asyncio.timeout(PATIENCE_S):
        while node.asked < asked + 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def status(port: int, path: str) -> tuple[int, str | None]:
    """What a request for a socket is answered, and when it says to come again."""
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"wss://localhost:{port}{path}", ssl=trusting(), proxy=None, open_timeout=PATIENCE_S):
            pass
    response = refused.value.response
    return response.status_code, response.headers.get("Retry-After")


def test_caddy_takes_the_file() -> None:
    """As compose gives it its variables."""
    variables = {
        "SITE": "localhost",
        "NODES": "node-1:8765 node-2:8765",
        "CALLS": "node-1-calls:8765 node-2-calls:8765",
    }
    adapted = run(
        "env",
        *(f"{name}={value}" for name, value in variables.items()),
        tool("caddy"),
        "adapt",
        "--config",
        DOCKER / "Caddyfile",
    )
    dials = {part["dial"] for part in _upstreams(json.loads(adapted))}
    assert dials == {*variables["NODES"].split(), *variables["CALLS"].split()}


def _upstreams(part: object) -> list[dict[str, str]]:
    if isinstance(part, dict):
        own = part.get("upstreams", [])
        return [*own, *(one for value in part.values() for one in _upstreams(value))]
    return [one for value in part for one in _upstreams(value)] if isinstance(part, list) else []


async def test_a_full_node_gets_overlays_and_no_calls(tmp_path: Path) -> None:
    """Its calls go on being watched while new ones go to others. With none left calls go to those that live: they take
    up what was begun, and tell others when to come again. With none alive the proxy says it."""
    one, two = Stub("one"), Stub("two")
    async with proxied(tmp_path, one, two) as port:
        async with one.up(), two.up():
            assert await reached(port, "/overlay") in ("one", "two")
            assert HOST in one.forwarded_for + two.forwarded_for or "::1" in one.forwarded_for + two.forwarded_for
            await takes_no_calls(one)
            assert {await reached(port, "/call/browser") for _ in range(6)} == {"two"}
            assert {await reached(port, "/overlay") for _ in range(24)} == {"one", "two"}
            await takes_no_calls(two)
            assert {await reached(port, "/call/browser") for _ in range(24)} == {"one", "two"}
            assert await reached(port, "/overlay") in ("one", "two")
            assert (await status(port, "/metrics"))[0] == 404
            one.full = two.full = "9"
            assert await status(port, "/call/twilio") == (503, "9")
        await asyncio.sleep(2.5)
        assert await status(port, "/overlay") == (503, "5")
        assert (await status(port, "/call/browser"))[0] in (502, 503)


async def test_a_node_that_died_is_passed_over(tmp_path: Path) -> None:
    """Whoever comes meanwhile notices nothing."""
    async with Stub("one").up() as one:
        async with Stub("two").up() as two, proxied(tmp_path, one, two) as port:
            assert {await reached(port, "/call/browser") for _ in range(24)} == {"one", "two"}
        # `two` is gone, and so is the proxy's knowledge of it: it must find out by itself.
        async with proxied(tmp_path, one, two) as port:
            assert {await reached(port, "/call/browser") for _ in range(4)} == {"one"}

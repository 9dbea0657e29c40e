"""A real server on a free port with a scripted recogniser, and clients of it, for the tests that run whole calls."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from assist.app import Running, running
from assist.grammar.parser import Parser
from assist.grammar.tree import Parse
from assist.settings import Settings, load
from streaming import recording
from streaming.types import SAMPLE_RATE_HZ

PATIENCE_S = 20.0
CLIP = Path(__file__).parents[1] / "recordings" / "justify_the_cost.ogg"
SAID = "I just don't know if we can justify the cost right now."
SCRIPT = [{"speaker": "prospect", "start_ms": 1_700, "end_ms": 4_500, "text": SAID}]
PACKET_BYTES = 32 * 200
LINK_KEY = "0123456789abcdef0123456789abcdef"

Event = dict[str, Any]


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches them."""
    set_apart(tmp_path, monkeypatch)


def set_apart(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Settings are those of the folder. What is made for a file of tests is made before `own_settings` of each."""
    for name in [name for name in os.environ if name.startswith("ASSIST_") and name != "ASSIST_DATA"]:
        patch.delenv(name)
    (folder / "assist.toml").touch()
    patch.setenv("ASSIST_CONFIG", str(folder / "assist.toml"))


@pytest.fixture(scope="session")
def said() -> bytes:
    """A second of silence, the clip, a second of silence: 16 kHz s16le."""
    clip = recording.read((CLIP,), 1).samples[:, 0]
    silence = np.zeros(SAMPLE_RATE_HZ, np.int16)
    return np.concatenate([silence, clip, silence]).astype("<i2").tobytes()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """What the scripted engine hears in that sound."""
    path = tmp_path / "script.json"
    path.write_text(json.dumps(SCRIPT))
    return path


class Client:
    """One socket, read with patience."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def told(self) -> Event:
        """The next message."""
        message: Event = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
        return message

    async def until(self, kind: str, **fields: Any) -> list[Event]:
        """All messages up to one of this kind with these fields; notes of the line are left out."""
        messages = []
        while True:
            message = await self.told()
            if message["kind"] not in ("heartbeat", "following"):
                messages.append(message)
            if message["kind"] == kind and fields.items() <= message.items():
                return messages

    async def sound(self, pcm: bytes) -> None:
        """Sends sound in packets of 200 ms, as fast as they are taken."""
        for first in range(0, len(pcm), PACKET_BYTES):
            await self.socket.send(pcm[first : first + PACKET_BYTES])
            await asyncio.sleep(0)

    async def stop(self) -> Event:
        """Ends the call; what the server says last."""
        await self.socket.send('{"kind":"stop"}')
        return (await self.until("ended"))[-1]


class House:
    """A server that is up."""

    def __init__(self, up: Running, settings: Settings) -> None:
        self.url = up.url
        self.ws = up.url.replace("http://", "ws://")
        self.audiosocket_port = up.audiosocket_port
        self.recogniser = up.recogniser
        self.journals = settings.journal_dir

    @asynccontextmanager
    async def call(self, **start: Any) -> AsyncIterator[Client]:
        """A call that has been accepted."""
        async with connect(f"{self.ws}/call/browser", compression=None) as socket:
            wish = {"kind": "start", "channels": ["prospect"], "encoding": "pcm_s16le", "sample_rate_hz": 16_000}
            await socket.send(json.dumps(wish | start))
            client = Client(socket)
            told = await client.told()
            assert told["kind"] == "started", told
            yield client

    @asynccontextmanager
    async def overlay(self, call: str | None = None, token: str | None = None, **place: int) -> AsyncIterator[Client]:
        """An overlay that watches; `place` is the epoch and the after_seq of one that comes back."""
        async with connect(f"{self.ws}/overlay", compression=None) as socket:
            await socket.send(json.dumps({"kind": "watch", "call": call, "token": token, **place}))
            yield Client(socket)

    async def events(self, call: str) -> list[Event]:
        """All that can still be told of a call that has ended or will."""
        async with self.overlay(call) as overlay:
            return await overlay.until("call_ended")


Opening = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def opened(tmp_path: Path, script: Path) -> Opening:
    """Opens a server with the scripted engine and whichever settings differ."""

    @asynccontextmanager
    async def open_house(**changes: Any) -> AsyncIterator[House]:
        given = {"port": 0, "engine": "scripted", "script": script, "journal_dir": tmp_path / "calls"}
        settings = load(**(given | changes))
        async with running(settings) as up:
            yield House(up, settings)

    return open_house


@pytest.fixture
async def house(opened: Opening) -> AsyncIterator[House]:
    """A server for one test."""
    async with opened() as up:
        yield up


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server with the real recogniser, for all tests of a file; its links to watch are signed with LINK_KEY."""
    folder = tmp_path_factory.mktemp("place")
    with pytest.MonkeyPatch.context() as patch:
        set_apart(folder, patch)
        settings = load(port=0, journal_dir=folder / "calls", token_key=LINK_KEY)
    async with running(settings) as up:
        yield House(up, settings)


@pytest.fixture(scope="session")
def parse() -> Parse:
    """The real parser, loaded."""
    parser = Parser()
    parser.wait()
    return parser.parse

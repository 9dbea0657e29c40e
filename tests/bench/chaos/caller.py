"""A call's source as the capture page is one: what is not acknowledged is kept, and sent again after a cut."""

import asyncio
import json
import secrets
import time
from random import Random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from streaming.types import SAMPLE_RATE_HZ
from tests.bench.chaos.sound import Sound

AS_A_PAGE: dict[str, Any] = {"compression": None, "ping_interval": None, "close_timeout": 1}
"""A browser sends no pings of its own."""
PACKET_MS = 20
PACKET_BYTES = SAMPLE_RATE_HZ * 2 * PACKET_MS // 1000
FIRST_RETRY_S, LAST_RETRY_S = 0.25, 1.0
SILENCE_S = 5.0
LAST_WORDS_S = 45.0
CATCH_UP = 8.0
"""times real time, once sound is owed"""
AHEAD_MS = 8_000


class CallFailed(Exception):
    """The call was refused, or given up; the text is what the server said, and when to come again if it said so."""

    def __init__(self, text: str, again_s: int | None = None) -> None:
        super().__init__(text)
        self.again_s = again_s


class Caller:
    """One call, said at real time, or as fast as it is heard if not `is_paced`."""

    def __init__(self, url: str, sound: Sound, call_id: str, random: Random, is_paced: bool = True) -> None:
        self.call_id = call_id
        self.sent_s: list[float] = []
        """when each 20 ms went out first, on the machine's monotonic clock"""
        self.heard_from_s: list[float] = []
        """when the server said anything"""
        self.cut_s: list[float] = []
        """when its line was found to be cut"""
        self.begun = asyncio.Event()
        self.received_ms = self.heard_ms = 0
        self.waiting_ms: list[int] = []
        """sound taken in and not looked at, each time that it was told"""
        self._url = f"{url}/call/browser"
        self._sound = sound.pcm
        self._random = random
        self._channels = sound.channels
        self._packet_bytes = PACKET_BYTES * len(sound.channels)
        self._is_paced = is_paced
        self._token = secrets.token_urlsafe()
        self._begun_s = 0.0
        self._stop_sent = False
        self._moved = asyncio.Event()

    @property
    def duration_ms(self) -> int:
        """Of its sound."""
        return len(self._sound) // self._packet_bytes * PACKET_MS

    def heard_s(self, since_s: float) -> float | None:
        """When the server first said something from that moment on; None where it did not."""
        return next((at_s for at_s in self.heard_from_s if at_s >= since_s), None)

    async def play(self) -> None:
        """Until the server has told the end, however often the line is cut. Raises CallFailed."""
        attempt = 0
        while True:
            heard = len(self.heard_from_s)
            if await self._has_ended():
                return
            self.cut_s.append(time.monotonic())
            attempt = 0 if len(self.heard_from_s) > heard else attempt + 1
            await asyncio.sleep(self._random.random() * min(LAST_RETRY_S, FIRST_RETRY_S * 2**attempt))

    async def _has_ended(self) -> bool:
        """Over one connection: whether the call has ended, or else the line was cut."""
        try:
            async with connect(self._url, open_timeout=SILENCE_S, **AS_A_PAGE) as line:
                await line.send(json.dumps(self._first()))
                return await self._feed(line)
        except (OSError, TimeoutError, WebSocketException):
            return False

    def _first(self) -> dict[str, Any]:
        who = {"call": self.call_id, "token": self._token}
        if self.begun.is_set():
            return {"kind": "resume", **who}
        sound = {"channels": self._channels, "encoding": "pcm_s16le", "sample_rate_hz": SAMPLE_RATE_HZ}
        return {"kind": "start", **sound, **who}

    async def _feed(self, line: ClientConnection) -> bool:
        self._stop_sent = False
        sending: asyncio.Task[None] | None = None
        try:
            while True:
                patience_s = LAST_WORDS_S if self._stop_sent else SILENCE_S
                told = json.loads(await heard_in(line, patience_s))
                self.heard_from_s.append(time.monotonic())
                if told["kind"] == "started":
                    self._begun_s = self._begun_s or time.monotonic()
                    self.begun.set()
                    sending = asyncio.create_task(self._send(line, told["received_samples"]))
                elif told["kind"] == "ended":
                    return True
                elif told["kind"] == "error":
                    return self._refused(told)
                elif told["kind"] == "ack":
                    self.received_ms, self.heard_ms = told["received_ms"], told["heard_ms"]
                    self.waiting_ms.append(self.received_ms - self.heard_ms)
                    self._moved.set()
        finally:
            if sending is not None:
                sending.cancel()

    def _refused(self, told: dict[str, Any]) -> bool:
        if told["code"] == "unknown_call" and self.received_ms >= self.duration_ms:
            return True  # it ended, and the cut kept that from us
        raise CallFailed(f"{told['code']}: {told['message']}", told.get("retry_after_s"))

    async def _send(self, line: ClientConnection, sample: int) -> None:
        size = self._packet_bytes
        for index in range(sample * 2 // PACKET_BYTES, len(self._sound) // size):
            due_s = self._begun_s + index * PACKET_MS / 1000
            late_s = time.monotonic() - due_s
            if self._is_paced and late_s < 0:
                await asyncio.sleep(-late_s)
            elif self._is_paced and late_s > 1.0:
                await asyncio.sleep(PACKET_MS / 1000 / CATCH_UP)
            if not self._is_paced or late_s > 1.0:
                await self._wait_until_heard(index * PACKET_MS - AHEAD_MS)
            await line.send(self._sound[index * size : (index + 1) * size])
            if index == len(self.sent_s):
                self.sent_s.append(time.monotonic())
        self._stop_sent = True
        await line.send('{"kind":"stop"}')

    async def _wait_until_heard(self, position_ms: int) -> None:
        while self.heard_ms < position_ms:
            self._moved.clear()
            await self._moved.wait()


async def heard_in(line: ClientConnection, patience_s: float) -> str | bytes:
    """The next message. Raises TimeoutError where none comes in time, and lets go of the line.

    A page waits for no goodbye of a server that says nothing.
    """
    try:
        return await asyncio.wait_for(line.recv(), patience_s)
    except TimeoutError:
        line.transport.abort()
        raise

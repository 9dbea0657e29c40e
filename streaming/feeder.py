"""The client side of `protocols/browser.py`: plays a recording into a server, at a call's pace or at full speed.

A cut of the line costs nothing: the call is taken up again at the sample that the server waits for.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from streaming.knocking import opening
from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker

PACKET_MS = 20  # as a telephone does
AHEAD_MS = 8_000  # how far sound may run ahead of what was heard when it is sent faster than it was said
BEHIND_S = 1.0  # a paced call that is later than this catches up, and so sends faster
RETRY_S = 30.0  # a cut call from whose server nothing was heard for so long is given up
RETRY_PAUSE_S = 0.25


class FeedFailed(Exception):
    """The server did not take the call, or is gone; the text is what it said."""


class Feeder:
    """One recording played as one call; with `call_id` under that id, and with a token where the server wants one."""

    def __init__(
        self,
        url: str,
        recording: Recording,
        speakers: tuple[Speaker, ...],
        call_id: str | None = None,
        token: str | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._call_id = call_id
        self._recording = recording
        self._speakers = speakers
        self._first: dict[str, Any] = {}
        self._is_paced = False
        self._on_progress: Callable[[int], None]
        self._received_ms = self._heard_ms = 0
        self._acknowledged = asyncio.Event()
        self._is_cut = False
        self._begun_s = self._heard_from_s = 0.0

    async def play(
        self,
        is_paced: bool,
        on_progress: Callable[[int], None],
        on_started: Callable[[str], None],
        metadata: Metadata | None = None,
    ) -> None:
        """Until the server has told the last words, however often the line is cut. Raises FeedFailed.

        `on_progress` gets the position in ms, `on_started` the call's id.
        """
        self._first = self._start(metadata or Metadata())
        self._is_paced, self._on_progress = is_paced, on_progress
        while not await self._has_ended(on_started):
            if time.monotonic() - self._heard_from_s > RETRY_S:
                raise FeedFailed(f"the call at {self._url} was cut, and could not be taken up again in {RETRY_S:.0f} s")
            await asyncio.sleep(RETRY_PAUSE_S)

    async def _has_ended(self, on_started: Callable[[str], None]) -> bool:
        """Feeds over one connection; whether the call has ended, or else the line was cut. Raises FeedFailed."""
        was_cut = self._first["kind"] == "resume"
        try:
            async with opening(self._url, self._token, ping_timeout=None) as socket:
                await socket.send(msgspec.json.encode(self._first).decode())
                started = _told(await socket.recv())
                if not was_cut:
                    self._first = {"kind": "resume", "call": started["call"], "token": self._first["token"]}
                    self._begun_s = self._heard_from_s = time.monotonic()
                    on_started(started["call"])
                return await self._feed(socket, started["received_samples"])
        except (OSError, WebSocketException, TimeoutError) as error:
            if self._first["kind"] == "start":
                raise FeedFailed(f"no call at {self._url}: {error or type(error).__name__}") from None
            return False
        except FeedFailed:
            # A call that has ended cannot be taken up: all is well where the cut only kept its end from being told.
            if was_cut and self._received_ms >= self._recording.duration_ms:
                return True
            raise

    def _start(self, metadata: Metadata) -> dict[str, Any]:
        return {
            "kind": "start",
            "channels": self._speakers,
            "encoding": "pcm_s16le",
            "sample_rate_hz": SAMPLE_RATE_HZ,
            "call": self._call_id,
            "metadata": metadata,
            "token": secrets.token_urlsafe(),
        }

    async def _feed(self, socket: ClientConnection, sample: int) -> bool:
        """From a sample to the end. Whether the call has ended, or else the line was cut."""
        self._is_cut = False
        answers = asyncio.create_task(self._listen(socket))
        try:
            await self._send(socket, sample)
            await socket.send('{"kind":"stop"}')
        except ConnectionClosed:
            pass  # the answers say why
        return await answers

    async def _send(self, socket: ClientConnection, sample: int) -> None:
        samples = self._recording.samples
        step = SAMPLE_RATE_HZ * PACKET_MS // 1000
        for first in range(sample, len(samples), step):
            if self._is_cut:
                return  # the answers say why
            await socket.send(samples[first : first + step].astype("<i2").tobytes())
            position_ms = (first + step) * 1000 // SAMPLE_RATE_HZ
            self._on_progress(min(position_ms, self._recording.duration_ms))
            due_s = self._begun_s + position_ms / 1000
            if self._is_paced:
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            if not self._is_paced or time.monotonic() - due_s > BEHIND_S:
                await self._wait_until_heard(position_ms - AHEAD_MS)

    async def _wait_until_heard(self, position_ms: int) -> None:
        while not self._is_cut and self._heard_ms < position_ms:
            self._acknowledged.clear()
            await self._acknowledged.wait()

    async def _listen(self, socket: ClientConnection) -> bool:
        """Until the call has ended, or false once the line is cut. Raises FeedFailed."""
        try:
            async for message in socket:
                told = _told(message)
                self._heard_from_s = time.monotonic()
                if told["kind"] == "ack":
                    self._received_ms, self._heard_ms = told["received_ms"], told["heard_ms"]
                    self._acknowledged.set()
                if told["kind"] == "ended":
                    return True
            return False
        except ConnectionClosed:
            return False
        finally:
            self._is_cut = True  # no more acknowledgements will come; nobody must wait for one
            self._acknowledged.set()


def _told(message: str | bytes) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(message)
    if told["kind"] == "error":
        raise FeedFailed(f"{told['code']}: {told['message']}")
    return told

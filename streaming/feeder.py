"""The client side of `protocols/browser.py`: plays a recording into a server, at a call's pace or at full speed."""

import asyncio
from collections.abc import Callable

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from streaming.protocols.contract import Metadata
from streaming.recording import Recording
from streaming.types import SAMPLE_RATE_HZ, Speaker

PACKET_MS = 20  # as a telephone does
AHEAD_MS = 8_000  # how far sound may run ahead of what was heard when played as fast as can be


class FeedFailed(Exception):
    """The server did not take the call; the text is what it said."""


class Feeder:
    """One recording played as one call; with `call_id` under that id."""

    def __init__(
        self, url: str, recording: Recording, speakers: tuple[Speaker, ...], call_id: str | None = None
    ) -> None:
        self._url = url
        self._call_id = call_id
        self._recording = recording
        self._speakers = speakers
        self._heard_ms = 0
        self._acknowledged = asyncio.Event()
        self._is_over = False

    async def play(
        self,
        is_paced: bool,
        on_progress: Callable[[int], None],
        on_started: Callable[[str], None],
        metadata: Metadata | None = None,
    ) -> None:
        """Until the server has told the last words. Raises FeedFailed.

        `on_progress` gets the position in ms, `on_started` the call's id.
        """
        start = {
            "kind": "start",
            "channels": self._speakers,
            "encoding": "pcm_s16le",
            "sample_rate_hz": SAMPLE_RATE_HZ,
            "call": self._call_id,
            "metadata": metadata or Metadata(),
        }
        try:
            async with connect(self._url, compression=None, ping_timeout=None) as socket:
                await socket.send(msgspec.json.encode(start).decode())
                on_started(str(_told(await socket.recv())["call"]))
                answers = asyncio.create_task(self._listen(socket))
                try:
                    await self._send(socket, is_paced, on_progress)
                    await socket.send('{"kind":"stop"}')
                except ConnectionClosed:
                    pass  # the answer says why
                await answers
        except (OSError, WebSocketException, TimeoutError) as error:
            raise FeedFailed(f"no call at {self._url}: {error or type(error).__name__}") from None

    async def _send(self, socket: ClientConnection, is_paced: bool, on_progress: Callable[[int], None]) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        samples = self._recording.samples
        step = SAMPLE_RATE_HZ * PACKET_MS // 1000
        for index, first in enumerate(range(0, len(samples), step), 1):
            if self._is_over:
                return  # the server has said why
            await socket.send(samples[first : first + step].astype("<i2").tobytes())
            position_ms = index * PACKET_MS
            on_progress(min(position_ms, self._recording.duration_ms))
            if is_paced:
                await asyncio.sleep(max(0.0, begun + position_ms / 1000 - clock()))
            while not is_paced and not self._is_over and position_ms - self._heard_ms > AHEAD_MS:
                self._acknowledged.clear()
                await self._acknowledged.wait()

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                told = _told(message)
                if told["kind"] == "ack":
                    self._heard_ms = int(str(told["heard_ms"]))
                    self._acknowledged.set()
                if told["kind"] == "ended":
                    return
            raise FeedFailed("the server closed the call before its end")
        finally:
            self._is_over = True  # no more acknowledgements will come; nobody must wait for one
            self._acknowledged.set()


def _told(message: str | bytes) -> dict[str, object]:
    told: dict[str, object] = msgspec.json.decode(message)
    if told["kind"] == "error":
        raise FeedFailed(f"{told['code']}: {told['message']}")
    return told

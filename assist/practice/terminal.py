"""A practice by keyboard in a terminal: a client of the server's sockets as the page is, that prints what they say."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from assist.debrief.formats.practised import TRIED
from assist.practice.scenario_files import Kept
from streaming import recording
from streaming.feeder import FeedFailed
from streaming.types import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ

LAST_WORDS_S = 45.0
Ask = Callable[[str], Awaitable[str | None]]
"""The rep's next words, empty for silence and None to hang up; is given the hint there is."""


class Client:
    """One practice. `ask` waits for the rep, `show` takes a line of text."""

    def __init__(self, kept: Kept, name: str, ask: Ask, show: Callable[[str], None]) -> None:
        self._kept = kept
        self._name = name
        self._ask = ask
        self._show = show
        self._samples = np.zeros(0, np.int16)
        self._is_played = asyncio.Event()
        self._is_over = False
        # No line is said twice, so it can hold all that will ever come, and the note that no more will.
        self._answers: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(len(kept.scenario.lines) + 1)

    async def play(self, url: str) -> str:
        """From their first line to the call's last words; its id. `url` is the server's `ws://host:port`.

        Raises FeedFailed.
        """
        try:
            async with connect(f"{url}/call/browser", compression=None) as line:
                call = await self._begin(line)
                async with connect(f"{url}/overlay", compression=None) as overlay:
                    await overlay.send(_json(kind="watch", call=call, after_seq=None))
                    await self._run(line, overlay, call)
                return call
        except (OSError, WebSocketException) as error:
            raise FeedFailed(f"the practice at {url} broke off: {error or type(error).__name__}") from None

    async def _begin(self, line: ClientConnection) -> str:
        who = self._kept.scenario.prospect
        about = {"names": {"prospect": who.name}, "company": who.company, "practice": {"scenario": self._name}}
        sound = {"channels": ("rep", "prospect"), "encoding": "pcm_s16le", "sample_rate_hz": SAMPLE_RATE_HZ}
        await line.send(_json(kind="start", metadata=about, **sound))
        told = msgspec.json.decode(await line.recv())
        if told["kind"] == "error":
            raise FeedFailed(f"{told['code']}: {told['message']}")
        call: str = told["call"]
        return call

    async def _run(self, line: ClientConnection, overlay: ClientConnection, call: str) -> None:
        beside = [asyncio.create_task(self._feed(line)), asyncio.create_task(self._listen(overlay))]
        reading = asyncio.create_task(_read_to_end(line))
        try:
            await self._talk(overlay, call)
            self._is_over = True
            await asyncio.wait_for(reading, LAST_WORDS_S)
        except TimeoutError:
            raise FeedFailed(f"the last words of the practice did not come in {LAST_WORDS_S:.0f} s") from None
        finally:
            for task in (*beside, reading):
                task.cancel()
            await asyncio.gather(*beside, reading, return_exceptions=True)

    async def _feed(self, line: ClientConnection) -> None:
        """Both sides, 20 ms at a time and as time passes: theirs while they speak, and the rep's always silent."""
        clock = asyncio.get_running_loop().time
        begun_s, sent = clock(), 0
        try:
            while not self._is_over:
                frame, self._samples = self._samples[:FRAME_SAMPLES], self._samples[FRAME_SAMPLES:]
                sides = np.zeros((FRAME_SAMPLES, 2), "<i2")
                sides[: len(frame), 1] = frame
                await line.send(sides.tobytes())
                if not len(self._samples):
                    self._is_played.set()
                sent += 1
                await asyncio.sleep(max(0.0, begun_s + sent * FRAME_MS / 1000 - clock()))
            await line.send('{"kind":"stop"}')
        finally:
            self._is_over = True
            self._is_played.set()  # nobody must wait for a line that is played no more

    async def _listen(self, overlay: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in overlay:
                event = msgspec.json.decode(message)
                if event["kind"] == "prospect_answered":
                    self._answers.put_nowait(event)
                elif event["kind"] == "consent_changed" and not event["is_kept"]:
                    # Nobody is listened to but the rep, who knows it.
                    await overlay.send(_json(kind="announced", call=event["call"]))
                elif event["kind"] == "call_ended":
                    break
        self._answers.put_nowait(None)

    async def _talk(self, overlay: ClientConnection, call: str) -> None:
        """Line by line, until their last one or until the rep hangs up. Raises FeedFailed."""
        was, who = 0, self._kept.scenario.prospect.name
        while told := await self._answers.get():
            for text in _said(told, was, who):
                self._show(text)
            was = told["openness"]
            self._samples = recording.read((self._kept.sound_of(told["line"]),), 1).samples[:, 0]
            self._is_played.clear()
            await self._is_played.wait()
            if self._is_over:
                break
            await overlay.send(_json(kind="played", call=call, line=told["line"]))
            words = None if told["ending"] else await self._ask(self._kept.scenario.lines[told["line"]].hint)
            if words is None:
                return
            await overlay.send(_json(kind="say", call=call, text=words) if words else _json(kind="wait", call=call))
        raise FeedFailed("the server went away before the practice had ended")


async def _read_to_end(line: ClientConnection) -> None:
    async for message in line:
        if msgspec.json.decode(message)["kind"] == "ended":
            return


def _said(told: dict[str, Any], was: int, name: str) -> Iterator[str]:
    if told["tried"] is not None:
        now = told["openness"]
        effect = "They open up." if now > was else "They close." if now < was else "They stay where they are."
        yield f"   ({name.split(maxsplit=1)[0]} heard: {TRIED[told['tried']]}. {effect})"
    yield f"{name.split(maxsplit=1)[0]}: {told['text']}"


def _json(**message: Any) -> str:
    return msgspec.json.encode(message).decode()

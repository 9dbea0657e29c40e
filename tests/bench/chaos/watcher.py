"""An overlay as the page is one: follows a call, and comes back to where it was after a cut."""

import asyncio
import json
import time
from random import Random

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.bench.chaos.caller import AS_A_PAGE, heard_in
from tests.bench.chaos.transcript import Event, Transcript

FIRST_RETRY_S, LAST_RETRY_S = 0.25, 5.0
SILENCE_S = 5.0


class Watcher:
    """`transcript` has the call as this overlay shows it."""

    def __init__(self, url: str, call_id: str, random: Random) -> None:
        self.transcript = Transcript()
        self.shown_s: dict[str, float] = {}
        """when each word of a script was first on screen, on the machine's monotonic clock"""
        self.told: list[tuple[float, str]] = []
        """when what kind of message came, heartbeats left out"""
        self.connected = asyncio.Event()
        self._url = f"{url}/overlay"
        self._call_id = call_id
        self._random = random

    async def watch(self) -> None:
        """Until the call has ended, however often the line is cut."""
        attempt = 0
        while not self.transcript.is_over:
            told = len(self.told)
            await self._watch_once()
            attempt = 0 if len(self.told) > told else attempt + 1
            if not self.transcript.is_over:
                await asyncio.sleep(self._random.random() * min(LAST_RETRY_S, FIRST_RETRY_S * 2**attempt))

    def told_s(self, since_s: float, kind: str = "transcript_changed") -> float | None:
        """When a message of this kind first came from that moment on; None where none did."""
        return next((at_s for at_s, of_kind in self.told if at_s >= since_s and of_kind == kind), None)

    async def _watch_once(self) -> None:
        known = self.transcript if self.transcript.seq >= 0 else Transcript()
        wish = {
            "kind": "watch",
            "call": self._call_id,
            "epoch": known.epoch,
            "after_seq": known.seq if known.seq >= 0 else None,
        }
        try:
            async with connect(self._url, open_timeout=SILENCE_S, **AS_A_PAGE) as line:
                await line.send(json.dumps(wish))
                self.connected.set()
                while not self.transcript.is_over:
                    self._take(json.loads(await heard_in(line, SILENCE_S)))
        except (OSError, TimeoutError, WebSocketException):
            pass
        finally:
            self.connected.clear()

    def _take(self, event: Event) -> None:
        now_s = time.monotonic()
        if event["kind"] != "heartbeat":
            self.told.append((now_s, event["kind"]))
        self.transcript.take(event)
        if event["kind"] == "transcript_changed":
            for word in event["words"]:
                self.shown_s.setdefault(word["text"], now_s)
